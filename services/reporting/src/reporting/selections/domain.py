"""A selection: who or what is meant, as of when, in which unit, and how it is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from common.kernel.errors import NotFound
from common.kernel.months import Month

CellKind = Literal["text", "count", "dong", "date", "benefit"]
Subject = Literal["person", "household", "dossier", "one_off"]


class SelectionUnknown(NotFound, code="list_kind_unknown", title="Không có danh sách này"):
    """No selection has this code; the detail names those that exist."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a printed list.

    `words` names the kind of label that its codes are written with. `health`: the column tells
    something about health; it is left out of what is posted in public.
    """

    key: str
    heading: str
    kind: CellKind = "text"
    words: str | None = None
    health: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """A named set of people (or households, dossiers, payments) on a day or in a period.

    `sql` gives rows with `person_id`, and `amount` in đồng if `money`; where the subject is not a
    person also `id`, `commune_code` and `village`. `next_year`: without a year the next one is
    meant. `health`: that somebody is on the list tells something about health, so that it is never
    posted. `signed`: the list has a column for signatures.
    """

    code: str
    title: str
    definition: str
    unit: str
    sql: str
    basis: str = ""
    duties: tuple[str, ...] = ()
    subject: Subject = "person"
    money: bool = False
    next_year: bool = False
    health: bool = False
    signed: bool = False
    listed: bool = True
    columns: tuple[ListColumn, ...] = ()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Selection:
        """Read an entry of a data file."""
        columns = tuple(ListColumn(**column) for column in entry.get("columns", ()))
        duties = tuple(entry.get("duties", ()))
        return cls(**{**entry, "columns": columns, "duties": duties})


@dataclass(frozen=True, slots=True)
class AsOf:
    """When a selection is meant: a day, the year of ages, the first and last month of a period."""

    day: date
    year: int
    first: Month
    last: Month

    def values(self) -> dict[str, Any]:
        """Give the values that the SQL of selections may use."""
        return {
            "day": self.day,
            "year": self.year,
            "first": self.first.first_day,
            "last": self.last.first_day,
            "last_day": self.last.last_day,
            "month": str(self.last),
            "month_before": str(self.last - 1),
        }


@dataclass(frozen=True, slots=True)
class Count:
    """How many subjects a selection has, of them male and female, how often, how much (đồng)."""

    subjects: int = 0
    male: int = 0
    female: int = 0
    times: int = 0
    amount: int = 0
