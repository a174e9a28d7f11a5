"""ISO 20022 messages of banks: pain.002 (status report), camt.053 (statement), camt.054 (advice).

What each status means (reliability 2.5): `ACCC` is credited to the creditor's account, so paid;
`ACSC` is settled on the debtor's side only, so no more than accepted; `RJCT` is failed. Entities,
document types and addresses of elsewhere are refused: a message has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from disbursement.partners.messages.lines import LineRules, read_line
from disbursement.partners.messages.message import Kind, MessageUnreadable, ResultMessage

STATUSES: Mapping[str, str] = {
    "RCVD": "accepted", "ACTC": "accepted", "ACCP": "accepted", "ACSP": "accepted",
    "ACSC": "accepted", "PDNG": "accepted", "ACCC": "paid", "RJCT": "failed",
}  # fmt: skip
"""TxSts of pain.002 -> what it says of the payment."""

_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"
_KINDS: Mapping[str, Kind] = {"pain.002": "results", "camt.053": "statement",
                              "camt.054": "statement"}  # fmt: skip


def read_xml(partner: str, raw: bytes, rules: LineRules) -> ResultMessage:
    """Read a message in XML; each transaction is a line.

    Raises:
        MessageUnreadable: not XML, with a document type, truncated, or of another kind.
    """
    root = _parsed(raw)
    space = etree.QName(root).namespace or ""
    kind = _KINDS.get(space.removeprefix(_PREFIX)[:8]) if space.startswith(_PREFIX) else None
    if kind is None:
        raise MessageUnreadable("Chỉ nhận pain.002, camt.053 và camt.054.")
    own = LineRules(kind, rules.today, rules.reasons)
    contents = _statuses(root) if kind == "results" else _entries(root)
    return ResultMessage(
        partner=partner,
        message_id=_required(root, "MsgId"),
        kind=kind,
        reference=_text(root, "OrgnlMsgId") if kind == "results" else "",
        entries=[read_line(content, own) for content in contents],
        stated_count=None,
        stated_sum=None,
        raw=raw,
    )


def _parsed(raw: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MessageUnreadable("Tệp XML không đúng cú pháp hoặc bị cắt cụt.") from error
    document: Any = root.getroottree().docinfo  # its stubs do not know `doctype`
    if document.doctype:
        raise MessageUnreadable("Tệp XML không được có DOCTYPE hay thực thể.")
    return root


def _statuses(root: Any) -> Iterator[dict[str, Any]]:
    for found in _all(root, "TxInfAndSts"):
        amount = _first(found, "InstdAmt")
        accepted = _text(found, "AccptncDtTm") or _text(root, "CreDtTm")
        outcome = STATUSES.get(_text(found, "TxSts"), "")
        yield {
            "end_to_end_id": _text(found, "OrgnlEndToEndId"),
            "outcome": outcome,
            "amount": _dong(amount),
            "currency": amount.get("Ccy", "") if amount is not None else "VND",
            "reason_code": _reason(found, "StsRsnInf"),
            "settled_on": accepted[:10] if outcome == "paid" else None,
        }


def _entries(root: Any) -> Iterator[dict[str, Any]]:
    for entry in _all(root, "Ntry"):
        booked = _first(entry, "BookgDt")
        day = _text(booked, "Dt") or _text(booked, "DtTm")[:10] if booked is not None else None
        debit = _text(entry, "CdtDbtInd") == "DBIT"
        for found in _all(entry, "TxDtls"):
            amount = _first(found, "Amt")
            amount = _first(entry, "Amt") if amount is None else amount
            yield {
                "end_to_end_id": _text(found, "EndToEndId"),
                "outcome": "paid" if debit else "returned",
                "amount": _dong(amount),
                "currency": amount.get("Ccy", "") if amount is not None else "VND",
                "reason_code": _reason(found, "RtrInf"),
                "settled_on": day,
            }


def _all(element: Any, name: str) -> Iterator[Any]:
    return iter(element.iter(f"{{*}}{name}"))


def _first(element: Any, name: str) -> Any:
    return next(_all(element, name), None)


def _text(element: Any, name: str) -> str:
    found = _first(element, name)
    return (found.text or "").strip() if found is not None else ""


def _required(element: Any, name: str) -> str:
    text = _text(element, name)
    if not text:
        raise MessageUnreadable(f"Thiếu {name}.")
    return text


def _reason(element: Any, block: str) -> str | None:
    found = _first(element, block)
    if found is None:
        return None
    return _text(found, "Cd") or _text(found, "Prtry") or None


def _dong(amount: Any) -> int | None:
    """Read whole đồng: `500000.00` is 500000; a part of a đồng is no amount."""
    if amount is None:
        return None
    try:
        value = Decimal((amount.text or "").strip())
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and value == value.to_integral_value() else None
