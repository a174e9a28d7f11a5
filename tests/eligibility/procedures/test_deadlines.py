"""Time limits by day of receipt: cases/deadlines.yaml, and what no case can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eligibility.law.domain.deadlines import (
    ProcedureNotInForce,
    coming_year_unconfirmed,
    procedures,
    time_limit,
)
from eligibility.law.domain.switches import LocalChoice
from eligibility.law.store import load_law

DOCUMENT = yaml.safe_load((Path(__file__).parent / "cases/deadlines.yaml").read_text("utf-8"))
CASES = [pytest.param(case, id=case["name"]) for case in DOCUMENT["deadlines"]]
ANY_DAY = st.dates(date(2025, 7, 1), date(2026, 12, 31))


@pytest.mark.law(
    "20/2021 Art 8.1",
    "20/2021 Art 8.3",
    "20/2021 Art 11.4",
    "20/2021 Art 12.3",
    "20/2021 Art 14.3",
    "147/2025 Art 5.2.b",
    "176/2025 Art 4.1.b",
    "176/2025 Art 5.3.b",
    "335/2026 Art 8.2",
    "335/2026 Art 11.3",
    "335/2026 Art 13",
    "335/2026 Art 18.1",
    "335/2026 Art 31.3",
    "335/2026 Art 33.2",
)
@pytest.mark.parametrize("case", CASES)
def test_the_time_limit_is(case: Mapping[str, Any]) -> None:
    found = time_limit(
        load_law(), case["procedure"], case["received_on"], happened=case.get("happened", ())
    )
    assert found.due_on == case["due_on"]
    due = {step.code: step.due_on for step in found.steps}
    assert {name: due.get(name) for name in case.get("steps", {})} == case.get("steps", {})


def test_every_procedure_has_a_case() -> None:
    assert {case["procedure"] for case in DOCUMENT["deadlines"]} == set(procedures(load_law()))


def test_the_posting_lies_inside_the_review() -> None:
    limit = time_limit(load_law(), "monthly_allowance", date(2025, 3, 3))
    posting = next(step for step in limit.steps if step.code == "posting")
    assert (posting.inside, posting.starts_on, posting.due_on) == (
        "review",
        date(2025, 3, 10),
        date(2025, 3, 12),
    )


@pytest.mark.parametrize(
    ("procedure", "day"),
    [("social_pension", date(2025, 6, 30)), ("monthly_allowance", date(2021, 6, 30)), ("x", None)],
)
def test_a_procedure_that_is_not_in_force_is_a_problem(procedure: str, day: date | None) -> None:
    with pytest.raises(ProcedureNotInForce):
        time_limit(load_law(), procedure, day or date(2026, 1, 1))


def test_the_count_of_make_up_days_is_a_switch() -> None:
    choice = LocalChoice(
        "make_up_days_count", "no", date(2021, 7, 1), None, date(2021, 7, 1), "CV 1", "thử"
    )
    law = replace(load_law(), choices=(choice,))
    assert time_limit(law, "monthly_allowance", date(2026, 8, 20)).due_on == date(2026, 9, 8)


def test_without_analogy_the_unseen_time_limits_of_2025_stay_open() -> None:
    choice = LocalChoice(
        "period_b_by_analogy", "no", date(2025, 7, 1), None, date(2025, 7, 1), "CV 2", "thử"
    )
    law = replace(load_law(), choices=(choice,))
    assert time_limit(law, "funeral", date(2025, 8, 29)).due_on is None
    assert time_limit(law, "funeral_pension", date(2025, 8, 29)).due_on == date(2025, 9, 5)
    assert time_limit(law, "funeral", date(2026, 11, 20)).due_on == date(2026, 11, 26)


def test_a_count_into_a_year_without_its_notice_says_so() -> None:
    law = load_law()
    assert time_limit(law, "monthly_allowance", date(2026, 12, 28)).unconfirmed_years == (2027,)
    assert time_limit(law, "monthly_allowance", date(2026, 11, 19)).unconfirmed_years == ()
    assert time_limit(law, "monthly_allowance", date(2024, 3, 4)).unconfirmed_years == (2024,)


@pytest.mark.parametrize(
    ("today", "warned"),
    [(date(2026, 9, 30), None), (date(2026, 10, 1), 2027), (date(2025, 12, 31), None)],
)
def test_the_coming_year_warns_from_october(today: date, warned: int | None) -> None:
    assert coming_year_unconfirmed(load_law(), today) == warned


@given(day=ANY_DAY)
def test_a_time_limit_ends_on_a_working_day_after_receipt(day: date) -> None:
    law = load_law()
    due_on = time_limit(law, "monthly_allowance", day).due_on
    assert due_on is not None
    assert due_on > day
    assert law.calendar.is_workday(due_on)
    later = time_limit(law, "monthly_allowance", day + timedelta(days=1)).due_on
    assert later is not None
    if (day < date(2026, 10, 5)) == (day + timedelta(days=1) < date(2026, 10, 5)):
        assert later >= due_on
