"""Reads a workbook inside the child process: what it is is checked before anything is built of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from common.files import ole, opendocument, spreadsheet_xml
from common.files.errors import (
    FileIsDocument,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookHasMacros,
    WorkbookNotXlsx,
    WorkbookTooLarge,
)
from common.files.kinds import OLE2, ZIP, refuse_other_kinds

EPOCH_1900: Final = date(1899, 12, 30)
EPOCH_1904: Final = date(1904, 1, 1)
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_UNPACKED_MAX = 256 * 1024 * 1024
_RATIO_MAX = 400
_RATIO_FROM = 64 * 1024 * 1024
_MEMBERS_MAX = 2000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of a sheet beforehand; rows and columns from 0."""

    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    merged: Merged | None = None
    """None: the parser tells."""

    @classmethod
    def of(cls, sheet: ole.OldSheet | opendocument.OpenSheet | spreadsheet_xml.SheetScan) -> _Seen:
        """Keep what a scan of any format saw."""
        merged = sheet.merged if isinstance(sheet, opendocument.OpenSheet) else None
        return cls(
            frozenset(sheet.formulas), frozenset(sheet.hidden), frozenset(sheet.struck), merged
        )


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One visible worksheet."""

    name: str
    merged: Merged
    formulas: frozenset[tuple[int, int]]
    hidden: frozenset[int]
    struck: frozenset[int]
    rows: list[list[Any]]


def read_sheets(path: Path) -> tuple[date, list[RawSheet]]:
    """Check and read a workbook.

    Raises:
        UnsupportedMedia, TooLarge, InvalidInput: it is refused (`common.files.errors`).
    """
    try:
        epoch, seen = _look(path)
        with CalamineWorkbook.from_path(str(path)) as book:
            return epoch, list(_sheets(book, seen))
    except PasswordError as error:
        raise WorkbookEncrypted from error
    except (zipfile.BadZipFile, CalamineError, NotImplementedError, EOFError, OSError) as error:
        raise WorkbookDamaged from error


def _look(path: Path) -> tuple[date, Sequence[_Seen]]:
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(OLE2):
            if _ENCRYPTED_PACKAGE in file.read(4 * _CHUNK):
                raise WorkbookEncrypted
            old = ole.inspect(path)
            return (EPOCH_1904 if old.date1904 else EPOCH_1900), [
                _Seen.of(sheet) for sheet in old.sheets
            ]
    if not start.startswith(ZIP):
        refuse_other_kinds(path)
        raise WorkbookNotXlsx
    with zipfile.ZipFile(path) as archive:
        return _inspect(archive)


def _inspect(archive: zipfile.ZipFile) -> tuple[date, Sequence[_Seen]]:
    members = archive.infolist()
    names = {member.filename for member in members}
    is_open = "mimetype" in names and _start_of(archive, "mimetype").strip() == _ODS
    if "word/document.xml" in names:
        raise FileIsDocument
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
        return EPOCH_1900, [_Seen.of(sheet) for sheet in sheets]
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        raise WorkbookHasMacros
    book = spreadsheet_xml.scan(archive)
    seen = [_Seen.of(sheet) for sheet in book.sheets]
    return (EPOCH_1904 if book.date1904 else EPOCH_1900), seen


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(_CHUNK)


def _sheets(book: CalamineWorkbook, seen: Sequence[_Seen]) -> Iterator[RawSheet]:
    for index, about in enumerate(book.sheets_metadata):
        visible = about.visible is SheetVisibleEnum.Visible
        if about.typ is not SheetTypeEnum.WorkSheet or not visible:
            continue
        sheet = book.get_sheet_by_index(index)
        known = seen[index] if index < len(seen) else _Seen()
        merged = known.merged if known.merged is not None else sheet.merged_cell_ranges
        yield RawSheet(
            name=about.name,
            merged=merged or (),
            formulas=known.formulas,
            hidden=known.hidden,
            struck=known.struck,
            rows=sheet.to_python(skip_empty_area=False),
        )
