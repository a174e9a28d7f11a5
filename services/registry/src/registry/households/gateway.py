"""Opens the file of a poverty list safely: what it is is checked before anything is read from it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

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

_ZIP = b"PK\x03\x04"
_UNPACKED_MAX = 128 * 1024 * 1024
_MEMBERS_MAX = 1000
_CHUNK = 1 << 20
_OVERLAP = 512
_FIELD_MAX = 10_000
_FAR_AWAY = re.compile(rb'\br="(?:[A-Z]{0,3}\d{6,}|(?:C[W-Z]|[D-Z][A-Z]|[A-Z]{3})\d+)"')
"""Row 100,000 or column CW on: the parser would build every empty cell up to there."""
_FORMULA = re.compile(rb'<c\b[^<>]{0,200}?\br="([A-Z]{1,2})(\d{1,6})"[^<>]{0,200}>\s{0,50}<f[\s>/]')


def read_list(path: Path) -> list[ListedHousehold]:
    """Read the households of a list: an .xlsx workbook (all its sheets) or a text table.

    Raises:
        PovertyListUnreadable, PovertyListTooLarge, PovertyListHasFormulas: not read at all.
        PovertyListHeaderMissing, PovertyListEmpty: nothing to read.
    """
    with path.open("rb") as file:
        packed = file.read(4) == _ZIP
    if not packed:
        grid = _read_text(path)
        return read_households(grid, find_columns(grid))
    formulas = _inspect(path)
    households: list[ListedHousehold] = []
    tables = [(grid, found) for grid in _sheets(path) if (found := _columns(grid)) is not None]
    if not tables:
        raise PovertyListHeaderMissing
    for grid, columns in tables:
        read = read_households(grid, columns)
        rows = {row.number - 1 for household in read for row in household.rows}
        # Which sheet a formula is in does not matter: it may be stale wherever a row would read it.
        if any(row in rows and column in columns.of.values() for row, column in formulas):
            raise PovertyListHasFormulas
        households += read
    return households


def _columns(grid: Grid) -> Columns | None:
    try:
        return find_columns(grid)
    except PovertyListHeaderMissing:
        return None


def _inspect(path: Path) -> set[tuple[int, int]]:
    """Refuse a zip bomb and find formulas, before a parser builds anything of the file."""
    found: set[tuple[int, int]] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.NameToInfo:
                raise PovertyListUnreadable
            if len(members) > _MEMBERS_MAX or sum(m.file_size for m in members) > _UNPACKED_MAX:
                raise PovertyListTooLarge
            for member in members:
                if member.filename.startswith("xl/worksheets/"):
                    found |= _scan(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise PovertyListUnreadable from error
    return found


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    rows, size, tail = 0, 0, b""
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            rows += chunk.count(b"<row")
            window = tail + chunk
            if size > _UNPACKED_MAX or rows > ROWS_MAX or _FAR_AWAY.search(window):
                raise PovertyListTooLarge
            for match in _FORMULA.finditer(window):
                found.add((int(match[2]) - 1, _column(match[1])))
            tail = window[-_OVERLAP:]
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheets(path: Path) -> list[Grid]:
    grids: list[Grid] = []
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for index, about in enumerate(book.sheets_metadata):
                visible = about.visible is SheetVisibleEnum.Visible
                if about.typ is SheetTypeEnum.WorkSheet and visible:
                    sheet = book.get_sheet_by_index(index)
                    grids.append(sheet.to_python(skip_empty_area=False))
    except (CalamineError, OSError) as error:
        raise PovertyListUnreadable from error
    return grids


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
