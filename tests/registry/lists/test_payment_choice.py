"""How a person asks to be paid: passed on sealed, kept nowhere, never shown again."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from common.sealing import unseal

NUMBER = "003151000017"
ACCOUNT = "9912345678901"
MAU = {
    "personal_id": NUMBER,
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "sex": "female",
    "commune_code": "25000",
}


async def choose(registry: Any, number: str = NUMBER, **body: Any) -> httpx.Response:
    answer: httpx.Response = await registry.client.put(
        f"/registry/v1/persons/{number}/payment",
        json=body,
        headers={"Idempotency-Key": f"choice-of-{body['method']}"},
    )
    return answer


async def test_an_account_is_sealed_at_once_and_shown_to_nobody(registry: Any) -> None:
    person = (await registry.post("/persons", json=MAU)).json()
    answer = await choose(registry, method="account", bank="NH Agribank", account=ACCOUNT)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "person_id": person["person_id"],
        "method": "account",
        "bank_code": "970405",
    }
    event = (await registry.events(person["person_id"]))[-1]
    assert (event["type"], event["sequence"]) == ("registry.person.payment_chosen.v1", 2)
    opened = json.loads(unseal(registry.private_key, event["data"]["payment"]["account_sealed"]))
    assert (opened["account"], opened["holder"]) == (ACCOUNT, MAU["full_name"])
    assert ACCOUNT not in await registry.everything()


@pytest.mark.law("P030")
async def test_cash_needs_nothing_else_and_a_repeat_tells_nothing_new(registry: Any) -> None:
    person = (await registry.post("/persons", json=MAU)).json()
    first = await choose(registry, method="cash")
    again = await choose(registry, method="cash")
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await registry.events(person["person_id"])) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"method": "account", "bank": "Agribank"}, "account_incomplete"),
        ({"method": "account", "account": ACCOUNT}, "account_incomplete"),
        ({"method": "account", "bank": "Kho bạc Sao Hỏa", "account": ACCOUNT}, "bank_unknown"),
    ],
)
async def test_half_a_choice_is_refused_without_an_echo(
    registry: Any, body: dict[str, str], code: str
) -> None:
    await registry.post("/persons", json=MAU)
    answer = await choose(registry, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert ACCOUNT not in answer.text


async def test_a_wrong_account_is_named_by_its_field_and_not_shown(registry: Any) -> None:
    await registry.post("/persons", json=MAU)
    answer = await choose(registry, method="account", bank="Agribank", account="99-1234 5678901;")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/account"]
    assert "5678901" not in answer.text


async def test_nobody_is_404(registry: Any) -> None:
    assert (await choose(registry, "003151000018", method="cash")).status_code == 404
