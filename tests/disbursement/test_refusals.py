"""What is wrong gets a problem with a code, never a 500."""

from __future__ import annotations

from typing import Any

import pytest

BASE = "/disbursement/v1"
NOBODY = "019a0000-0000-7000-8000-000000000001"


async def test_odd_requests_are_refused_with_a_code(house: Any) -> None:
    async def build(month: str) -> tuple[int, str]:
        answer = await house.build(month)
        return answer.status_code, answer.json()["code"]

    assert await build("2027-01") == (409, "payment_list_too_early")
    assert await build("2024-01") == (409, "payment_list_too_old")
    assert await build("2098-12") == (409, "payment_list_too_early")
    for month in ("0001-01", "9999-12", "2026-13"):
        assert (await build(month))[0] == 422
    for path, code in (
        (f"/payment-lists/{NOBODY}", "payment_list_not_found"),
        (f"/payment-lists/{NOBODY}/lines", "payment_list_not_found"),
        (f"/payment-lists/{NOBODY}/compare", "payment_list_not_found"),
        (f"/payment-lists/{NOBODY}/file", "payment_list_not_found"),
        (f"/reconciliations/{NOBODY}", "reconciliation_not_found"),
        (f"/persons/{NOBODY}/payments", "payee_not_found"),
    ):
        answer = await house.client.get(BASE + path, headers=house.maker)
        assert (answer.status_code, answer.json()["code"]) == (404, code), path
    for path in (
        "/partner-exceptions?partner=%00",
        "/partner-exceptions?partner=agribank&reference=%00",
        "/payment-lists?month=2026-00",
        "/payment-lists?commune_code=abc",
        "/ledger/transfers?cursor=zzz",
        "/recoveries?limit=0",
        "/payment-calendar?month=2000-01",
    ):
        answer = await house.client.get(BASE + path, headers=house.maker)
        assert answer.status_code == 422, (path, answer.text)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/payment-lists"),
        ("POST", "/payment-lists"),
        ("GET", "/ledger/check"),
        ("GET", "/partners/agribank/lists"),
        ("POST", "/partners/agribank/results"),
        ("POST", "/reconciliations"),
        ("GET", "/recoveries"),
    ],
)
async def test_nobody_enters_without_a_token_or_with_a_foreign_scope(
    house: Any, method: str, path: str
) -> None:
    stranger = house.headers("registry:read", subject="stranger")

    without = await house.client.request(method, BASE + path)
    foreign = await house.client.request(
        method, BASE + path, headers=stranger, json={"commune_code": "25000", "month": "2026-12"}
    )

    assert without.status_code == 401
    assert foreign.status_code in {401, 403, 422}
