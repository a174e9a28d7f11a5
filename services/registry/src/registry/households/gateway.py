"""From the file of a poverty list to its households."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from common.files.errors import (
    WorkbookDamaged,
    WorkbookNotXlsx,
    WorkbookTooLarge,
    WorkbookTooManyRows,
)
from common.files.opener import Sheet, is_workbook, open_workbook, refuse_other_kinds
from registry.households.domain.poverty_list import (
    ROWS_MAX,
    Columns,
    Grid,
    ListedHousehold,
    PovertyListHasFormulas,
    PovertyListHeaderMissing,
    PovertyListTooLarge,
    PovertyListUnreadable,
    find_columns,
    read_households,
)

_FIELD_MAX = 10_000


def read_list(path: Path) -> list[ListedHousehold]:
    """Read the households of a list: a workbook (all its sheets) or a text table.

    Raises:
        PovertyListUnreadable, PovertyListTooLarge, PovertyListHasFormulas: not read at all.
        PovertyListHeaderMissing, PovertyListEmpty: nothing to read.
    """
    if not is_workbook(path):
        refuse_other_kinds(path)
        grid = _read_text(path)
        return read_households(grid, find_columns(grid))
    households: list[ListedHousehold] = []
    sheets = _sheets(path)
    tables = [(one, found) for one in sheets if (found := _columns(one.grid)) is not None]
    if not tables:
        raise PovertyListHeaderMissing
    for sheet, columns in tables:
        read = read_households(sheet.grid, columns)
        rows = {row.number - 1 for household in read for row in household.rows}
        if any(row in rows and column in columns.of.values() for row, column in sheet.formulas):
            raise PovertyListHasFormulas
        households += read
    return households


def _sheets(path: Path) -> Sequence[Sheet]:
    try:
        return open_workbook(path).sheets
    except (WorkbookNotXlsx, WorkbookDamaged) as error:
        raise PovertyListUnreadable from error
    except (WorkbookTooLarge, WorkbookTooManyRows) as error:
        raise PovertyListTooLarge from error


def _columns(grid: Grid) -> Columns | None:
    try:
        return find_columns(grid)
    except PovertyListHeaderMissing:
        return None


def _read_text(path: Path) -> Grid:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PovertyListUnreadable from error
    if "\x00" in text:
        raise PovertyListUnreadable
    separator = max(",;\t", key=text[:_FIELD_MAX].count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            if any(len(cell) > _FIELD_MAX for cell in row):
                raise PovertyListUnreadable
            rows.append(row)
            if len(rows) > ROWS_MAX:
                raise PovertyListTooLarge
    except csv.Error as error:
        raise PovertyListUnreadable from error
    return rows
