"""Working days (ngày làm việc): deadlines over a calendar given as data.

Which days are off and which Saturdays are worked is decided every year by notice (khoản 3 Điều 112
Bộ luật Lao động), so the calendar is an argument, never a constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off besides the weekends, and Saturdays or Sundays that are worked in exchange."""

    days_off: frozenset[date]
    days_worked: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on that day."""
        if day in self.days_worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off


def add_workdays(start: date, count: int, calendar: WorkCalendar) -> date:
    """Give the `count`-th working day after `start`; the day of receipt itself does not count.

    `count` 0 gives `start`.
    """
    if count < 0:
        msg = "a deadline lies ahead: count must not be negative"
        raise ValueError(msg)
    day = start
    while count > 0:
        day += timedelta(days=1)
        if calendar.is_workday(day):
            count -= 1
    return day
