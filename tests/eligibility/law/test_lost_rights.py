"""A right lost within a month is owed for it and ends with the month after, whatever fact is lost.

Căn cứ: khoản 2 Điều 8 Nghị định 20/2021; khoản 3 Điều 4 Nghị định 176/2025; khoản 4 Điều 8 Nghị định
335/2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.eligibility.law.case_sheet import with_switches

from common.kernel.months import Month
from eligibility.facts.service.monthly_states import first_days
from eligibility.law.domain.evaluate import FACTS, evaluate
from eligibility.law.domain.explain import explain
from eligibility.law.domain.lost_rights import STATE_UNTIL
from eligibility.law.store import load_law

LAW = load_law().latest
MONTHS = {"A0": Month(2023, 5), "A": Month(2025, 3), "B": Month(2026, 3), "C": Month(2026, 11)}
KNOWN = {
    "wage_income": 0,
    "pension_income": 0,
    "poverty_class": "none",
    "signed_on": date(2022, 1, 5),
}
ADULT, CHILD, SMALL, ELDER = (
    {"birth_date": day}
    for day in (date(1985, 5, 5), date(2015, 6, 6), date(2025, 1, 15), date(1951, 1, 1))
)
ORPHAN = {**CHILD, "father_status": "dead", "mother_status": "missing"}
PARENT: dict[str, Any] = {
    **ADULT, "poverty_class": "near_poor", "marital_status": "single",
    "children": [{"birth_date": date(2018, 1, 1), "studying": True}],
}  # fmt: skip
DISABLED = {**ADULT, "disability_degree": "very_severe", "certificate_date": date(2015, 1, 1)}
ALONE = {**ELDER, "poverty_class": "poor", "support": "none"}
PENSION = {**ELDER, "request": "written"}
CARED = {**DISABLED, "care": "taken_in", "carer_qualifies": True}
MOTHER = {**DISABLED, "pregnant": True}
SEALED = {**ADULT, "poverty_class": "poor", "neutral_group": True}
INFANT = {**SMALL, "poverty_class": "poor", "area_difficult": True}
NONE: dict[str, Any] = {}

# benefit, the facts that give it, what is lost, the regimes that know it
LOSSES: list[tuple[str, Mapping[str, Any], Mapping[str, Any], str]] = [
    ("single_parent_allowance", PARENT, {"poverty_class": "none"}, "A0 A B C"),
    ("single_parent_allowance", PARENT, {"marital_status": "married"}, "A0 A B C"),
    ("single_parent_allowance", PARENT, {"children": []}, "A0 A B C"),
    ("social_allowance", ALONE, {"poverty_class": "near_poor"}, "A0 A B C"),
    ("social_allowance", ALONE, {"support": "able"}, "A0 A B C"),
    ("social_allowance", ORPHAN, {"mother_status": "able"}, "A0 A B C"),
    ("social_allowance", ORPHAN, {"father_status": "able"}, "A0 A B C"),
    ("social_allowance", SEALED, {"wage_income": 5_000_000}, "A0 A B C"),
    ("social_allowance", SEALED, {"neutral_group": False}, "A0 A B C"),
    ("social_allowance", {**CHILD, "abandoned": True}, {"adopted": True}, "A0 A B C"),
    ("social_allowance", {**CHILD, "abandoned": True}, {"abandoned": False}, "A0 A B C"),
    ("social_allowance", INFANT, {"poverty_class": "none"}, "B C"),
    ("social_allowance", INFANT, {"area_difficult": False}, "B C"),
    ("disability_allowance", DISABLED, {"disability_degree": "mild"}, "A0 A B C"),
    ("social_pension", PENSION, {"pension_income": 3_000_000}, "B C"),
    ("social_pension", PENSION, {"request": "none"}, "B C"),
    ("facility_allowance", {**ADULT, **DISABLED, "setting": "facility"},
     {"setting": "community", "disability_degree": "mild"}, "A0 A B C"),
    ("disabled_parent_support", MOTHER, {"pregnant": False}, "A0 A B C"),
    ("care_support", CARED, {"care": "none"}, "A0 A B C"),
    ("care_support", CARED, {"carer_qualifies": False}, "A0 A B C"),
    ("care_support", CARED, {"disability_degree": "mild"}, "A0 A B C"),
]  # fmt: skip
CASES = [
    pytest.param(regime, benefit, right, lost, id=f"{regime}-{benefit}-{'-'.join(lost)}-{place}")
    for place, (benefit, right, lost, known) in enumerate(LOSSES)
    for regime in known.split()
]
GAINED = [case for case in CASES if case.values[0] in {"A0", "A", "C"}]


def judged(states: Sequence[tuple[Mapping[str, Any], Month, date | None]]) -> list[dict[str, Any]]:
    """Evaluate states of one person: facts, month, and the day on which the state ended."""
    rows = [
        {
            **dict.fromkeys(FACTS),
            **KNOWN,
            **facts,
            "month": month.ordinal,
            "person_id": "p",
            STATE_UNTIL: until,
        }
        for facts, month, until in states
    ]
    schema = {**FACTS, "person_id": pl.String(), STATE_UNTIL: pl.Date()}
    return evaluate(pl.DataFrame(rows, schema=schema), LAW).sort("month").to_dicts()


def day(month: Month, number: int) -> date:
    return date(month.year, month.number, number)


@pytest.mark.law("335/2026 Art 8.4", "176/2025 Art 4.3", "20/2021 Art 8.2")
@pytest.mark.parametrize(("regime", "benefit", "right", "lost"), CASES)
def test_what_is_lost_on_the_15th_is_owed_for_the_month_and_not_after(
    regime: str, benefit: str, right: Mapping[str, Any], lost: Mapping[str, Any]
) -> None:
    month = MONTHS[regime]
    without = {**right, **lost}
    (whole,) = judged([(right, month, None)])
    rows = judged(
        [(right, month, day(month, 15)), (without, month, None), (without, month.next(), None)]
    )
    assert len(rows) == 2
    assert rows[0]["regime"] == regime
    names = (f"{benefit}.payable", f"{benefit}.amount", f"{benefit}.provision")
    assert whole[names[0]] > 0
    assert [rows[0][name] for name in names] == [whole[name] for name in names]
    assert rows[0][f"{benefit}.lost_on"] == day(month, 15)
    assert rows[1][f"{benefit}.payable"] == 0
    assert rows[1][f"{benefit}.lost_on"] is None


@pytest.mark.law("335/2026 Art 8.4")
@pytest.mark.parametrize(("regime", "benefit", "right", "lost"), GAINED)
def test_what_is_gained_within_the_month_counts_from_its_day(
    regime: str, benefit: str, right: Mapping[str, Any], lost: Mapping[str, Any]
) -> None:
    month = MONTHS[regime]
    (row,) = judged([({**right, **lost}, month, day(month, 20)), (right, month, None)])
    assert row[f"{benefit}.payable"] > 0
    assert row[f"{benefit}.lost_on"] is None


def test_a_right_of_some_days_in_the_middle_is_owed_for_the_month() -> None:
    month = MONTHS["C"]
    without = {**ALONE, "support": "able"}
    (row,) = judged(
        [(without, month, day(month, 5)), (ALONE, month, day(month, 25)), (without, month, None)]
    )
    assert row["social_allowance.payable"] == 810_000 * 4 // 3
    assert row["social_allowance.lost_on"] == day(month, 25)


@pytest.mark.law("335/2026 Art 6.2")
def test_of_a_lost_and_a_new_right_of_one_month_the_highest_alone_is_owed() -> None:
    month = MONTHS["C"]
    both = {**ALONE, "request": "written"}
    (row,) = judged([(both, month, day(month, 12)), ({**both, "support": "able"}, month, None)])
    assert (row["social_allowance.payable"], row["social_pension.payable"]) == (1_080_000, 0)
    assert row["social_pension.excluded_by"] == "social_allowance"


def test_a_signature_after_the_loss_grants_nothing_one_before_it_grants_the_month() -> None:
    month = MONTHS["C"]
    without = {**ALONE, "support": "able"}
    for signed, owed in ((20, 0), (10, 1_080_000)):
        facts = {"signed_on": day(month, signed)}
        (row,) = judged(
            [({**ALONE, **facts}, month, day(month, 15)), ({**without, **facts}, month, None)]
        )
        assert row["social_allowance.payable"] == owed


@pytest.mark.law("147/2025 Art 5.2.d")
def test_a_changed_degree_counts_by_the_rule_of_its_period() -> None:
    severe = {**DISABLED, "disability_degree": "severe"}
    for regime, expected in (("A", 750_000), ("B", 1_000_000), ("C", 810_000)):
        month = MONTHS[regime]
        (row,) = judged([(DISABLED, month, day(month, 15)), (severe, month, None)])
        assert row["disability_allowance.payable"] == expected
        assert row["disability_allowance.lost_on"] is None


@pytest.mark.law("335/2026 Art 5.4")
def test_a_child_who_leaves_is_counted_for_the_month() -> None:
    month = MONTHS["C"]
    child = PARENT["children"][0]
    two = {**PARENT, "children": [child, {**child, "birth_date": date(2020, 1, 1)}]}
    rows = judged(
        [(two, month, day(month, 9)), (PARENT, month, None), (PARENT, month.next(), None)]
    )
    assert [row["single_parent_allowance.payable"] for row in rows] == [1_080_000, 540_000]


def test_the_explanation_says_when_the_right_ended() -> None:
    month = MONTHS["C"]
    rows = judged([(ALONE, month, day(month, 15)), ({**ALONE, "support": "able"}, month, None)])
    notes = {award.benefit: award.notes for award in explain(rows, LAW).awards}
    said = (
        "Không còn đủ điều kiện từ ngày 15/11/2026: vẫn hưởng tháng này, thôi hưởng từ tháng"
        " 12/2026 (khoản 4 Điều 8 Nghị định 335/2026/NĐ-CP)."
    )
    assert notes["social_allowance"] == (said,)


@settings(max_examples=60, deadline=None)
@given(
    case=st.sampled_from([case.values for case in CASES]),
    flags=st.lists(st.booleans(), min_size=1, max_size=4),
)
def test_a_month_is_owed_exactly_when_some_day_of_it_had_the_right(
    case: tuple[str, str, Mapping[str, Any], Mapping[str, Any]], flags: list[bool]
) -> None:
    regime, benefit, right, lost = case
    month = MONTHS[regime]
    ends = [day(month, 4 + 6 * place) for place in range(len(flags) - 1)]
    states = [
        (right if holds else {**right, **lost}, month, until)
        for holds, until in zip(flags, [*ends, None], strict=True)
    ]
    (row,) = judged(states)
    assert (row[f"{benefit}.payable"] > 0) == any(flags)
    lost_on = (
        ends[max(place for place, holds in enumerate(flags) if holds)]
        if (any(flags) and not flags[-1])
        else None
    )
    assert row[f"{benefit}.lost_on"] == lost_on


@pytest.mark.parametrize(
    ("position", "first"), [("that_month", date(2026, 12, 1)), ("month_after", date(2026, 11, 30))]
)
def test_a_loss_on_the_first_counts_by_the_switch(position: str, first: date) -> None:
    switched = with_switches(load_law(), [("loss_on_the_first", position)])
    december = Month(2026, 12)
    assert first_days((december, december), switched.latest) == [first]
