"""A whole list: which rows are rows, what each says, which repeat one another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from common.kernel.names import search_key
from registry.lists.domain.findings import FILE_LEVEL, Finding
from registry.lists.domain.header import Grid, Header
from registry.lists.domain.rows import ReadingContext, RowReader, RowReading, read_row

Lines = Iterable[tuple[int, Sequence[object]]]
"""Lines of a file, each with its number as people count."""

_TOTALS = ("tong cong", "tong so", "tong", "cong", "cong trang", "bang chu", "luy ke", "mang sang")
_NUMBERING = re.compile(r"\(?\s*\d{1,2}\s*\)?\Z|[A-E]\Z")
_VALUE_FIELDS = ("identity", "birth", "birth_male", "birth_female", "amount", "coefficient")
_KEY_FIELDS = ("identity", "birth", "birth_male", "birth_female")
_MIN_NUMBERED = 4
_MIN_TEXTS = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """Every data row of a file, in its order, and what concerns the file as a whole."""

    header: Header
    rows: Sequence[RowReading]
    findings: Sequence[Finding]
    """Findings of the file itself (row number 0)."""


def read_list(grid: Grid, header: Header, context: ReadingContext) -> Listing:
    """Read a beneficiary list below its header; duplicates in the file name the first row."""
    start = header.last_row + 1
    rows = read_rows(enumerate(grid[start:], start + 1), header, context)
    mark_duplicates(rows)
    return Listing(header, rows, file_findings(header))


def read_rows(lines: Lines, header: Header, context: ReadingContext) -> list[RowReading]:
    """Read the rows about a person among numbered lines."""
    return [
        read_row(RowReader(context, header.columns, cells), context, number)
        for number, cells in data_rows(lines, header)
    ]


def file_findings(header: Header) -> list[Finding]:
    """Give what concerns the file: titles above the header."""
    if header.first_row == FILE_LEVEL:
        return []
    return [Finding("title_rows", details={"count": header.first_row})]


def data_rows(lines: Lines, header: Header) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows that are about a person, with their number as the spreadsheet shows it.

    Left out: blank rows, the numbering of columns, a header repeated on each page, headings of
    groups, totals, and the signatures at the end.

    Args:
        lines: the lines below the header, each with its number.
        header: which column is which.
    """
    for number, cells in lines:
        if is_data(cells, header):
            yield number, cells


def mark_duplicates(rows: Sequence[RowReading]) -> None:
    """Refuse a row that repeats person and benefit of an earlier row that went in."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        if row.refused:
            continue
        key = duplicate_key(row)
        if key in first:
            row.note("duplicate_in_file", "identity", None, first_row=first[key])
        else:
            first[key] = row.row_number


def duplicate_key(row: RowReading) -> tuple[str, ...]:
    """Give what no two rows of a list may have in common: person and benefit."""
    benefit = row.benefit.category.benefit if row.benefit.category else ""
    return (*row.person.key, benefit)


def is_data(cells: Sequence[object], header: Header) -> bool:
    """Say whether a line is about a person."""
    present = [cell for cell in cells if cell is not None and str(cell).strip()]
    if not present:
        return False
    at = _reader(cells, header)
    if _is_total(present) and not any(map(at, _KEY_FIELDS)):
        return False
    if _is_numbering(present) or _repeats_header(cells, header):
        return False
    ordinal = at("ordinal")
    has_ordinal = isinstance(ordinal, int | float) or str(ordinal or "").strip(" .").isdigit()
    named = bool(at("full_name"))
    if any(_has_digit(at(name)) for name in _KEY_FIELDS):
        return True
    if has_ordinal:
        return named or any(map(at, _VALUE_FIELDS))
    # Lines of signatures hold a few titles side by side; a row of a list says more.
    return named and len(present) >= _MIN_TEXTS


def _reader(cells: Sequence[object], header: Header) -> Callable[[str], object]:
    def at(name: str) -> object:
        column = header.columns.get(name)
        if column is None or column >= len(cells):
            return None
        value = cells[column]
        return value.strip() if isinstance(value, str) else value

    return at


def _has_digit(value: object) -> bool:
    return value is not None and any(char.isdigit() for char in str(value))


def _is_total(present: Sequence[object]) -> bool:
    first_text = next((cell for cell in present if isinstance(cell, str)), "")
    words = search_key(first_text)
    return any(words == total or words.startswith(f"{total} ") for total in _TOTALS)


def _is_numbering(present: Sequence[object]) -> bool:
    if len(present) < _MIN_NUMBERED:
        return False
    texts = [
        str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
        for cell in present
    ]
    if not all(_NUMBERING.match(text) for text in texts):
        return False
    numbers = [int(text.strip("() ")) for text in texts if not text.isalpha()]
    return all(later > earlier for earlier, later in itertools.pairwise(numbers))


def _folded(cell: object) -> str | None:
    return " ".join(cell.lower().split()) if isinstance(cell, str) else None


def _repeats_header(cells: Sequence[object], header: Header) -> bool:
    same = sum(
        1
        for name, column in header.columns.items()
        if column < len(cells) and _folded(cells[column]) == _folded(header.titles.get(name, ""))
    )
    return same >= _MIN_NUMBERED
