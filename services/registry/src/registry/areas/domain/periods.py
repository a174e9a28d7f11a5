"""Making room in a timeline: what overlaps a new period gives way, the rest of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class Period(Protocol):
    """Anything that holds from a day to before a day; None is open."""

    @property
    def valid_from(self) -> date | None:
        """First day."""
        ...

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer holds."""
        ...


P = TypeVar("P", bound=Period)


def make_room(
    rows: Sequence[P], start: date | None, end: date | None
) -> tuple[list[P], list[tuple[P, date | None, date | None]]]:
    """Give the rows that overlap a new period, and what is left of them outside it."""
    gone: list[P] = []
    left: list[tuple[P, date | None, date | None]] = []
    for row in rows:
        later = end is not None and row.valid_from is not None and row.valid_from >= end
        earlier = start is not None and row.valid_to is not None and row.valid_to <= start
        if later or earlier:
            continue
        gone.append(row)
        if start is not None and (row.valid_from is None or row.valid_from < start):
            left.append((row, row.valid_from, start))
        if end is not None and (row.valid_to is None or row.valid_to > end):
            left.append((row, end, row.valid_to))
    return gone, left
