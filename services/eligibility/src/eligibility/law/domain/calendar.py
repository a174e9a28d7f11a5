"""Days off and days worked in exchange, as data with their notice.

Căn cứ: Điều 112 Bộ luật Lao động 2019; Nghị quyết 28/2026/QH16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.kernel.workdays import WorkCalendar
from eligibility.law.domain.parameters import LawFileInvalid


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off (or, in exchange, a day worked), with the notice that says so."""

    day: date
    name: str
    worked: bool
    notice: str
    source: str


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's days; not `confirmed` while the official notice was not seen."""

    year: int
    confirmed: bool
    days: tuple[DayOff, ...]


def read_years(body: Mapping[str, Any]) -> tuple[HolidayYear, ...]:
    """Build the years from the content of `holidays.yaml`.

    Raises:
        LawFileInvalid: a gap between years, a day of another year, twice the same day, no notice.
    """
    years = tuple(_read_year(item) for item in body.get("years") or ())
    if not years:
        raise LawFileInvalid("holidays: no year")
    numbers = [year.year for year in years]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise LawFileInvalid("holidays: years out of order or missing")
    return years


def _read_year(item: Mapping[str, Any]) -> HolidayYear:
    number = item["year"]
    days: list[DayOff] = []
    for group in item["groups"]:
        if not group.get("notice") or not group.get("source"):
            raise LawFileInvalid(f"holidays {number}: a group without notice or source")
        if group.keys() - {"name", "days_off", "days_worked", "notice", "source"}:
            raise LawFileInvalid(f"holidays {number}: a group with an unknown key")
        for key, worked in (("days_off", False), ("days_worked", True)):
            days.extend(
                DayOff(day, str(group["name"]), worked, str(group["notice"]), str(group["source"]))
                for day in group.get(key) or ()
            )
    seen = [day.day for day in days]
    if len(set(seen)) != len(seen) or any(day.year != number for day in seen):
        raise LawFileInvalid(f"holidays {number}: a day twice or of another year")
    return HolidayYear(int(number), bool(item.get("confirmed", False)), tuple(days))


def work_calendar(years: Sequence[HolidayYear], *, make_up_days_count: bool) -> WorkCalendar:
    """Give the calendar that deadlines are counted over."""
    days = [day for year in years for day in year.days]
    return WorkCalendar(
        days_off=frozenset(day.day for day in days if not day.worked),
        days_worked=frozenset(day.day for day in days if day.worked and make_up_days_count),
    )
