"""Each group of Di Linh's list: what is owed by law, month by month, and what waits for an answer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import sandbox.sample

DI_LINH = Path(sandbox.sample.__file__).parent / "data" / "di-linh"
JsonObject = dict[str, Any]


@pytest.fixture(scope="module")
def di_linh() -> JsonObject:
    plan: JsonObject = json.loads((DI_LINH / "plan.json").read_text(encoding="utf-8"))
    return plan


def rows_of(plan: JsonObject) -> list[tuple[JsonObject, JsonObject]]:
    return [(person, row) for person in plan["people"] for row in person["rows"]]


def test_of_every_group_somebody_is_listed_and_paid_by_law(di_linh: JsonObject) -> None:
    standard = {"regular": 540_000, "old": 500_000}
    for group, coefficients in {
        "5.1": {"1.5", "2.5"},
        "5.2": {"1.5"},
        "5.4": {"1.0", "2.0", "3.0"},
        "5.5": {"1.5", "2.0", "3.0"},
        "5.7": {"1.5"},
        "neutral": {"1.5", "2.0", "2.5"},
        "facility": {"4.0", "5.0"},
        "C1": {"1.5", "2.5"},
        "C2c": {"1.0"},
        "C2d": {"1.5", "2.5"},
        "C2a": {"1.5", "2.0"},
    }.items():
        rows = [row for _, row in rows_of(di_linh) if row["group"] == group]
        assert {row["coefficient"] for row in rows} >= coefficients, group
        for row in rows:
            assert row["amount"] == int(float(row["coefficient"]) * standard["old"])


def found(di_linh: JsonObject, situation: str) -> list[JsonObject]:
    people = [p for p in di_linh["people"] if situation in p["situations"]]
    assert people, situation
    return people


def test_an_orphan_that_turns_4_and_its_carers_fall_in_the_month_of_the_birthday(
    di_linh: JsonObject,
) -> None:
    by_birth = {p["truth"]["birth_date"]: p for p in found(di_linh, "crosses_4")}
    own, care = by_birth["2022-10-15"]["rows"]
    for row in (own, care):
        assert row["money"]["owed"]["2026-09"] == 1_350_000
        assert row["money"]["owed"]["2026-10"] == 810_000
    assert (own["payee"], care["benefit"]) == (None, "care_support")
    assert care["payee"] is not None
    # Before 5/10/2026 a change counts from the month after.
    early = by_birth["2022-08-10"]["rows"][0]["money"]["owed"]
    assert (early["2026-08"], early["2026-09"]) == (1_350_000, 810_000)


def test_the_line_of_75_years_counts_from_october_for_elders_without_support(
    di_linh: JsonObject,
) -> None:
    for person in found(di_linh, "open_w7"):
        (row,) = person["rows"]
        assert row["proposal"] is None
        assert set(list(row["money"]["owed"].values())[:3]) == {810_000}
        assert set(list(row["money"]["owed"].values())[3:]) == {1_080_000}


def test_what_ends_is_owed_up_to_the_month_of_the_birthday(di_linh: JsonObject) -> None:
    for situation, benefit in (
        ("ends_at_3", "social_allowance"),
        ("ends_at_36_months", "disabled_parent_support"),
    ):
        for person in found(di_linh, situation):
            (row,) = (row for row in person["rows"] if row["benefit"] == benefit)
            born = (person["truth"]["life"].get("children") or [person["truth"]])[0]["birth_date"]
            last = f"2026-{born[5:7]}"
            owed = row["money"]["owed"]
            assert all((month <= last) == (amount > 0) for month, amount in owed.items())
            assert sum(row["money"]["recovery"].values()) > 0
    (parent,) = found(di_linh, "child_turns_16")
    owed = parent["rows"][0]["money"]["owed"]
    assert (owed["2026-08"], owed["2026-09"]) == (1_080_000, 540_000)


def test_open_questions_are_paid_as_signed_and_are_proposals(di_linh: JsonObject) -> None:
    for person in found(di_linh, "open_w6"):
        (row,) = person["rows"]
        assert 0 < person["truth"]["life"]["pension_income"] < 500_000
        assert row["proposal"] is None
        assert set(row["money"]["owed"].values()) == {540_000}
    for person in found(di_linh, "open_w21"):
        (row,) = person["rows"]
        assert row["proposal"] == {"lawful_coefficient": "0.0", "lawful_amount": 0}
        assert set(row["money"]["owed"].values()) == {810_000}


def test_single_parents_with_a_disability_are_paid_both(di_linh: JsonObject) -> None:
    for person in found(di_linh, "both_paid"):
        parent, allowance = person["rows"]
        assert parent["money"]["december"] > 0
        assert allowance["money"]["december"] == 810_000


def test_carers_are_other_people_and_paid_their_own_way(di_linh: JsonObject) -> None:
    known = {p["key"]: p for p in [*di_linh["people"], *di_linh["carers"]]}
    paid: Counter[str] = Counter()
    for person, row in rows_of(di_linh):
        if row["benefit"] != "care_support":
            assert row["payee"] is None
            continue
        payee = known[row["payee"]]
        assert payee["truth"]["personal_id"] != person["truth"]["personal_id"]
        assert row["paid_by"] == payee["paid_by"]
        paid[row["payee"]] += 1
    assert paid.keys() >= {carer["key"] for carer in di_linh["carers"]}
    assert max(paid.values()) > 1
    assert any(key.startswith("p") for key in paid)


def test_two_people_move_to_another_commune_after_they_were_paid(di_linh: JsonObject) -> None:
    moves = json.loads((DI_LINH / "moves.json").read_text(encoding="utf-8"))
    listed = {person["key"]: person for person in di_linh["people"]}
    assert len(moves) == 2
    for move in moves:
        (row,) = listed[move["key"]]["rows"]
        assert row["money"]["december"] > 0
        assert listed[move["key"]]["situations"] == []
        assert move["to_commune"] != di_linh["commune"]["code"]
        assert move["old_place_pays_to"] == move["moved_on"][:7] == di_linh["pay_month"]
