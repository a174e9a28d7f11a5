"""Which column is which, when the headings alone do not say: proposed, then confirmed by a person.

What a person confirms is remembered for the commune and for these headings, so that the next file
with the same headings is taken without a question.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from common.kernel.errors import Conflict, InvalidInput
from registry.lists.domain.dates import read_date
from registry.lists.domain.findings import mask_name, mask_number, mask_text
from registry.lists.domain.header import WHOLE, Grid, Header, Merged, candidates
from registry.lists.domain.numbers import read_amount, read_identity
from registry.lists.domain.vocabulary import phrase

REASON_HEADING = "Lý do cần sửa (An Sinh)"
ADDED_HEADINGS = (REASON_HEADING, "Kết quả (An Sinh)")
"""The columns that the error workbook adds; they are no part of the list."""

_PERSON = (
    ("full_name",),
    ("identity",),
    ("birth", "birth_male", "birth_female", "birth_year"),
)
REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "beneficiary_list": (
        *_PERSON,
        ("category",),
        ("amount",),
        ("decision_date", "decision"),
    ),
    "monthly_names": (("full_name",), ("identity",)),
    "residents": _PERSON,
    "elders": _PERSON,
    "disabled_people": (*_PERSON, ("degree",)),
    "death_notices": (("full_name",), ("birth", "identity")),
}
"""Of each group one column is needed; without it nearly every row would be refused."""

SAMPLES = 3
_SIMILAR = 0.72
_CONTENT_SHARE = 0.6
_CONTENT_ROWS = 30
_DIGIT = re.compile(r"\d")
_NAMES = frozenset({"full_name"})
_NUMBERS = frozenset({"identity", "account", "phone"})

Reason = Literal["heading", "similar", "content", "chosen"]


class MappingNeeded(
    Conflict,
    code="mapping_needed",
    title="Lần nhập này đang chờ xác nhận các cột (PUT .../mapping)",
):
    """The import waits for a person to say which column is which."""


class MappingSettled(
    Conflict, code="mapping_settled", title="Các cột của lần nhập này đã được xác nhận"
):
    """The columns were known or confirmed already, and the file is being taken in."""


class MappingInvalid(InvalidInput, code="mapping_invalid", title="Lựa chọn cột chưa dùng được"):
    """The choice names unknown fields, columns that do not exist, or leaves out what is needed."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Which field a column may hold, and how sure that is (0 to 1)."""

    field: str
    confidence: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """One column of a file as it is shown to the person who confirms. Columns count from 1."""

    column: int
    heading: str
    guess: Guess | None
    samples: tuple[str, ...]


def fingerprint(headings: Iterable[str]) -> str:
    """Give what makes headings the same headings: their words, in order, without accents."""
    added = {"", *map(phrase, ADDED_HEADINGS)}
    words = [phrase(heading) for heading in headings]
    while words and words[-1] in added:
        words.pop()
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def remembered_header(
    grid: Grid, remembered: Mapping[str, Mapping[str, int]], *, merged: Merged = ()
) -> Header | None:
    """Find a header whose headings a person confirmed before."""
    if not remembered:
        return None
    for rows in candidates(grid, merged):
        columns = remembered.get(fingerprint(rows.titles))
        if columns is not None:
            return Header(
                first_row=rows.first_row,
                last_row=rows.last_row,
                columns=columns,
                titles={n: rows.titles[c] for n, c in columns.items() if c < len(rows.titles)},
                headings=rows.titles,
            )
    return None


def missing(kind: str, fields: Iterable[str]) -> list[str]:
    """Name what is needed and has no column."""
    known = set(fields)
    return [group[0] for group in REQUIRED[kind] if not known & set(group)]


def propose(
    header: Header, lines: Grid, headings: Mapping[str, Sequence[str]]
) -> list[ColumnProposal]:
    """Propose a field for every column: by its heading, a similar one, or what its cells hold."""
    guesses: dict[int, Guess] = {}
    for name, column in header.columns.items():
        score = header.scores.get(name, 0) if header.scores is not None else None
        sure = 1.0 if score is None or score >= WHOLE else 0.8
        guesses[column] = Guess(name, sure, "chosen" if score is None else "heading")
    _by_similarity(header, headings, guesses)
    _by_content(header, lines, guesses)
    return [
        ColumnProposal(
            column=column + 1,
            heading=heading[:120],
            guess=guesses.get(column),
            samples=_samples(lines, column, guesses.get(column)),
        )
        for column, heading in enumerate(header.headings)
    ]


def chosen_columns(
    kind: str,
    choice: Mapping[str, int],
    headings: Mapping[str, Sequence[str]],
    width: int,
    given: Iterable[str] = (),
) -> dict[str, int]:
    """Check a person's choice (columns from 1) and give columns from 0.

    Fields in `given` need no column: their value is stated, or stands in headings of groups.

    Raises:
        MappingInvalid: it cannot be used; extension members say why.
    """
    unknown = sorted(set(choice) - set(headings))
    outside = sorted(name for name, column in choice.items() if not 1 <= column <= width)
    twice = sorted(
        name for name, column in choice.items() if list(choice.values()).count(column) > 1
    )
    lacking = missing(kind, {*choice, *given})
    if unknown or outside or twice or lacking:
        raise MappingInvalid(
            unknown_fields=unknown, outside=outside, same_column=twice, missing=lacking
        )
    return {name: column - 1 for name, column in choice.items()}


def proposed_columns(proposals: Iterable[ColumnProposal]) -> dict[str, int]:
    """Give the columns (from 0) that the proposals name."""
    return {p.guess.field: p.column - 1 for p in proposals if p.guess is not None}


def _by_similarity(
    header: Header, headings: Mapping[str, Sequence[str]], guesses: dict[int, Guess]
) -> None:
    taken = {guess.field for guess in guesses.values()}
    ranked = []
    for column, title in enumerate(header.headings):
        words = phrase(title)
        if column in guesses or not words:
            continue
        for name, phrases in headings.items():
            if name not in taken:
                ratio = max(SequenceMatcher(None, words, one).ratio() for one in phrases)
                if ratio >= _SIMILAR:
                    ranked.append((ratio, column, name))
    for ratio, column, name in sorted(ranked, reverse=True):
        if column not in guesses and name not in {guess.field for guess in guesses.values()}:
            guesses[column] = Guess(name, round(ratio * 0.8, 2), "similar")


def _by_content(header: Header, lines: Grid, guesses: dict[int, Guess]) -> None:
    for column in range(len(header.headings)):
        if column in guesses:
            continue
        taken = {guess.field for guess in guesses.values()}
        cells = [
            row[column]
            for row in lines[:_CONTENT_ROWS]
            if column < len(row) and row[column] is not None and str(row[column]).strip()
        ]
        if len(cells) < 2:
            continue
        for name, fits in _CONTENT:
            share = sum(1 for cell in cells if fits(cell)) / len(cells)
            if name not in taken and share >= _CONTENT_SHARE:
                guesses[column] = Guess(name, round(share * 0.5, 2), "content")
                break


def holds_identities(cell: object) -> bool:
    """Say whether a cell holds a number of 12 digits."""
    return read_identity(cell).personal_id is not None


def _is_birth(cell: object) -> bool:
    read = read_date(cell)
    return read is not None and read.day.year < 2015 and not isinstance(cell, float)


def _is_decision_date(cell: object) -> bool:
    read = read_date(cell)
    return read is not None and read.precision == "day"


def holds_amounts(cell: object) -> bool:
    """Say whether a cell holds an amount of money in đồng."""
    amount = read_amount(cell)
    return amount is not None and amount >= 100_000 and amount % 500 == 0


_CONTENT = (
    ("identity", holds_identities),
    ("amount", holds_amounts),
    ("birth", _is_birth),
    ("decision_date", _is_decision_date),
)


def _samples(lines: Grid, column: int, guess: Guess | None) -> tuple[str, ...]:
    """Give some cells with what is personal in them hidden."""
    shown: list[str] = []
    for row in lines:
        cell = row[column] if column < len(row) else None
        if cell is None or not str(cell).strip():
            continue
        shown.append(_masked(cell, guess))
        if len(shown) == SAMPLES:
            break
    return tuple(shown)


def _masked(cell: object, guess: Guess | None) -> str:
    field = guess.field if guess else None
    if field in _NUMBERS:
        return mask_number(cell)
    if field in _NAMES or (field is None and not _DIGIT.search(str(cell))):
        # Nobody knows yet what the column holds: it may be names.
        return mask_name(cell)
    return mask_text(cell)
