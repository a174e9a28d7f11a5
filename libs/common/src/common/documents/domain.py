"""A document as a neutral value: letterhead, text, tables, signature; no file format.

Thuật ngữ: thể thức văn bản hành chính. Căn cứ: Điều 8 và Phụ lục I Nghị định 30/2020/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "count", "dong", "million", "percent", "date"]
Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its Vietnamese heading; `kind` says how its cells are written."""

    heading: str
    kind: Kind = "count"
    width: int | None = None
    """Width in a workbook, in characters; None: that of its kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns; `level` 0 is a total, deeper levels are parts of it.

    `sums_parts`: each number of this row is the sum of the rows of level 1 of the same table; the
    workbook then holds a formula, so that a reader can check the total.
    """

    cells: tuple[Cell, ...]
    level: int = 1
    sums_parts: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its name (of a worksheet, at most 31 characters), title and notes."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading ("I. Kết quả thực hiện") and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues the paper (cơ quan ban hành, cơ quan chủ quản) and where."""

    organ: str
    place: str
    parent_organ: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: on whose authority ("TM. ỦY BAN NHÂN DÂN"), office, name (None: not signed)."""

    position: str
    authority: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An official paper.

    `kind` is the name of the type ("BÁO CÁO"), `subject` its trích yếu. A draft has no number and
    no day: both get blanks that a person fills in. `abbreviation` stands in the number
    ("BC-UBND"). `basis` are papers that it answers or rests on, each a full sentence.
    """

    kind: str
    subject: str
    letterhead: Letterhead
    signature: Signature
    blocks: tuple[Section | Table, ...]
    abbreviation: str
    number: str | None = None
    issued_on: date | None = None
    period: str = ""
    basis: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def number_line(self) -> str:
        """`Số: 12/BC-UBND`, with dots while it is a draft."""
        return f"Số: {self.number or '.....'}/{self.abbreviation}"

    @property
    def place_and_day(self) -> str:
        """`Di Linh, ngày 05 tháng 12 năm 2026`: a zero before days to 9 and months to 2."""
        if self.issued_on is None:
            return f"{self.letterhead.place}, ngày ..... tháng ..... năm ....."
        day = self.issued_on
        month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
        return f"{self.letterhead.place}, ngày {day.day:02d} tháng {month} năm {day.year}"
