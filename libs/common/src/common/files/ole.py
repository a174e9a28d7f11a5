"""Looks into an old .xls file before a parser does: what it is, passwords, macros, formulas, size.

Format: [MS-CFB] compound file, [MS-XLS] records. Only what is needed to refuse is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from common.files.errors import (
    ROWS_MAX,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookHasMacros,
    WorkbookNotXlsx,
    WorkbookTooLarge,
    WorkbookTooManyRows,
)

_FREE = 0xFFFFFFFA
"""Sector numbers from here on mean no sector."""
_ENTRY = 128
_HEADER_FAT = 109
_BOOK_NAMES = frozenset({"Workbook", "Book"})
_MACRO_NAMES = frozenset({"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT", "Macros"})
_ENCRYPTED_NAMES = frozenset({"EncryptedPackage", "EncryptionInfo"})
_FORMULA, _FILEPASS, _BOUNDSHEET, _DATE1904 = 0x0006, 0x002F, 0x0085, 0x0022
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD, 0x00BE, 0x0201, 0x0205, 0x00D6})
_EMPTY_CELLS = frozenset({0x00BE, 0x0201})
_ROW, _FONT, _XF = 0x0208, 0x0031, 0x00E0
_COLUMNS_MAX = 100


@dataclass(slots=True)
class OldSheet:
    """What was seen of one sheet; rows and columns from 0."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class OldWorkbook:
    """What was seen of an .xls file: its sheets in the order of the tabs, its epoch."""

    sheets: tuple[OldSheet, ...]
    date1904: bool


def inspect(path: Path) -> OldWorkbook:
    """Check an .xls file.

    Raises:
        WorkbookNotXlsx: a compound file, but no workbook.
        WorkbookEncrypted, WorkbookHasMacros: it is protected, or carries programs.
        WorkbookTooLarge, WorkbookTooManyRows: cells stand further out than is read.
        WorkbookDamaged: its chains or records are broken.
    """
    try:
        return _inspect(path.read_bytes())
    except (struct.error, IndexError) as error:
        raise WorkbookDamaged from error


def _inspect(content: bytes) -> OldWorkbook:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        raise WorkbookNotXlsx
    fat = _allocation(content, size)
    directory = _chain(content, fat, struct.unpack_from("<I", content, 48)[0], size)
    names = {name: (start, length) for name, start, length in _entries(directory)}
    if names.keys() & _ENCRYPTED_NAMES:
        raise WorkbookEncrypted
    if names.keys() & _MACRO_NAMES:
        raise WorkbookHasMacros
    book = next((names[name] for name in _BOOK_NAMES if name in names), None)
    if book is None:
        raise WorkbookNotXlsx
    start, length = book
    if length < struct.unpack_from("<I", content, 56)[0]:
        # So small a stream lies among the small sectors: no list is that short.
        return OldWorkbook((), date1904=False)
    return _read_records(_chain(content, fat, start, size)[:length])


def _allocation(content: bytes, size: int) -> list[int]:
    first, count = struct.unpack_from("<II", content, 68)
    sectors = list(struct.unpack_from(f"<{_HEADER_FAT}I", content, 76))
    per_sector = size // 4
    for _ in range(min(count, len(content) // size)):
        if first >= _FREE:
            break
        more = struct.unpack_from(f"<{per_sector}I", content, (first + 1) * size)
        sectors += more[:-1]
        first = more[-1]
    fat: list[int] = []
    for sector in sectors:
        if sector < _FREE:
            fat += struct.unpack_from(f"<{per_sector}I", content, (sector + 1) * size)
    return fat


def _chain(content: bytes, fat: list[int], sector: int, size: int) -> bytes:
    parts: list[bytes] = []
    while sector < _FREE:
        if len(parts) * size > len(content):
            raise WorkbookDamaged
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = fat[sector]
    return b"".join(parts)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        used = struct.unpack_from("<H", directory, at + 64)[0]
        if 2 <= used <= 64:
            name = directory[at : at + used - 2].decode("utf-16-le", errors="replace")
            start, length = struct.unpack_from("<II", directory, at + 116)
            yield name, start, length


def _read_records(stream: bytes) -> OldWorkbook:
    starts: list[int] = []
    sheets: dict[int, OldSheet] = {}
    fonts: list[bool] = []
    styles: list[int] = []
    date1904 = False
    sheet = OldSheet()
    struck: frozenset[int] = frozenset()
    for at, kind, body in _records(stream):
        if kind == _FILEPASS:
            raise WorkbookEncrypted
        if kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _DATE1904:
            date1904 = body[:1] == b"\x01"
        elif kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & 0x08))
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body)[0])
        elif kind in {0x0809, 0x0009, 0x0209, 0x0409} and at in starts:
            sheet = sheets.setdefault(starts.index(at), OldSheet())
            struck = _struck(fonts, styles)
        elif kind == _ROW and len(body) >= 14 and body[12] & 0x20:
            sheet.hidden.add(struct.unpack_from("<H", body)[0])
        elif kind in _CELLS and len(body) >= 4:
            _note_cell(sheet, kind, body, struck)
    return OldWorkbook(tuple(sheets.get(n, OldSheet()) for n in range(len(starts))), date1904)


def _note_cell(sheet: OldSheet, kind: int, body: bytes, struck: frozenset[int]) -> None:
    row, column = struct.unpack_from("<HH", body)
    if column >= _COLUMNS_MAX:
        raise WorkbookTooLarge
    if row >= ROWS_MAX:
        raise WorkbookTooManyRows
    if kind == _FORMULA and not _is_text_token(body):
        sheet.formulas.add((row, column))
    styled = bool(struck) and kind not in _EMPTY_CELLS and len(body) >= 6
    if styled and struct.unpack_from("<H", body, 4)[0] in struck:
        sheet.struck.add(row)


def _is_text_token(body: bytes) -> bool:
    """Say whether a formula is one text in quotes: its result cannot be stale ([MS-XLS] PtgStr)."""
    if len(body) < 25 or body[22] != 0x17:
        return False
    width = 2 if body[24] & 1 else 1
    return bool(struct.unpack_from("<H", body, 20)[0] == 3 + body[23] * width)


def _struck(fonts: list[bool], styles: list[int]) -> frozenset[int]:
    """Give the cell styles whose font is struck out; number 4 names no font."""
    if not any(fonts):
        return frozenset()
    numbers = {
        place if place < 4 else place + 1 for place, is_struck in enumerate(fonts) if is_struck
    }
    return frozenset(place for place, font in enumerate(styles) if font in numbers)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0 and length == 0:
            return
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
