"""Awards from stored facts: now, as known on another day, and what later knowledge changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import (
    CircumstanceEstablished,
    HouseholdReclassified,
    NeutralFact,
    PensionIncomeFact,
)
from common.database.ids import new_id


async def awarded(office: Any, person: Any, **params: Any) -> Any:
    return await office.get(f"/persons/{person.personal_id}/awards", **params)


def paid(answer: Any) -> dict[str, int]:
    return {
        award["benefit"]: award["amount"]
        for award in answer["evaluation"]["awards"]
        if award["payable"]
    }


async def test_awards_come_from_what_is_stored_with_their_reasons(
    office: Any, registry: Any
) -> None:
    office.clock.set("2026-11-20T09:00")
    person = await registry.register(date(1980, 1, 1))
    await office.drain()
    office.clock.set("2026-11-21T09:00")
    await registry.certify(person, "severe")
    await office.drain()
    answer = await awarded(office, person, month="2026-12")
    assert paid(answer) == {"social_allowance": 810_000}
    assert answer["evaluation"]["text"]
    assert (answer["as_of"], answer["known_on"]) == ("2026-11-21", "2026-11-21")
    earlier = await awarded(office, person, month="2026-12", known_on="2026-11-20")
    assert paid(earlier) == {}


async def test_a_stranger_finds_nobody(office: Any, registry: Any) -> None:
    person = await registry.register(date(1980, 1, 1))
    await office.drain()
    headers = office.headers("x", ["eligibility:read"], ("24997",))
    path = f"/eligibility/v1/persons/{person.personal_id}/awards?month=2026-12"
    answer = await office.client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")


@pytest.mark.law("176/2025 Art 2")
async def test_later_knowledge_gives_arrears_and_overpaid_months_never_netted(
    office: Any, registry: Any
) -> None:
    office.clock.set("2026-11-20T09:00")
    person = await registry.pensioner()
    not_poor = HouseholdReclassified(
        person=person, poverty_class="none", year=2026, valid_from=date(2026, 1, 1)
    )
    await registry.tell(person, not_poor)
    await registry.tell(
        person,
        CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=PensionIncomeFact(monthly_amount=0)
        ),
    )
    await office.drain()
    office.clock.set("2026-11-25T09:00")
    await registry.tell(
        person,
        CircumstanceEstablished(
            person=person,
            circumstance_id=new_id(),
            fact=PensionIncomeFact(monthly_amount=3_000_000),
            valid_from=date(2026, 9, 1),
            valid_to=date(2026, 10, 1),
        ),
    )
    disabled = CircumstanceEstablished(
        person=person,
        circumstance_id=new_id(),
        fact={"kind": "disability", "degree": "very_severe", "certificate_date": "2026-11-01"},
        valid_from=date(2026, 11, 1),
    )
    await registry.tell(person, disabled)
    await office.drain()
    answer = await office.get(
        f"/persons/{person.personal_id}/differences",
        **{"from": "2026-08", "to": "2026-11", "known_before": "2026-11-20"},
    )
    changed = [
        (item["month"], item["benefit"], item["arrears"], item["overpaid"])
        for item in answer["months"]
    ]
    assert changed == [
        ("2026-09", "social_pension", 0, 540_000),
        ("2026-11", "social_allowance", 1_350_000, 0),
        ("2026-11", "social_pension", 0, 540_000),
    ]
    assert (answer["arrears"], answer["overpaid"]) == (1_350_000, 1_080_000)


async def test_outside_the_sealed_scope_a_sealed_group_reads_like_its_neighbours(
    office: Any, registry: Any
) -> None:
    office.client.context.settings.neutral_group_code = "Q7K2MD"
    disabled = await registry.register(date(2018, 1, 1), poverty_class="poor")
    await registry.certify(disabled, "severe")
    person = await registry.register(date(2018, 1, 1), poverty_class="poor")
    await registry.tell(
        person,
        CircumstanceEstablished(
            person=person, circumstance_id=new_id(), fact=NeutralFact(code="Q7K2MD")
        ),
    )
    await office.drain()
    path = f"/eligibility/v1/persons/{person.personal_id}/awards?month=2026-12"
    answer = await office.client.get(path, headers=office.headers("x", ["eligibility:read"]))
    other = await office.client.get(
        path.replace(person.personal_id, disabled.personal_id),
        headers=office.headers("x", ["eligibility:read"]),
    )
    # Both are children of 8 with coefficient 2.0: nothing tells one from the other.
    assert answer.status_code == 200
    assert answer.json()["evaluation"] == other.json()["evaluation"]
    assert [item["provision"] for item in answer.json()["evaluation"]["awards"]] == ["5"]
    assert not any(word in answer.text for word in ("HIV", "Q7K2MD", "neutral"))
    scopes = ["eligibility:read", "eligibility:sealed"]
    answer = await office.client.get(path, headers=office.headers("y", scopes))
    assert [item["provision"] for item in answer.json()["evaluation"]["awards"]] == ["5.3_from_4"]


async def test_a_range_that_runs_backwards_is_refused(office: Any, registry: Any) -> None:
    person = await registry.register(date(1980, 1, 1))
    await office.drain()
    headers = office.headers("x", ["eligibility:read"])
    path = f"/eligibility/v1/persons/{person.personal_id}/awards?month=2026-12&to=2026-11"
    answer = await office.client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "months_out_of_range")
