"""From a file on disk to the rows that it says: used to check an upload, and again by the job."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from common.files.errors import ROWS_MAX
from common.files.opener import Sheet, is_workbook, open_workbook, refuse_other_kinds
from common.kernel.months import Month
from registry.areas.domain import AreaBook
from registry.lists.domain.arranging import Arrangement, SheetFacts
from registry.lists.domain.dates import EPOCH_1900
from registry.lists.domain.files import (
    TEXT_ROWS_MAX,
    HeaderNotFound,
    ListEmpty,
    WorkbookHasFormulas,
)
from registry.lists.domain.findings import Finding
from registry.lists.domain.header import (
    SEARCHED_ROWS,
    Cell,
    Grid,
    Header,
    Merged,
    find_header,
    guess_header,
)
from registry.lists.domain.listing import (
    Listing,
    data_rows,
    file_findings,
    mark_duplicates,
    read_rows,
)
from registry.lists.domain.mapping import (
    fingerprint,
    holds_identities,
    missing,
    remembered_header,
)
from registry.lists.domain.notices import NoticeReading, read_notices
from registry.lists.domain.questions import Choices
from registry.lists.domain.rows import ReadingContext
from registry.lists.domain.sections import Section
from registry.lists.domain.villages import village_of_sheet
from registry.lists.gateway.text_table import TextTable, read_table
from registry.lists.gateway.vocabulary import vocabulary

_SHOWN = 5
_PEOPLE_FROM = 2
SHEET_ROWS = 100_000
"""Row numbers of the n-th sheet of a list begin behind n times this."""

Columns = Mapping[str, int]
Remembered = Mapping[str, Columns]
"""Fingerprint of headings -> field -> column (from 0), as a person confirmed it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of a list, or the one table of a text file, read as the officer's choices say."""

    sheet: str | None
    found: Header
    """Header and columns as they stand in the file."""
    lines: Callable[[], Iterator[Sequence[Cell]]]
    """Every line of the sheet, from its first; may be asked for again and again."""
    offset: int
    """Row number minus the line's place (from 0)."""
    facts: SheetFacts = field(default_factory=SheetFacts)
    choices: Choices = field(default_factory=Choices)

    @property
    def header(self) -> Header:
        """The header with the columns that rows are read by."""
        return self.plain_arrangement(self.choices).header

    def plain_arrangement(self, choices: Choices) -> Arrangement:
        """Give how lines are arranged by some choices, merged cells apart."""
        return Arrangement(self.found, choices, self.facts, vocabulary(), self.offset)

    def head(self) -> list[Sequence[Cell]]:
        """Give the lines above the header."""
        return list(itertools.islice(self.lines(), self.found.first_row))

    def raw(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the lines below the header with their row numbers, as they were sent."""
        start = self.found.last_row + 1
        lines = itertools.islice(self.lines(), start, None)
        yield from enumerate(lines, start + self.offset)

    def walk(self) -> Iterator[tuple[int, Section | None, bool]]:
        """Yield every line below the header: number, heading of a group, whether it is of a person."""
        return self.plain_arrangement(self.choices).walk(self.raw())

    def below(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the lines below the header, arranged for reading."""
        arrangement = self.plain_arrangement(self.choices)
        if self.facts.merged:
            arrangement.fill_down(list(self.lines()))
        return arrangement.lines(self.raw())


@dataclass(frozen=True, slots=True)
class Table:
    """What of a file is read: one table, or several sheets with the same columns."""

    kind: str
    parts: Sequence[Part]
    epoch: date
    findings: Sequence[Finding]
    is_text: bool = False
    line_count: int = 0
    left_out: Sequence[str] = ()
    """Sheets with a table of people that are not read."""

    @property
    def header(self) -> Header:
        """The header of the first part, as it stands in the file."""
        return self.parts[0].found

    @property
    def sheets(self) -> Sequence[str]:
        """Names of the sheets, in their order; empty for text."""
        return [part.sheet for part in self.parts if part.sheet is not None]

    def chosen(self, choices: Choices) -> Table:
        """Give the table as an officer's choices say that it is read."""
        named = {choices.answers.get(code) for code in ("sheets_are_months", "sheets_of_ends")}
        parts = [
            replace(
                part,
                found=part.found.with_columns(choices.columns or part.found.columns),
                choices=choices,
            )
            for part in self.parts
            if named == {None} or part.sheet in named
        ]
        return replace(self, parts=parts)


def open_table(path: Path, kind: str, remembered: Remembered | None = None) -> Table:
    """Open a file and find the table that is meant.

    Raises:
        HeaderNotFound, ListEmpty, WorkbookHasFormulas: the table is not usable.
        UnsupportedMedia, TooLarge, InvalidInput: the file is not readable at all.
    """
    finder = _Finder(kind, vocabulary().columns[kind], remembered or {})
    if is_workbook(path):
        table = _of_workbook(path, finder)
    else:
        refuse_other_kinds(path)
        is_list = kind != "death_notices"
        rows_max = TEXT_ROWS_MAX if is_list else ROWS_MAX
        text = read_table(path, rows_max=rows_max, workbook_meant=is_list)
        table = _of_text(text, finder)
    if not any(next(part.raw(), None) for part in table.parts):
        raise ListEmpty
    return table


def read_beneficiaries(
    table: Table, commune_code: str, list_month: Month, areas: AreaBook
) -> Listing:
    """Read every row of a beneficiary list, one by one.

    Raises:
        ListEmpty: no row is about a person.
    """
    rows = []
    for part in table.parts:
        context = reading_context(table, part, commune_code, list_month, areas)
        rows += read_rows(part.below(), part.header, context)
    if not rows:
        raise ListEmpty
    mark_duplicates(rows)
    return Listing(table.header, rows, table.findings)


def read_deaths(
    table: Table, commune_code: str, today: date, areas: AreaBook
) -> list[NoticeReading]:
    """Read every death notice of a table."""
    readings: list[NoticeReading] = []
    for part in table.parts:
        context = reading_context(table, part, commune_code, Month.of(today), areas)
        readings += read_notices(part.below(), part.header, context, today)
    return readings


def reading_context(
    table: Table, part: Part, commune_code: str, list_month: Month, areas: AreaBook
) -> ReadingContext:
    """Give what reading a row of a part needs to know besides the row."""
    return ReadingContext(
        commune_code=commune_code,
        commune_name=areas.commune(commune_code).full_name,
        list_month=list_month,
        vocabulary=vocabulary(),
        areas=areas,
        epoch=table.epoch,
        province_code=areas.commune(commune_code).province_code,
        is_text=table.is_text,
        village=village_of_sheet(part.sheet) if part.sheet and len(table.parts) > 1 else None,
        kind=table.kind,
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    kind: str
    headings: Mapping[str, Sequence[str]]
    remembered: Remembered

    def known(self, head: Grid, merged: Merged = ()) -> Header | None:
        confirmed = remembered_header(head, self.remembered, merged=merged)
        return confirmed or find_header(head, self.headings, merged=merged)

    def guess(self, head: Grid, merged: Merged = ()) -> Header | None:
        return guess_header(head, self.headings, merged=merged)


def _of_text(text: TextTable, finder: _Finder) -> Table:
    head = list(itertools.islice(text.lines(), SEARCHED_ROWS + 1))
    header = finder.known(head) or finder.guess(head)
    if header is None:
        raise HeaderNotFound
    findings = file_findings(header)
    if text.encoding not in {"utf-8", "utf-8-sig"}:
        findings.append(Finding("table_encoding", details={"encoding": text.encoding}))
    part = Part(None, header, text.lines, text.first_number)
    return Table(finder.kind, [part], EPOCH_1900, findings, True, text.line_count)


def _of_workbook(path: Path, finder: _Finder) -> Table:
    book = open_workbook(path)
    sheets = [sheet for sheet in book.sheets if any(sheet.grid)]
    found = [(s, h) for s in sheets if (h := finder.known(s.grid, s.merged)) is not None]
    whole = [(s, h) for s, h in found if not missing(finder.kind, h.columns)]
    chosen = whole or found[:1] or _guessed(sheets, finder)
    if not chosen:
        raise HeaderNotFound
    # Sheets of one list have the same headings; what was confirmed of one holds for all of them.
    mark = fingerprint(chosen[0][1].headings)
    same = [(s, h) for s, h in chosen if fingerprint(h.headings) == mark]
    parts: list[Part] = []
    for sheet, header in same:
        _refuse_formulas(sheet, header)
        again = partial(iter, sheet.grid)
        facts = SheetFacts(sheet.hidden, sheet.struck, sheet.merged)
        parts.append(Part(sheet.name, header, again, 1 + len(parts) * SHEET_ROWS, facts))
    findings = file_findings(same[0][1])
    read = {sheet.name for sheet, _ in same}
    left_out = [s.name for s in sheets if s.name not in read and _names_people(s.grid)]
    if left_out:
        findings.append(Finding("other_sheets_ignored", details={"count": len(left_out)}))
    if len(same) > 1:
        findings.append(Finding("sheets_joined", details={"count": len(same)}))
    lines = sum(len(sheet.grid) for sheet, _ in same)
    return Table(finder.kind, parts, book.epoch, findings, False, lines, left_out)


def _names_people(grid: Grid) -> bool:
    """Say whether a sheet holds several numbers of people: a list, or the rest of one."""
    numbers = 0
    for row in grid:
        numbers += any(isinstance(c, str | int | float) and holds_identities(c) for c in row)
        if numbers >= _PEOPLE_FROM:
            return True
    return False


def _guessed(sheets: Sequence[Sheet], finder: _Finder) -> list[tuple[Sheet, Header]]:
    guessed = [(s, h) for s in sheets if (h := finder.guess(s.grid, s.merged)) is not None]
    return guessed[:1]


def _refuse_formulas(sheet: Sheet, header: Header) -> None:
    """A formula in a total or in the running number harms nobody; elsewhere it may be stale."""
    if not sheet.formulas:
        return
    columns = {column for name, column in header.columns.items() if name != "ordinal"}
    start = header.last_row + 1
    below = enumerate(itertools.islice(sheet.grid, start, None), start)
    rows = {number for number, _ in data_rows(below, header)}
    wrong = sorted(cell for cell in sheet.formulas if cell[0] in rows and cell[1] in columns)
    if wrong:
        raise WorkbookHasFormulas(
            cells=[_address(cell) for cell in wrong[:_SHOWN]], count=len(wrong)
        )


def _address(cell: tuple[int, int]) -> str:
    row, column = cell
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
