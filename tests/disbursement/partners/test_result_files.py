"""Results and statements as files: pain.002, camt.053, NDJSON; bad files move no money."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.disbursement.house import BASE

LIST = "AS-25000-2026-12-agribank"
SPACE = "urn:iso:std:iso:20022:tech:xsd:"


async def one_banked(house: Any, new_person: Any) -> tuple[str, int]:
    person = new_person()
    await house.intake(person, account="1500205000011")
    await house.entitle(person, ("2026-07", None, 540_000))
    sealed = await house.sealed()
    (found,) = (await house.references(sealed["list_id"], "agribank")).values()
    house.live_until("2026-12-03")
    reference, amount = found
    return reference, amount


def pain_002(reference: str, amount: str, status: str, reason: str = "") -> bytes:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return f"""<?xml version="1.0"?><Document xmlns="{SPACE}pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>P2</MsgId><CreDtTm>2026-12-02T09:00:00+07:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{LIST}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}
<OrgnlTxRef><Amt><InstdAmt Ccy="VND">{amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>""".encode()


def camt_053(reference: str, amount: str, *, side: str = "DBIT", currency: str = "VND") -> bytes:
    return f"""<?xml version="1.0"?><Document xmlns="{SPACE}camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>C-{side}-{currency}</MsgId></GrpHdr><Stmt><Ntry>
<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>
<BookgDt><Dt>2026-12-02</Dt></BookgDt><NtryDtls><TxDtls>
<Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="{currency}">{amount}</Amt>
</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>""".encode()


async def send(house: Any, content: bytes, media_type: str = "application/xml") -> Any:
    return await house.say_bytes("agribank", content, media_type=media_type, path="files")


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [("ACCC", "", "paid"), ("ACSC", "", "accepted"), ("RJCT", "AC04", "failed")],
)
async def test_a_status_report_moves_the_payment_as_its_status_means(
    house: Any, new_person: Any, status: str, reason: str, state: str
) -> None:
    reference, amount = await one_banked(house, new_person)
    answer = await send(house, pain_002(reference, f"{amount}.00", status, reason))
    found = await house.fetch("SELECT state, raw_reason FROM payment")
    assert answer.status_code == 202, answer.text
    assert answer.json()["results"][0]["result"] == "applied"
    assert (found[0]["state"], found[0]["raw_reason"]) == (state, reason or None)
    assert await house.broken() == {}


async def test_a_statement_in_camt_053_closes_the_month(house: Any, new_person: Any) -> None:
    reference, amount = await one_banked(house, new_person)
    await send(house, pain_002(reference, str(amount), "ACCC"))
    stated = await send(house, camt_053(reference, f"{amount}.00"))
    foreign = await send(house, camt_053(reference, str(amount), currency="USD"))
    closed = await house.client.post(
        "/disbursement/v1/reconciliations", headers=house.maker,
        json={"commune_code": "25000", "month": "2026-12"},
    )  # fmt: skip
    assert stated.json()["results"][0]["result"] == "recorded"
    assert foreign.json()["results"][0]["code"] == "currency_not_vnd"
    assert closed.json()["state"] == "closed"
    assert await house.broken() == {}


async def test_results_as_ndjson_have_an_envelope_and_a_line_each(
    house: Any, new_person: Any
) -> None:
    reference, amount = await one_banked(house, new_person)
    envelope = {"message_id": "n1", "kind": "results", "list_reference": LIST}
    line = {"end_to_end_id": reference, "outcome": "paid", "amount": amount,
            "settled_on": "2026-12-02"}  # fmt: skip
    twice = json.dumps(line).replace('"amount"', '"amount": 1, "amount"')
    content = "\n".join([json.dumps(envelope), twice, "7", json.dumps(line), ""]).encode()
    answer = await send(house, content, "application/x-ndjson")
    codes = [item["code"] for item in answer.json()["results"]]
    assert codes == ["key_repeated", "entry_invalid", "duplicate_in_message"]
    again = json.dumps({**envelope, "message_id": "n2"}) + "\n" + json.dumps(line)
    applied = await send(house, again.encode(), "application/x-ndjson")
    assert applied.json()["applied"] == 1
    assert await house.broken() == {}


BAD = {
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">&x;</Document>',
    "truncated": pain_002("A" * 35, "5", "ACCC")[:-30],
    "another message": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>',
    "no message id": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
    "not xml": b"MZ\x00\x01",
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_and_its_bytes_are_kept(house: Any, name: str) -> None:
    answer = await send(house, BAD[name])
    kept = await house.fetch("SELECT code, sha256, size, raw_encrypted FROM partner_refusal")
    shown = await house.client.get(
        f"{BASE}/partner-refusals/agribank/{kept[0]['sha256']}",
        headers=house.headers("partners:read", subject="giam_sat"),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "message_unreadable")
    assert [(row["code"], row["size"]) for row in kept] == [("message_unreadable", len(BAD[name]))]
    assert BAD[name] not in kept[0]["raw_encrypted"]
    assert shown.content == BAD[name]
    assert await house.fetch("SELECT 1 FROM partner_message") == []
