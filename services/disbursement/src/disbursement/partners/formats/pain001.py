"""pain.001.001.09, the ISO 20022 credit transfer initiation, as a bank can execute it.

Written by a template, which is an order of magnitude faster than an XML writer, and checked
against the schema beside it before the list is sealed. VND has no decimals. All charges fall on
the debtor: nothing is taken from what a beneficiary gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from common.kernel.names import bank_key
from disbursement.partners.domain import FileHeader, FileLine
from disbursement.partners.formats.adapter import Adapter, FileNotPayable

CODE = "pain.001.001.09"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
SCHEMA = Path(__file__).with_name("schemas") / "pain.001.001.09.restricted.xsd"
NAME_CHARACTERS_MAX = 70
TEXT_CHARACTERS_MAX = 140

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="{namespace}"><CstmrCdtTrfInitn>\n'
    "<GrpHdr><MsgId>{reference}</MsgId><CreDtTm>{created}T00:00:00+07:00</CreDtTm>"
    "<NbOfTxs>{lines}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    "<InitgPty><Nm>{debtor}</Nm></InitgPty></GrpHdr>\n"
    "<PmtInf><PmtInfId>{reference}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>"
    "<NbOfTxs>{lines}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    "<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>"
    "<ReqdExctnDt><Dt>{execution}</Dt></ReqdExctnDt>"
    "<Dbtr><Nm>{debtor}</Nm></Dbtr>"
    "<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>VND</Ccy></DbtrAcct>"
    "<DbtrAgt><FinInstnId><Othr><Id>{bank}</Id></Othr></FinInstnId></DbtrAgt>"
    "<ChrgBr>{charges}</ChrgBr>\n"
)
_TRANSFER = (
    "<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>"
    '<Amt><InstdAmt Ccy="VND">{amount}</InstdAmt></Amt>'
    "<CdtrAgt><FinInstnId><Othr><Id>{bank}</Id></Othr></FinInstnId></CdtrAgt>"
    "<Cdtr><Nm>{name}</Nm></Cdtr>"
    "<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
    "<Purp><Cd>SSBE</Cd></Purp>"
    "<RmtInf><Ustrd>{text}</Ustrd></RmtInf></CdtTrfTxInf>\n"
)
_TAIL = "</PmtInf></CstmrCdtTrfInitn></Document>\n"


def head(header: FileHeader, profile: Mapping[str, Any]) -> str:
    """Write what stands before the transfers."""
    return _HEAD.format(
        namespace=NAMESPACE,
        reference=escape(header.reference),
        created=header.created_on,
        lines=header.lines,
        total=header.total,
        debtor=escape(bank_key(header.debtor_name)[:NAME_CHARACTERS_MAX]),
        execution=header.execution_date,
        account=escape(header.debtor_account),
        bank=escape(header.debtor_bank),
        charges=profile.get("charge_bearer", "DEBT"),
    )


def transfer(line: FileLine, debtor_bank: str) -> str:
    """Write one transfer. Names as banks write them: capitals without accents."""
    return _TRANSFER.format(
        reference=line.end_to_end_id,
        amount=line.amount,
        bank=escape(line.bank_code or debtor_bank),
        name=escape(bank_key(line.name)[:NAME_CHARACTERS_MAX]),
        account=escape(line.account),
        text=escape(bank_key(line.text)[:TEXT_CHARACTERS_MAX]),
    )


def render(header: FileHeader, lines: Sequence[FileLine], profile: Mapping[str, Any]) -> bytes:
    """Write the file."""
    body = "".join(transfer(line, header.debtor_bank) for line in lines)
    return (head(header, profile) + body + _TAIL).encode()


def check(content: bytes) -> None:
    """Check a file against its schema.

    Raises:
        FileNotPayable: with the lines of the file that are wrong, not with what stands there.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        document = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FileNotPayable("Tệp XML không đúng cú pháp.", problem="xml_malformed") from error
    schema = _schema()
    if not schema.validate(document):
        errors: Any = schema.error_log  # iterable, which its stubs do not say
        rows = sorted({entry.line for entry in errors})
        raise FileNotPayable(
            f"{len(rows)} dòng của tệp không đúng khuôn dạng pain.001.001.09.",
            problem="schema_violated",
            rows=rows[:100],
        )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


ADAPTER = Adapter(CODE, "application/xml", "xml", True, render, check)
