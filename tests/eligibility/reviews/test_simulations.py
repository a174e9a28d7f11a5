"""Simulations: figures computed by hand, for those who receive and for all who could."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.contracts.registry import CircumstanceEstablished, HouseholdReclassified, NeutralFact
from common.database.ids import new_id

PATH = "/eligibility/v1/simulations"
MONTHS = {"from": "2027-01", "to": "2027-02"}


async def simulate(
    office: Any, *changes: Any, communes: tuple[str, ...] = ("*",), **more: Any
) -> Any:
    headers = office.headers("tai_chinh", ["eligibility:read"], communes)
    body = {"changes": list(changes), "months": MONTHS, **more}
    answer = await office.client.post(PATH, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    await office.drain()
    found = await office.client.get(f"{PATH}/{answer.json()['simulation_id']}", headers=headers)
    assert (found.status_code, found.json()["state"]) == (200, "succeeded"), found.text
    return found.json()


async def without_income(registry: Any, birth: date, **more: Any) -> Any:
    person = await registry.register(birth, **more)
    fact = {"kind": "pension_income", "monthly_amount": 0}
    data = CircumstanceEstablished(person=person, circumstance_id=new_id(), fact=fact)
    await registry.tell(person, data)
    return person


async def three_people(office: Any, registry: Any) -> None:
    """A pensioner and a severely disabled person who receive, an elder who has not asked."""
    await registry.pensioner(date(1946, 3, 10))
    await registry.disabled(date(1985, 1, 1), "severe", "1.5", 750_000)
    await without_income(registry, date(1950, 1, 1), commune_code="24997")
    await office.drain()


def figures(row: Any, take_up: str) -> tuple[int, int, int, int]:
    found = row[take_up]
    return (found["people"], found["amount"], found["people_changed"], found["amount_changed"])


@pytest.mark.law("335/2026 Art 4.2")
async def test_a_level_of_600000_gives_what_arithmetic_gives(office: Any, registry: Any) -> None:
    office.client.context.settings.sweep_slice_people = 2
    await three_people(office, registry)
    change = {"kind": "level", "code": "standard_amount", "value": "600000"}
    result = await simulate(office, change)
    # Two months: 540,000 + 1.5 x 540,000 now; 540,000 + 1.5 x 600,000 then.
    assert figures(result["total"], "receiving") == (4, 2_700_000, 4, 2_880_000)
    assert result["total"]["receiving"]["difference"] == 180_000
    # With the elder who has not asked: 540,000 more in each month.
    assert figures(result["total"], "eligible") == (6, 3_780_000, 6, 3_960_000)
    assert [figures(row, "receiving") for row in result["by_month"]] == [
        (2, 1_350_000, 2, 1_440_000)
    ] * 2
    assert {row["group"]: figures(row, "receiving") for row in result["by_group"]} == {
        "5": (2, 1_620_000, 2, 1_800_000),
        "social_pension": (2, 1_080_000, 2, 1_080_000),
    }
    assert {row["commune_code"]: figures(row, "eligible") for row in result["by_commune"]} == {
        "24997": (2, 1_080_000, 2, 1_080_000),
        "25000": (4, 2_700_000, 4, 2_880_000),
    }


@pytest.mark.law("176/2025 Art 2")
async def test_ages_coefficients_and_groups_can_change(office: Any, registry: Any) -> None:
    await three_people(office, registry)
    younger = {"kind": "age", "code": "age_pension", "value": "73"}
    await without_income(registry, date(1953, 6, 1))
    await office.drain()
    by_age = await simulate(office, younger)
    assert figures(by_age["total"], "eligible") == (6, 3_780_000, 8, 4_860_000)
    assert figures(by_age["total"], "receiving") == (4, 2_700_000, 4, 2_700_000)
    higher = {"kind": "coefficient", "code": "coefficient_5.6_severe", "value": "2.0"}
    by_coefficient = await simulate(office, higher)
    assert figures(by_coefficient["total"], "receiving") == (4, 2_700_000, 4, 3_240_000)
    closed = await simulate(office, {"kind": "group_closed", "group": "5.6"})
    assert figures(closed["total"], "receiving") == (4, 2_700_000, 2, 1_080_000)
    # The elders of 76 and 80 have the pension, which is more; the disabled of 42 has more still.
    added = {"kind": "group_added", "amount": 300_000, "age_from": 20, "age_to": 74}
    opened = await simulate(office, added)
    assert figures(opened["total"], "eligible") == (6, 3_780_000, 8, 4_380_000)


async def test_what_the_law_does_not_have_is_refused(office: Any) -> None:
    for change in (
        {"kind": "level", "code": "age_pension", "value": "70"},
        {"kind": "age", "code": "age_pension", "value": "70.5"},
        {"kind": "group_closed", "group": "5.9"},
        {"kind": "group_closed", "group": "5.3"},
    ):
        headers = office.headers("tai_chinh", ["eligibility:read"], ("*",))
        body = {"changes": [change], "months": MONTHS}
        answer = await office.client.post(PATH, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "law_change_unknown")


async def test_who_has_one_commune_asks_for_that_one(office: Any, registry: Any) -> None:
    await three_people(office, registry)
    for communes in (None, ["24997"], ["25000", "24997"]):
        answer = await office.post("/simulations", {"changes": [], "months": MONTHS,
                                                    "communes": communes})  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (404, "commune_not_found")
    started = await office.post(
        "/simulations", {"changes": [], "months": MONTHS, "communes": ["25000"]}
    )
    await office.drain()
    found = await office.get(f"/simulations/{started.json()['simulation_id']}")
    assert figures(found["total"], "eligible") == (4, 2_700_000, 4, 2_700_000)
    whole = await simulate(office)
    headers = office.headers("x", ["eligibility:read"])
    hidden = await office.client.get(f"{PATH}/{whole['simulation_id']}", headers=headers)
    assert hidden.status_code == 404


async def test_a_sealed_group_is_counted_under_its_shared_label(office: Any, registry: Any) -> None:
    office.client.context.settings.neutral_group_code = "Q7K2MD"
    person = await registry.register(date(2018, 1, 1))
    poor = HouseholdReclassified(
        person=person, poverty_class="poor", year=2026, valid_from=date(2026, 1, 1)
    )
    await registry.tell(person, poor)
    sealed = CircumstanceEstablished(
        person=person, circumstance_id=new_id(), fact=NeutralFact(code="Q7K2MD")
    )
    await registry.tell(person, sealed)
    await office.drain()
    result = await simulate(office)
    (group,) = result["by_group"]
    assert (group["group"], group["eligible"]["people"]) == ("5", 2)
    assert [row["commune_code"] for row in result["by_commune"]] == ["25000"]
    headers = office.headers("x", ["eligibility:read"], ("*",))
    rows = await office.client.get(f"{PATH}/{result['simulation_id']}/rows", headers=headers)
    assert {row["group"] for row in rows.json()["items"]} == {"5"}
