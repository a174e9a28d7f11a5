"""Looks into an .ods file before a parser does: passwords, macros, formulas, repeated cells.

A single element may stand for a million cells (`number-columns-repeated`), and a parser would build
them all; the text is read as a stream, and nothing of it is kept but places of formulas.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from common.files.errors import (
    ROWS_MAX,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookHasMacros,
    WorkbookTooLarge,
    WorkbookTooManyRows,
)
from common.files.spreadsheet_xml import is_literal

_CHUNK = 1 << 20
_UNPACKED_MAX = 256 * 1024 * 1024
_COLUMNS_MAX = 100
_DEPTH_MAX = 64
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_CELLS = frozenset({f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"})
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class OpenSheet:
    """What was seen of one sheet."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)


def inspect(archive: zipfile.ZipFile) -> list[OpenSheet]:
    """Check an .ods file and give its sheets in order.

    Raises:
        WorkbookEncrypted, WorkbookHasMacros: it is protected, or carries programs.
        WorkbookTooLarge, WorkbookTooManyRows: it stands for more cells than are read.
        WorkbookDamaged: its text is no XML.
    """
    names = set(archive.namelist())
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise WorkbookHasMacros
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as file:
            if b"encryption-data" in file.read(_CHUNK):
                raise WorkbookEncrypted
    if "content.xml" not in names:
        raise WorkbookDamaged
    return _Scan().run(archive)


class _Scan:
    """Walks through content.xml."""

    def __init__(self) -> None:
        self.sheets: list[OpenSheet] = []
        self._depth = 0
        self._row = 0
        self._column = 0
        self._row_repeat = 1
        self._row_filled = False
        self._style = ""
        self._struck_styles: set[str] = set()

    def run(self, archive: zipfile.ZipFile) -> list[OpenSheet]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        read = 0
        try:
            with archive.open("content.xml") as file:
                while chunk := file.read(_CHUNK):
                    read += len(chunk)
                    if read > _UNPACKED_MAX:
                        raise WorkbookTooLarge
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise WorkbookDamaged from error
        return self.sheets

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise WorkbookDamaged

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise WorkbookTooLarge
        if name == f"{_TABLE} table":
            self.sheets.append(OpenSheet())
            self._row = 0
        elif name == f"{_TABLE} table-row":
            self._row_repeat = _number(attributes, "number-rows-repeated")
            self._column, self._row_filled = 0, False
            shown = attributes.get(f"{_TABLE} visibility", "visible") == "visible"
            if not shown and self.sheets:
                self.sheets[-1].hidden.update(self._rows())
        elif name == f"{_STYLE} style":
            self._style = attributes.get(f"{_STYLE} name", "")
        elif name == f"{_STYLE} text-properties":
            if attributes.get(f"{_STYLE} text-line-through-style", "none") != "none":
                self._struck_styles.add(self._style)
        elif name in _CELLS and self.sheets:
            self._cell(attributes)

    def _rows(self) -> range:
        return range(self._row, self._row + min(self._row_repeat, ROWS_MAX))

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = _number(attributes, "number-columns-repeated")
        written = attributes.get(f"{_TABLE} formula")
        formula = written is not None and not is_literal(written.removeprefix("of:"))
        if f"{_OFFICE} value-type" in attributes and (
            attributes.get(f"{_TABLE} style-name") in self._struck_styles
        ):
            self.sheets[-1].struck.update(self._rows())
        if written is not None or f"{_OFFICE} value-type" in attributes:
            self._row_filled = True
            if self._column + repeat > _COLUMNS_MAX:
                raise WorkbookTooLarge
            if formula:
                self.sheets[-1].formulas.update(
                    (self._row, self._column + offset) for offset in range(repeat)
                )
        wide = _number(attributes, "number-columns-spanned")
        high = _number(attributes, "number-rows-spanned")
        if wide > 1 or high > 1:
            last = (self._row + min(high, ROWS_MAX) - 1, self._column + min(wide, 1000) - 1)
            self.sheets[-1].merged.append(((self._row, self._column), last))
        self._column += repeat

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name != f"{_TABLE} table-row":
            return
        if self._row_filled and self._row + self._row_repeat > ROWS_MAX:
            raise WorkbookTooManyRows
        self._row += self._row_repeat


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE} {name}", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise WorkbookDamaged
    return max(int(text), 1)
