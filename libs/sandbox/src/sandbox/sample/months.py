"""Months as counted numbers, so that a plan needs nothing but the standard library."""

from __future__ import annotations

from datetime import date

MONTHS_A_YEAR = 12


def of(day: date) -> int:
    """The month of a day as a number that grows by one each month."""
    return day.year * MONTHS_A_YEAR + day.month - 1


def parse(text: str) -> int:
    """Read "2026-11".

    Raises:
        ValueError: The text is not a month.
    """
    return of(date.fromisoformat(f"{text}-01"))


def write(month: int) -> str:
    """Write "2026-11"."""
    return f"{month // MONTHS_A_YEAR:04d}-{month % MONTHS_A_YEAR + 1:02d}"


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1)


def birthday(birth: date, age: int) -> date:
    """The day on which an age is completed; 29 February completes on 28 February."""
    leap_day = (birth.month, birth.day) == (2, 29)
    return date(birth.year + age, birth.month, 28 if leap_day else birth.day)
