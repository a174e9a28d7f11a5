"""Where the names of the columns stand, and which column is which.

A list begins with titles; its names of columns may take two rows, with merged cells above. A row is
a header when it names the person and enough other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.lists.domain.encodings import read_text
from registry.lists.domain.vocabulary import phrase

Cell = object
Grid = Sequence[Sequence[Cell]]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]

SEARCHED_ROWS = 40
MIN_FIELDS = 4
_MIN_KNOWN = 2
_MIN_VALUES = 2
_DIGIT = re.compile(r"\d")
_CONTAINED = 4
"""Headings shorter than this many letters count only when they are the whole cell."""
WHOLE = 1000
"""From this score on the cell is a known heading, word for word."""
_PART = 100
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Header:
    """Rows (from 0) that the header takes, and the column (from 0) of each field."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    """Field -> heading as written."""
    headings: tuple[str, ...] = ()
    """Every column's heading as written, known or not."""
    scores: Mapping[str, int] | None = None
    """Field -> how well the heading fits; None where a person chose the columns."""

    def with_columns(self, columns: Mapping[str, int]) -> Header:
        """Give the same rows with fields in other columns."""
        return replace(self, columns=columns)

    def numbered(self) -> dict[str, int]:
        """Give the columns numbered from 1, as people count them."""
        return {name: column + 1 for name, column in self.columns.items()}


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """Rows that could be the header, with the title of each column."""

    first_row: int
    last_row: int
    titles: tuple[str, ...]


def find_header(
    grid: Grid, headings: Mapping[str, Sequence[str]], *, merged: Merged = ()
) -> Header | None:
    """Find the header among the first rows: most fields recognised, whole cells before parts."""
    best = _best(grid, headings, merged)
    return best if best is not None and _is_header(best.columns) else None


def guess_header(
    grid: Grid, headings: Mapping[str, Sequence[str]], *, merged: Merged = ()
) -> Header | None:
    """Find the row that is most like a header, though too little of it is recognised."""
    best = _best(grid, headings, merged)
    if best is not None and len(best.columns) >= _MIN_KNOWN:
        known = sum(1 for title in best.headings if title) >= MIN_FIELDS
        return best if known else None
    for rows in candidates(grid, merged):
        below = grid[rows.last_row + 1] if rows.last_row + 1 < len(grid) else ()
        if rows.first_row == rows.last_row and _looks_like_header(rows.titles, below):
            found = _match(rows.titles, headings)
            return _header(rows, found)
    return None


def _looks_like_header(titles: Sequence[str], below: Sequence[Cell]) -> bool:
    """Say whether words stand above values: as a header does of which no word is known."""
    words = [title for title in titles if title and not _DIGIT.search(title)]
    return len(words) >= MIN_FIELDS and _values(below) >= _MIN_VALUES


def _values(cells: Sequence[Cell]) -> int:
    """Count the cells that hold a number or a date, written in whatever way."""
    return sum(1 for cell in cells if cell is not None and _DIGIT.search(str(cell)))


def candidates(grid: Grid, merged: Merged = ()) -> Iterator[HeaderRows]:
    """Yield every one or two of the first rows as they would read as a header."""
    filled = _fill_merged(grid[:SEARCHED_ROWS], merged)
    for row in range(len(filled)):
        for height in (1, 2):
            rows = filled[row : row + height]
            if len(rows) < height or (height == 2 and _values(rows[1]) >= _MIN_VALUES):
                # Below a header of one row stand people, not more headings.
                continue
            yield HeaderRows(row, row + height - 1, _titles(rows))
            if height == 2:
                # A text file and some workbooks do not say which cells are merged.
                spread = _titles([_spread(rows[0], rows[1]), rows[1]])
                yield HeaderRows(row, row + 1, spread)


def _best(grid: Grid, headings: Mapping[str, Sequence[str]], merged: Merged) -> Header | None:
    best: Header | None = None
    best_rank = (0, 0)
    for rows in candidates(grid, merged):
        found = _match(rows.titles, headings)
        rank = (len(found), sum(score for score, _, _ in found.values()))
        if best is not None and _is_header(best.columns) and not _is_header(found):
            continue
        better = best is not None and not _is_header(best.columns) and _is_header(found)
        if found and (better or rank > best_rank):
            best_rank = rank
            best = _header(rows, found)
    return best


def _header(rows: HeaderRows, found: Mapping[str, tuple[int, int, str]]) -> Header:
    return Header(
        first_row=rows.first_row,
        last_row=rows.last_row,
        columns={name: column for name, (_, column, _) in found.items()},
        titles={name: title for name, (_, _, title) in found.items()},
        headings=rows.titles,
        scores={name: score for name, (score, _, _) in found.items()},
    )


def _is_header(found: Mapping[str, object]) -> bool:
    who = {"identity", "birth", "birth_male", "birth_female", "birth_year"} & found.keys()
    return "full_name" in found and bool(who) and len(found) >= MIN_FIELDS


def _fill_merged(rows: Grid, merged: Merged) -> list[list[Cell]]:
    filled = [list(row) for row in rows]
    for (top, left), (bottom, right) in merged:
        if top >= len(filled) or left >= len(filled[top]):
            continue
        value = filled[top][left]
        for row in filled[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
    return filled


def _spread(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    """Let a heading reach over the empty cells on its right that have a heading below them."""
    spread = list(upper)
    for column in range(1, min(len(spread), len(lower))):
        if _blank(spread[column]) and not _blank(lower[column]) and not _blank(lower[column - 1]):
            spread[column] = spread[column - 1]
    return spread


def _blank(cell: Cell) -> bool:
    return cell is None or str(cell).strip() == ""


def _titles(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    titles = []
    width = max((len(row) for row in rows), default=0)
    for column in range(width):
        words: list[str] = []
        for row in rows:
            part = row[column] if column < len(row) else None
            text = read_text(part.strip()).text if isinstance(part, str) else ""
            if text and text not in words:
                words.append(text)
        titles.append(" ".join(words))
    return tuple(titles)


def _match(
    titles: Sequence[str], headings: Mapping[str, Sequence[str]]
) -> dict[str, tuple[int, int, str]]:
    scores: dict[str, tuple[int, int, str]] = {}
    taken: dict[int, tuple[int, str]] = {}
    for column, title in enumerate(titles):
        words = phrase(title)
        if not words or len(words) > _LONGEST:
            continue
        for name, phrases in headings.items():
            score = max((_score(words, one) for one in phrases), default=0)
            if score and score > taken.get(column, (0, ""))[0]:
                taken[column] = (score, name)
    for column, (score, name) in taken.items():
        if score > scores.get(name, (0, 0, ""))[0]:
            scores[name] = (score, column, titles[column])
    # Without accents "Năm" (year) and "Nam" (man) are one word; beside a month it is the year.
    if "birth_month" in scores and "birth_female" not in scores and "birth_male" in scores:
        scores["birth_year"] = scores.pop("birth_male")
    return scores


def _score(words: str, heading: str) -> int:
    if words == heading:
        return WHOLE + len(heading)
    if len(heading) >= _CONTAINED and f" {heading} " in f" {words} ":
        return _PART + len(heading)
    return 0
