"""Deadlines in working days, with holidays and worked Saturdays as data (law-corrections §11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.kernel.workdays import WorkCalendar, add_workdays

CALENDAR_2026 = WorkCalendar(
    days_off=frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)}),
    days_worked=frozenset({date(2026, 8, 22)}),
)
SWAPPED = WorkCalendar(
    days_off=CALENDAR_2026.days_off | {date(2026, 11, 23)},
    days_worked=CALENDAR_2026.days_worked | {date(2026, 11, 28)},
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
CALENDARS = st.builds(
    WorkCalendar, st.frozensets(DAYS, max_size=20), st.frozensets(DAYS, max_size=5)
)


@pytest.mark.parametrize(
    ("start", "count", "calendar", "due"),
    [
        (date(2026, 8, 20), 10, CALENDAR_2026, date(2026, 9, 7)),
        (date(2026, 11, 19), 7, CALENDAR_2026, date(2026, 12, 1)),
        (date(2026, 11, 19), 7, SWAPPED, date(2026, 12, 1)),
    ],
)
def test_the_deadlines_of_the_law_digest(
    start: date, count: int, calendar: WorkCalendar, due: date
) -> None:
    assert add_workdays(start, count, calendar) == due


@given(DAYS, st.integers(1, 40), CALENDARS)
def test_a_deadline_is_a_working_day_and_counts_back(
    start: date, count: int, calendar: WorkCalendar
) -> None:
    due = add_workdays(start, count, calendar)
    assert calendar.is_workday(due)
    passed = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(calendar.is_workday(day) for day in passed) == count


@given(DAYS, CALENDARS)
def test_a_day_more_off_never_brings_a_deadline_forward(
    start: date, calendar: WorkCalendar
) -> None:
    fuller = WorkCalendar(calendar.days_off | {start + timedelta(days=1)}, calendar.days_worked)
    assert add_workdays(start, 5, fuller) >= add_workdays(start, 5, calendar)
