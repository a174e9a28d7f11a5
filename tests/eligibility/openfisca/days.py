"""Days, months and completed years as the law counts them.

A month has no single age. A right that opens within a month counts in it; what stops counts from
the month after; what is adjusted counts from the month of the change under Decree 20/2021 and
Decree 335/2026, from the month after in between (law.md §5.3, law-corrections E21). A signature
within the month sees the facts of its own day: what had ended by then cannot be granted, what had
not begun either. The regime is that of the event's own day, so October 2026 is split at the 5th.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.eligibility.openfisca.kleene import Column, known_when

TWO_LEVELS = np.datetime64("2025-07-01")
"""Decrees 147/2025 and 176/2025 in force (period B)."""

DECREE_335 = np.datetime64("2026-10-05")
"""Decree 335/2026 in force (period C)."""

DAY = np.timedelta64(1, "D")
NEVER = np.datetime64("9999-12-31")


def first_day(period: Any) -> np.datetime64:
    """The first day of the month."""
    return np.datetime64(f"{period.start.year:04}-{period.start.month:02}-01")


def last_day(period: Any) -> np.datetime64:
    """The last day of the month."""
    return (first_day(period).astype("M8[M]") + 1).astype("M8[D]") - DAY


def ordinal(period: Any) -> int:
    """Months since year 0."""
    return int(period.start.year) * 12 + int(period.start.month) - 1


def month_of(days: Column) -> Column:
    """Months since year 0 of each day; a missing day gives a number of no use."""
    return days.astype("M8[M]").astype(np.int64) + 1970 * 12


_FIRST_MONTH = 1800 * 12
_MONTHS = np.arange("1799-12", "2300-01", dtype="M8[M]")
_STARTS = _MONTHS.astype("M8[D]")
_LAST_DAYS = ((_MONTHS + 1).astype("M8[D]") - _STARTS).astype(np.int64) - 1
_STARTS[0] = np.datetime64("NaT")


def parts(days: Column) -> tuple[Column, Column]:
    """The month of each day as a place in the table of months (0: no day), and the days into it."""
    months = days.astype("M8[M]").astype(np.int64) + (1970 * 12 - _FIRST_MONTH + 1)
    places = np.where(np.isnat(days), 0, months)
    return places, (days - _STARTS[places]).astype(np.int64)


def after(places: Column, days_in: Column, months: Any) -> Column:
    """The day on which so many months after a day are complete; 29 February: on 28 February."""
    targets = np.where(places > 0, places + months, 0)
    found: Column = _STARTS[targets] + np.minimum(days_in, _LAST_DAYS[targets])
    return found


def completed(since: Column, months: Any) -> Column:
    """The day on which so many months are complete; 29 February completes on 28 February."""
    return after(*parts(since), months)


def by(days: Column, limit: Any) -> Column:
    """Whether a day has come by a limit; unknown where the day is unknown."""
    return known_when(~np.isnat(days), days <= limit)


def changed(days: Column, period: Any, opened_on: Column, event: Column) -> Column:
    """Whether a change on these days already counts for the level of this month.

    `opened_on` is the day whose state the award began with, or the day before the month: what
    happened by then is no adjustment. `event` is the day that selects the regime.
    """
    first, last = first_day(period), last_day(period)
    if first < TWO_LEVELS or first > DECREE_335:
        counts: Column = days <= last
    elif last >= DECREE_335:
        late = (days >= DECREE_335) & (days <= last) & (event >= DECREE_335)
        counts = (days <= opened_on) | late
    else:
        counts = days <= opened_on
    return counts
