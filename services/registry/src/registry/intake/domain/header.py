"""Where the names of the columns stand, and which column is which.

A list begins with titles; its names of columns may take two rows, with merged cells above. A row is
a header when it names the person and enough other things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.intake.domain.vocabulary import phrase

Cell = object
Grid = Sequence[Sequence[Cell]]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]

SEARCHED_ROWS = 40
MIN_FIELDS = 4
_CONTAINED = 4
"""Headings shorter than this many letters count only when they are the whole cell."""


@dataclass(frozen=True, slots=True)
class Header:
    """Rows (from 0) that the header takes, and the column (from 0) of each field."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    """Field -> heading as written."""

    def numbered(self) -> dict[str, int]:
        """Give the columns numbered from 1, as people count them."""
        return {name: column + 1 for name, column in self.columns.items()}


def find_header(
    grid: Grid, headings: Mapping[str, Sequence[str]], *, merged: Merged = ()
) -> Header | None:
    """Find the header among the first rows: most fields recognised, whole cells before parts."""
    filled = _fill_merged(grid[:SEARCHED_ROWS], merged)
    best: Header | None = None
    best_rank = (0, 0)
    for row in range(len(filled)):
        for height in (1, 2):
            if row + height > len(filled):
                continue
            found = _match(_titles(filled[row : row + height]), headings)
            rank = (len(found), sum(score for score, _, _ in found.values()))
            if _is_header(found) and rank > best_rank:
                best_rank = rank
                best = Header(
                    first_row=row,
                    last_row=row + height - 1,
                    columns={name: column for name, (_, column, _) in found.items()},
                    titles={name: title for name, (_, _, title) in found.items()},
                )
    return best


def _is_header(found: Mapping[str, object]) -> bool:
    who = {"identity", "birth", "birth_male", "birth_female"} & found.keys()
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


def _titles(rows: Sequence[Sequence[Cell]]) -> list[str]:
    titles = []
    for parts in zip(*rows, strict=False):
        words: list[str] = []
        for part in parts:
            text = part.strip() if isinstance(part, str) else ""
            if text and text not in words:
                words.append(text)
        titles.append(" ".join(words))
    return titles


def _match(
    titles: Sequence[str], headings: Mapping[str, Sequence[str]]
) -> dict[str, tuple[int, int, str]]:
    scores: dict[str, tuple[int, int, str]] = {}
    taken: dict[int, tuple[int, str]] = {}
    for column, title in enumerate(titles):
        words = phrase(title)
        if not words or len(words) > 120:
            continue
        for name, phrases in headings.items():
            score = max((_score(words, one) for one in phrases), default=0)
            if score and score > taken.get(column, (0, ""))[0]:
                taken[column] = (score, name)
    for column, (score, name) in taken.items():
        if score > scores.get(name, (0, 0, ""))[0]:
            scores[name] = (score, column, titles[column])
    return scores


def _score(words: str, heading: str) -> int:
    if words == heading:
        return 1000 + len(heading)
    if len(heading) >= _CONTAINED and f" {heading} " in f" {words} ":
        return 100 + len(heading)
    return 0
