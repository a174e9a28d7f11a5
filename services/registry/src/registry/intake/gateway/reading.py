"""From a file on disk to the rows that it says: used to check an upload, and again by the job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from common.kernel.months import Month
from registry.areas.domain import AreaBook
from registry.intake.domain.dates import EPOCH_1900
from registry.intake.domain.files import HeaderNotFound, ListEmpty, WorkbookHasFormulas
from registry.intake.domain.findings import Finding
from registry.intake.domain.header import Grid, Header, find_header
from registry.intake.domain.listing import Listing, data_rows, file_findings, read_list
from registry.intake.domain.notices import NoticeReading, read_notices
from registry.intake.domain.rows import ReadingContext
from registry.intake.gateway.text_table import read_table
from registry.intake.gateway.vocabulary import vocabulary
from registry.intake.gateway.workbook import Sheet, Workbook, open_workbook

_ZIP = b"PK"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Table:
    """The one table of a file that is read."""

    grid: Grid
    header: Header
    epoch: date
    findings: Sequence[Finding]


def open_table(path: Path, kind: str) -> Table:
    """Open a file and find the table that is meant.

    A beneficiary list is a workbook; death notices are a text table or a workbook.

    Raises:
        HeaderNotFound, ListEmpty, WorkbookHasFormulas: the table is not usable.
        UnsupportedMedia, TooLarge, InvalidInput: the file is not readable at all.
    """
    headings = vocabulary().columns[kind]
    if kind == "death_notices" and not _is_zip(path):
        grid = read_table(path)
        header = find_header(grid, headings)
        if header is None:
            raise HeaderNotFound
        table = Table(grid, header, EPOCH_1900, file_findings(header))
    else:
        table = _choose(open_workbook(path), headings)
    if len(table.grid) <= table.header.last_row + 1:
        raise ListEmpty
    return table


def read_beneficiaries(
    table: Table, commune_code: str, list_month: Month, areas: AreaBook
) -> Listing:
    """Read every row of a beneficiary list.

    Raises:
        ListEmpty: no row is about a person.
    """
    listing = read_list(table.grid, table.header, _context(table, commune_code, list_month, areas))
    if not listing.rows:
        raise ListEmpty
    return listing


def read_deaths(
    table: Table, commune_code: str, today: date, areas: AreaBook
) -> list[NoticeReading]:
    """Read every death notice of a table."""
    context = _context(table, commune_code, Month.of(today), areas)
    return read_notices(table.grid, table.header, context, today)


def _context(table: Table, commune_code: str, list_month: Month, areas: AreaBook) -> ReadingContext:
    return ReadingContext(
        commune_code=commune_code,
        commune_name=areas.commune(commune_code).full_name,
        list_month=list_month,
        vocabulary=vocabulary(),
        areas=areas,
        epoch=table.epoch,
    )


def _choose(book: Workbook, headings: Mapping[str, Sequence[str]]) -> Table:
    found = [
        (sheet, header)
        for sheet in book.sheets
        if (header := find_header(sheet.grid, headings, merged=sheet.merged)) is not None
    ]
    if not found:
        raise HeaderNotFound
    sheet, header = found[0]
    _refuse_formulas(sheet, header)
    findings = file_findings(header)
    if len(found) > 1:
        findings.append(Finding("other_sheets_ignored", details={"count": len(found) - 1}))
    return Table(sheet.grid, header, book.epoch, findings)


def _refuse_formulas(sheet: Sheet, header: Header) -> None:
    """A formula in a total or in the running number harms nobody; elsewhere it may be stale."""
    if not sheet.formulas:
        return
    columns = {column for name, column in header.columns.items() if name != "ordinal"}
    rows = {number - 1 for number, _ in data_rows(sheet.grid, header)}
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


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _ZIP
