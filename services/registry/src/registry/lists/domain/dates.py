"""Dates as a list really holds them: date cells, texts in several forms, Excel serials, bare years.

Thuật ngữ: ngày, tháng, năm sinh. Only a year is known for many old people; the day and the month
then count as 1 January (design.md section 11), and the precision says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]
Form = Literal["date", "text", "serial", "year", "month"]

EARLIEST_YEAR = 1880
LATEST_YEAR = 2100
EPOCH_1900 = date(1899, 12, 30)
_FIRST_SERIAL = 61
"""Serials up to 60 stand before 1/3/1900, where Excel counts a 29 February that never was."""
_LAST_SERIAL = (date(LATEST_YEAR, 12, 31) - EPOCH_1900).days

_SEP = r"\s*[./\-\s]\s*"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})(?: 0{{1,2}}:00(?::00)?)?\Z")
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}})(?:[T ]00:00(?::00(?:\.0{{1,6}})?)?(?:Z|[+]0[07]:?00)?)?\Z",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})\Z")
_WORDS = re.compile(
    r"(?:ngày|ng\.?)?\s*(\d{1,2})\s*(?:tháng|th\.?)\s*(\d{1,2})\s*(?:năm|n\.?)\s*(\d{4})\Z"
)
_SHORT_YEAR = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{2}})\Z")
_MONTH = re.compile(rf"(?:tháng\s*)?(\d{{1,2}})(?:{_SEP}|\s*năm\s*)(\d{{4}})\Z")
_YEAR = re.compile(r"(?:(?:sinh\s*)?năm\s*(?:sinh\s*)?)?(\d{4})\Z")
_NUMBER = re.compile(r"\d{4,5}(?:\.0+)?\Z")


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day, how exactly it is known, and the form in which the cell held it."""

    day: date
    precision: Precision
    form: Form


def read_date(cell: object, *, epoch: date = EPOCH_1900) -> DateReading | None:
    """Read a cell as a date; None when nothing in it can be one.

    Args:
        cell: what the workbook gives: a date, a number, a text.
        epoch: day 0 of the workbook's serial numbers (1904 system: 1904-01-01).
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _checked(cell, "day", "date")
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _from_number(float(cell), epoch)
    return _from_text(cell, epoch) if isinstance(cell, str) else None


def _from_number(number: float, epoch: date) -> DateReading | None:
    if number < 0 or number != number:  # noqa: PLR0124 - only NaN differs from itself
        return None
    whole = int(number)
    if whole == number and EARLIEST_YEAR <= whole <= LATEST_YEAR:
        return _checked(date(whole, 1, 1), "year", "year")
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        return _checked(epoch + timedelta(days=whole), "day", "serial")
    return None


def _from_text(text: str, epoch: date) -> DateReading | None:
    clean = " ".join(text.replace("\u00a0", " ").lower().split()).strip(" .,;'")
    for pattern, order in (
        (_DAY_FIRST, (3, 2, 1)),
        (_YEAR_FIRST, (1, 2, 3)),
        (_WORDS, (3, 2, 1)),
        (_COMPACT, (3, 2, 1)),
    ):
        match = pattern.match(clean)
        if match:
            year, month, day = (int(match[group]) for group in order)
            return _day(year, month, day)
    match = _SHORT_YEAR.match(clean)
    if match:
        # Two digits of a year name two people a century apart: nobody may guess.
        return None
    match = _MONTH.match(clean)
    if match and 1 <= int(match[1]) <= 12:
        return _checked(date(int(match[2]), int(match[1]), 1), "month", "month")
    match = _YEAR.match(clean)
    if match and EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
        return _checked(date(int(match[1]), 1, 1), "year", "year")
    return _from_number(float(clean), epoch) if _NUMBER.match(clean) else None


def _day(year: int, month: int, day: int) -> DateReading | None:
    if month == 0 and day == 0 and year:
        return _checked(date(year, 1, 1), "year", "year")
    if day == 0 and 1 <= month <= 12 and year:
        return _checked(date(year, month, 1), "month", "month")
    try:
        return _checked(date(year, month, day), "day", "text")
    except ValueError:
        return None


def _checked(day: date, precision: Precision, form: Form) -> DateReading | None:
    if EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return DateReading(day, precision, form)
    return None
