"""A class lost on the 15th: November is owed, the stop counts from December, nothing is claimed back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.eligibility.reviews.test_sweeps import found, income, sweep

from common.contracts.registry import HouseholdReclassified


async def near_poor_until(registry: Any, person: Any, day: date) -> None:
    for poverty, first, last in (("near_poor", date(2026, 1, 1), day), ("none", day, None)):
        data = HouseholdReclassified(
            person=person, poverty_class=poverty, year=2026, valid_from=first, valid_to=last
        )
        await registry.tell(person, data)


async def paid_by_law(office: Any, person: Any) -> dict[str, int]:
    path = f"/persons/{person.personal_id}/awards"
    answer = await office.get(path, month="2026-10", to="2026-12")
    return {
        award["month"]: award["payable_amount"]
        for award in answer["evaluation"]["awards"]
        if award["payable"]
    }


@pytest.mark.law("176/2025 Art 4.3", "335/2026 Art 8.4")
@pytest.mark.parametrize("swept", ["2026-11", "2027-02"])
async def test_a_class_lost_on_the_15th_stops_the_month_after_and_names_the_day(
    office: Any, registry: Any, swept: str
) -> None:
    person = await registry.pensioner(
        date(1953, 5, 5), stated_category="pension_70_near_poor", decision_date=date(2026, 1, 10)
    )
    await income(registry, person, 0)
    await near_poor_until(registry, person, date(2026, 11, 15))
    await office.drain()
    assert await paid_by_law(office, person) == {"2026-10": 540_000, "2026-11": 540_000}
    await sweep(office, swept)
    (row,) = [item for item in await found(office) if item["kind"] == "stop"]
    assert (row["reasons"][0], row["event_on"]) == ("lost_condition", "2026-11-15")
    assert row["month"] == max(swept, "2026-12")
    headers = office.headers("can_bo", ["eligibility:read", "decisions:write"])
    body = {
        "commune_code": "25000",
        "number": "91/QĐ-UBND",
        "proposal_ids": [row["proposal_id"]],
    }
    draft = await office.client.post(
        "/eligibility/v1/reviews/decisions", json=body, headers=headers
    )
    assert draft.status_code == 201, draft.text
    assert (await office.sign(draft.json())).status_code == 200
    entitlement = await office.entitlement(person, "social_pension")
    assert (entitlement["status"], entitlement["levels"][-1]["to_month"]) == ("stopped", "2026-11")


@pytest.mark.law("335/2026 Art 8.4")
async def test_a_class_lost_on_the_1st_follows_the_switch(office: Any, registry: Any) -> None:
    """By default the last day of the right lies in the month before."""
    person = await registry.pensioner(date(1953, 5, 5), stated_category="pension_70_near_poor")
    await income(registry, person, 0)
    await near_poor_until(registry, person, date(2026, 11, 1))
    await office.drain()
    assert await paid_by_law(office, person) == {"2026-10": 540_000}
