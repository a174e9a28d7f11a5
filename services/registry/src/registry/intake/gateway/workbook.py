"""Opens an .xlsx, .xls or .ods file safely: what it is is checked before anything is read from it.

Refused with a clear problem: not a workbook, encrypted, with macros, too large or a zip bomb, too
many rows, formulas in the rows that would be read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from registry.intake.domain.dates import EPOCH_1900, EPOCH_1904
from registry.intake.domain.files import (
    ROWS_MAX,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookHasMacros,
    WorkbookNotXlsx,
    WorkbookTooLarge,
    WorkbookTooManyRows,
)
from registry.intake.domain.header import Cell, Merged
from registry.intake.gateway import ole, opendocument

_ZIP = b"PK\x03\x04"
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_UNPACKED_MAX = 256 * 1024 * 1024
_RATIO_MAX = 400
_RATIO_FROM = 16 * 1024 * 1024
_MEMBERS_MAX = 2000
_CHUNK = 1 << 20
_OVERLAP = 512
_FORMULA = re.compile(rb'<c\b[^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"[^<>]{0,200}>\s{0,50}<f[\s>/]')
_FAR_AWAY = re.compile(rb'\br="(?:[A-Z]{0,3}\d{6,}|(?:C[W-Z]|[D-Z][A-Z]|[A-Z]{3})\d+)"')
"""Row 100,000 or column CW on: the parser would build every empty cell up to there."""
_SHEET = re.compile(rb'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]+)"')
_DATE1904 = re.compile(rb'date1904="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of a sheet beforehand: row and column (from 0) of cells with a formula."""

    formulas: frozenset[tuple[int, int]]
    merged: Merged | None = None
    """None: the parser tells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: cells as Python values, merged areas, cells that hold formulas."""

    name: str
    grid: Sequence[Sequence[Cell]]
    merged: Merged
    formulas: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible worksheets, and the day from which serial numbers count."""

    sheets: Sequence[Sheet]
    epoch: date


def open_workbook(path: Path) -> Workbook:
    """Check and read a workbook.

    Raises:
        WorkbookNotXlsx, WorkbookEncrypted, WorkbookDamaged: it cannot be read.
        WorkbookTooLarge, WorkbookTooManyRows: more than is read.
    """
    try:
        epoch, seen = _look(path)
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = list(_sheets(book, seen))
    except PasswordError as error:
        raise WorkbookEncrypted from error
    except (zipfile.BadZipFile, CalamineError, NotImplementedError, EOFError, OSError) as error:
        raise WorkbookDamaged from error
    return Workbook(sheets, epoch)


def is_workbook(path: Path) -> bool:
    """Say whether a file begins as a workbook does, be it a good one or not."""
    with path.open("rb") as file:
        start = file.read(8)
    return start.startswith((_ZIP, _OLE2))


def _look(path: Path) -> tuple[date, Sequence[_Seen]]:
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(_OLE2):
            if _ENCRYPTED_PACKAGE in file.read(4 * _CHUNK):
                raise WorkbookEncrypted
            old = ole.inspect(path)
            return (EPOCH_1904 if old.date1904 else EPOCH_1900), [_Seen(f) for f in old.formulas]
    if not start.startswith(_ZIP):
        raise WorkbookNotXlsx
    with zipfile.ZipFile(path) as archive:
        return _inspect(archive)


def _inspect(archive: zipfile.ZipFile) -> tuple[date, Sequence[_Seen]]:
    members = archive.infolist()
    names = {member.filename for member in members}
    is_open = "mimetype" in names and _start_of(archive, "mimetype").strip() == _ODS
    if not is_open and "xl/workbook.xml" not in names:
        raise WorkbookNotXlsx
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    bomb = unpacked > _RATIO_FROM and unpacked / packed > _RATIO_MAX
    if len(members) > _MEMBERS_MAX or unpacked > _UNPACKED_MAX or bomb:
        raise WorkbookTooLarge
    if any(member.flag_bits & 1 for member in members):
        raise WorkbookEncrypted
    if is_open:
        sheets = opendocument.inspect(archive)
        return EPOCH_1900, [_Seen(frozenset(sheet.formulas), sheet.merged) for sheet in sheets]
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        raise WorkbookHasMacros
    formulas = {
        member.filename: _scan(archive, member)
        for member in members
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    }
    head = _start_of(archive, "xl/workbook.xml")
    order = _sheet_files(head, _start_of(archive, "xl/_rels/workbook.xml.rels"))
    by_position = [_Seen(formulas.get(name, frozenset())) for name in order]
    return (EPOCH_1904 if _DATE1904.search(head) else EPOCH_1900), by_position


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.NameToInfo:
        return b""
    with archive.open(name) as file:
        return file.read(_CHUNK)


def _sheet_files(workbook: bytes, relations: bytes) -> list[str]:
    """Give the file of each sheet in the order of the tabs."""
    targets: dict[bytes, str] = {}
    for relation in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(relation))
        target = attributes.get(b"Target", b"").decode(errors="replace").lstrip("/")
        targets[attributes.get(b"Id", b"")] = target if target.startswith("xl/") else f"xl/{target}"
    return [targets.get(identity, "") for _, identity in _SHEET.findall(workbook)]


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> frozenset[tuple[int, int]]:
    """Count rows and find formulas in the packed text, before a parser builds anything of it."""
    rows = 0
    found: set[tuple[int, int]] = set()
    for window, fresh_from in _windows(archive, member):
        rows += window.count(b"<row", max(fresh_from - 3, 0))
        if rows > ROWS_MAX:
            raise WorkbookTooManyRows
        if _FAR_AWAY.search(window):
            raise WorkbookTooLarge
        if b"<f" in window:
            found.update(
                (int(match[2]) - 1, _column(match[1])) for match in _FORMULA.finditer(window)
            )
    return frozenset(found)


def _windows(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield overlapping pieces, and where each begins to be new."""
    read = 0
    tail = b""
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            read += len(chunk)
            if read > _UNPACKED_MAX:
                # The directory of a hostile archive may lie about the size.
                raise WorkbookTooLarge
            yield tail + chunk, len(tail)
            tail = (tail + chunk)[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheets(book: CalamineWorkbook, seen: Sequence[_Seen]) -> Iterator[Sheet]:
    for index, about in enumerate(book.sheets_metadata):
        visible = about.visible is SheetVisibleEnum.Visible
        if about.typ is not SheetTypeEnum.WorkSheet or not visible:
            continue
        sheet = book.get_sheet_by_index(index)
        known = seen[index] if index < len(seen) else _Seen(frozenset())
        merged = known.merged if known.merged is not None else sheet.merged_cell_ranges
        yield Sheet(
            name=about.name,
            grid=sheet.to_python(skip_empty_area=False),
            merged=merged or (),
            formulas=known.formulas,
        )
