"""`Month`: the unit in which the law grants, adjusts and stops money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self, overload

_TEXT = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, ordered, hashable, written `YYYY-MM`.

    Arithmetic is in whole months: `Month(2026, 12) + 1 == Month(2027, 1)`; the difference of two
    months is an `int`.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a month that no calendar has."""
        if not (1 <= self.year <= 9999 and 1 <= self.number <= 12):
            msg = "a month needs a year from 1 to 9999 and a number from 1 to 12"
            raise ValueError(msg)

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`; anything else is a `ValueError`."""
        match = _TEXT.match(text)
        if match is None:
            msg = "a month is written YYYY-MM"
            raise ValueError(msg)
        return cls(int(match[1]), int(match[2]))

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self + 1).first_day - timedelta(days=1)

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that months can be counted with."""
        return self.year * 12 + self.number - 1

    def __add__(self, months: int) -> Month:
        """Move forward by whole months."""
        year, index = divmod(self.ordinal + months, 12)
        return Month(year, index + 1)

    @overload
    def __sub__(self, other: int) -> Month: ...
    @overload
    def __sub__(self, other: Month) -> int: ...
    def __sub__(self, other: int | Month) -> Month | int:
        """Move back by whole months, or count the months between two months."""
        if isinstance(other, Month):
            return self.ordinal - other.ordinal
        return self + -other

    def previous(self) -> Month:
        """The month before."""
        return self + -1

    def next(self) -> Month:
        """The month after."""
        return self + 1

    def __str__(self) -> str:
        """Write `YYYY-MM`."""
        return f"{self.year:04d}-{self.number:02d}"

    def display(self) -> str:
        """Write the month as Vietnamese forms do: `12/2026`."""
        return f"{self.number:02d}/{self.year:04d}"


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Yield every month from `first` to `last`, both included; nothing when `last` is earlier."""
    current = first
    while current <= last:
        yield current
        current = current.next()
