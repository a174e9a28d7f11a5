"""A form as a neutral value: sheets with typed columns, before any file format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "count", "dong", "million", "percent", "date"]
Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its Vietnamese heading and what its cells are."""

    heading: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns; `level` 0 is a total, deeper levels are parts of it."""

    cells: tuple[Cell, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its name, title and notes."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A report's content; equal content gives an equal file."""

    kind: str
    title: str
    subtitle: str
    made_on: date
    sheets: tuple[Sheet, ...]
