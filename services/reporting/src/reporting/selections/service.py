"""The selections by code, their rows and their counts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from common.database.session import AsyncSession
from common.kernel.months import Month
from reporting.selections import store
from reporting.selections.domain import AsOf, Count, Selection, SelectionUnknown


@cache
def selections() -> Mapping[str, Selection]:
    """Read every data file of the folder `data`; a code stands once.

    Raises:
        ValueError: two selections have the same code.
    """
    found: dict[str, Selection] = {}
    folder = files("reporting.selections").joinpath("data")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["selection"]:
            selection = Selection.of(entry)
            if selection.code in found:
                raise ValueError(f"two selections are called {selection.code}")
            found[selection.code] = selection
    return found


def selection_of(code: str) -> Selection:
    """Give a selection by its code.

    Raises:
        SelectionUnknown: the detail names those that exist.
    """
    found = selections().get(code)
    if found is None:
        raise SelectionUnknown(f"Các danh sách hiện có: {', '.join(sorted(selections()))}.")
    return found


def as_of(
    today: date,
    *,
    day: date | None = None,
    year: int | None = None,
    first: Month | None = None,
    last: Month | None = None,
    next_year: bool = False,
) -> AsOf:
    """Complete what was asked: the day is today, months those of the day, the year likewise."""
    chosen = day or (min(today, last.last_day) if last else today)
    ages = year or chosen.year + (1 if next_year else 0)
    end = last or Month.of(chosen)
    return AsOf(chosen, ages, first or end, end)


async def rows(
    session: AsyncSession,
    selection: Selection,
    communes: Sequence[str] | None,
    when: AsOf,
    *,
    village: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Give the rows of a selection, each with the identity of its person."""
    return await store.rows(
        session, selection, communes, when, village=village, limit=limit, offset=offset
    )


async def counts(
    session: AsyncSession,
    code: str,
    communes: Sequence[str] | None,
    when: AsOf,
    *,
    village: str | None = None,
) -> dict[str | None, Count]:
    """Count a selection: under None in all, and under each commune that has any."""
    return await store.counts(session, selection_of(code), communes, when, village=village)
