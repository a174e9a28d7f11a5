"""Money sources of a year: the estimate beside what was paid, and benefits that nothing covers."""

from __future__ import annotations

from typing import Any

from tests.disbursement.months import BASE, work_month

LEVEL = 540_000


async def test_estimate_use_and_forecast_of_a_year(house: Any, new_person: Any) -> None:
    person, other = new_person(), new_person()
    await house.intake(person, paid=("2026-11", "2026-11"), amount=LEVEL)
    await house.entitle(person, ("2026-12", None, LEVEL))
    await house.entitle(other, ("2027-02", None, 2 * LEVEL), benefit="disability_allowance")
    await house.intake(other, paid=("2027-02", "2027-01"), amount=LEVEL)
    for month in ("2026-12", "2027-01", "2027-02"):
        await work_month(house, month)
    body = {"title": "Ngân sách tỉnh", "benefits": ["social_pension"], "estimate": 12 * LEVEL - 1,
            "basis": "QĐ 01"}  # fmt: skip

    async def put(code: str, **changes: Any) -> Any:
        return await house.client.put(
            f"{BASE}/budgets/2027/lines/{code}", json={**body, **changes},
            headers=house.headers("partners:write", subject="so_a", communes=["*"]),
        )  # fmt: skip

    made = await put("tinh")
    twice = await put("khac", benefits=["social_pension", "care_support"])
    shown = (await house.get("/budgets/2027"))["lines"]

    assert made.status_code == 200, made.text
    assert (twice.status_code, twice.json()["code"]) == (409, "benefit_budgeted")
    assert [(x["code"], x["paid"], x["forecast"], x["left"]) for x in shown] == [
        ("", 2 * LEVEL, 22 * LEVEL, -22 * LEVEL),
        ("tinh", 2 * LEVEL, 12 * LEVEL, -1),
    ]
    assert await house.broken() == {}
