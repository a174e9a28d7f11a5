"""A day before, on and after every birthday that matters, from the parameters of each period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from common.kernel.months import Month
from eligibility.law import service
from eligibility.law.domain.plan import plan_of
from eligibility.law.store import build_law, load_law, read_documents

ORPHAN = {"father_status": "dead", "mother_status": "dead"}
ELDER = {"poverty_class": "poor", "support": "none"}
DISABLED = {"disability_degree": "severe", "certificate_date": date(2015, 1, 1)}
PENSION = {"request": "written", "pension_income": 0, "support": "able"}
NEAR_POOR = {**PENSION, "poverty_class": "near_poor"}
FACILITY = {"setting": "facility"}
SMALL = {"poverty_class": "poor", "area_difficult": True}

MONTHS = {"A": Month(2025, 3), "B": Month(2026, 3), "C": Month(2027, 3)}

ENTRIES = [
    ("social_allowance", "age_elderly", ELDER, "ABC"),
    ("social_pension", "age_pension", {**PENSION, "poverty_class": "none"}, "BC"),
    ("social_pension", "age_pension_poor", NEAR_POOR, "BC"),
    ("social_allowance", "age_5.5c", {**PENSION, "poverty_class": "none"}, "A"),
]
ENDS = [
    ("social_allowance", "age_child_below", ORPHAN, "ABC"),
    ("social_allowance", "age_infant_below", SMALL, "ABC"),
]
LEVELS = [
    ("social_allowance", "age_small_child_below", ORPHAN, ("5.1_under_4", "5.1_from_4"), "ABC"),
    ("facility_allowance", "age_small_child_below", FACILITY,
     ("facility_under_4", "facility_from_4"), "ABC"),
    ("disability_allowance", "age_child_below", DISABLED, ("5.6_severe_child", "5.6_severe"), "ABC"),
    ("disability_allowance", "age_elderly", DISABLED, ("5.6_severe", "5.6_severe_elderly"), "ABC"),
    ("social_allowance", "age_5.5a_higher", ELDER, ("5.5a_60", "5.5a_80"), "AB"),
    ("social_allowance", "age_5.5a_higher", ELDER, ("5.5a_60", "5.5a_75"), "C"),
]  # fmt: skip


def years(age: str, regime: str) -> int:
    return plan_of(load_law().latest, regime).rules.numbers[age]


def row_of(facts: dict[str, Any], born: date, month: Month, **more: Any) -> dict[str, Any]:
    known = {"wage_income": 0, "pension_income": 0, **facts, "birth_date": born, **more}
    (row,) = service.person_rows(known, month, month)
    return row


def spread(cases: list[Any]) -> list[Any]:
    return [
        pytest.param(*case[:-1], regime, id=f"{regime}-{case[0]}-{case[1]}")
        for case in cases
        for regime in case[-1]
    ]


@pytest.mark.parametrize(("benefit", "age", "facts", "regime"), spread(ENTRIES))
def test_an_age_lets_in_on_the_day_itself(
    benefit: str, age: str, facts: dict[str, Any], regime: str
) -> None:
    month, count = MONTHS[regime], years(age, regime)
    last = month.last_day
    for shift, eligible in ((-1, True), (0, True), (1, False)):
        day = last + timedelta(days=shift)
        row = row_of(facts, day.replace(year=day.year - count), month)
        assert row[f"{benefit}.eligible"] is eligible, shift
    if regime != "A":
        signed = month.first_day + timedelta(days=9)
        for shift, eligible in ((-1, True), (0, True), (1, False)):
            day = signed + timedelta(days=shift)
            born = day.replace(year=day.year - count)
            assert row_of(facts, born, month, signed_on=signed)[f"{benefit}.eligible"] is eligible


@pytest.mark.parametrize(("benefit", "age", "facts", "regime"), spread(ENDS))
def test_a_right_that_ends_at_an_age_lasts_through_the_month_of_the_birthday(
    benefit: str, age: str, facts: dict[str, Any], regime: str
) -> None:
    month, count = MONTHS[regime], years(age, regime)
    for shift, eligible in ((-1, False), (0, True), (1, True)):
        day = month.first_day + timedelta(days=shift)
        born = Month(day.year - count, day.month).first_day.replace(day=min(day.day, 28))
        assert row_of(facts, born, month)[f"{benefit}.eligible"] is eligible, shift


@pytest.mark.parametrize(("benefit", "age", "facts", "codes", "regime"), spread(LEVELS))
def test_a_level_changes_with_the_month_of_the_birthday_or_in_period_b_the_month_after(
    benefit: str, age: str, facts: dict[str, Any], codes: tuple[str, str], regime: str
) -> None:
    month, count = MONTHS[regime], years(age, regime)
    edge = month.first_day if regime == "B" else month.last_day + timedelta(days=1)
    for shift, code in ((-1, codes[1]), (0, codes[0]), (1, codes[0])):
        day = edge + timedelta(days=shift)
        born = date(day.year - count, day.month, min(day.day, 28))
        row = row_of(facts, born, month, signed_on=date(2019, 1, 1))
        assert row[f"{benefit}.provision"] == code, shift


def switched(code: str, value: str) -> Any:
    documents = read_documents()
    documents["switches.yaml"]["parameters"][f"switch_{code}"]["values"][0]["value"] = value
    return build_law(documents).latest


def payable(law: Any, facts: dict[str, Any], month: Month, benefit: str) -> Any:
    import polars as pl

    from eligibility.law.domain.evaluate import FACTS, evaluate

    row = {**dict.fromkeys(FACTS), "wage_income": 0, **facts, "month": month.ordinal}
    return evaluate(pl.DataFrame([row], schema=FACTS), law)[f"{benefit}.payable"][0]


@pytest.mark.law("335/2026 Art 32.3", "335/2026 Art 5.2", "335/2026 Art 8.4", "147/2025 Art 5.2.d")
def test_open_questions_are_answered_as_their_switch_stands() -> None:
    elder = {**ELDER, "birth_date": date(1950, 1, 10), "pension_income": 0, "request": "none"}
    july, november = Month(2026, 7), Month(2026, 11)
    usual, back = load_law().latest, switched("age_line_75_counts_back", "yes")
    assert payable(usual, elder, july, "social_allowance") == 810_000
    assert payable(back, elder, july, "social_allowance") == 1_080_000
    assert payable(back, elder, Month(2026, 6), "social_allowance") == 750_000
    pensioner = {**PENSION, "poverty_class": "none", "birth_date": date(1946, 1, 1)}
    pensioner["pension_income"] = 300_000
    less = switched("pension_beside_lower_income", "difference")
    assert payable(usual, pensioner, november, "social_pension") == 540_000
    assert payable(less, pensioner, november, "social_pension") == 240_000
    student = {
        "birth_date": date(2004, 3, 5),
        "had_no_care_at_16": True,
        "study_level": "university",
        "study_continuous": True,
        "poverty_class": "none",
        "pension_income": 0,
    }
    revived = switched("revive_students_over_22", "yes")
    assert payable(usual, student, november, "social_allowance") == 0
    assert payable(revived, student, november, "social_allowance") == 810_000
    child = {**ORPHAN, "birth_date": date(2022, 11, 15), "poverty_class": "none"}
    later = switched("change_counts_from", "month_after")
    assert payable(usual, child, november, "social_allowance") == 810_000
    assert payable(later, child, november, "social_allowance") == 1_350_000
    child["birth_date"] = date(2022, 5, 15)
    at_once = switched("adjust_month_period_b", "month_of_change")
    assert payable(usual, child, Month(2026, 5), "social_allowance") == 1_250_000
    assert payable(at_once, child, Month(2026, 5), "social_allowance") == 750_000
    held = {**DISABLED, "birth_date": date(1980, 1, 1), "poverty_class": "none"}
    held["detained_since"] = date(2026, 6, 10)
    suspended = switched("detention_suspends_period_c", "yes")
    assert payable(usual, held, november, "disability_allowance") == 810_000
    assert payable(suspended, held, november, "disability_allowance") == 0


@pytest.mark.law("176/2025 Art 7.1")
def test_a_conversion_that_lowers_the_amount_says_so() -> None:
    facts = {
        "birth_date": date(1940, 1, 1),
        "province_code": "31",
        "former_province_code": "30",
        "local_group": "cao_tuoi_80",
        "request": "converted",
        "poverty_class": "none",
        "pension_income": 0,
        "support": "able",
    }
    explained = service.evaluate_person(facts, Month(2025, 6), Month(2025, 7))
    (note,) = [note for award in explained.awards for note in award.notes]
    assert "giảm 50.000" in note
    assert any(note == line for line in explained.text)
    first = explained.awards[0]
    assert first.standard_basis == "Mức của Hải Dương cũ"
