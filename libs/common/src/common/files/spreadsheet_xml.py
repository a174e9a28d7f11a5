"""Looks through an .xlsx file with an XML parser before anything is built of it.

Format: ECMA-376 SpreadsheetML. Understood by a parser, not by patterns over its text: quotes, prefixes,
spaces, cells without addresses and wrong counts are valid and change nothing. Only cells that hold
something count: borders drawn to the last row, blank formatted cells and hidden sheets refuse no file.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from common.files.errors import ROWS_MAX, WorkbookDamaged, WorkbookTooLarge, WorkbookTooManyRows

_CHUNK = 1 << 20
_UNPACKED_MAX = 256 * 1024 * 1024
_DEPTH_MAX = 64
_COLUMNS_MAX = 200
_LAST_ROW = 200_000
"""A filled cell further down would make the parser build every row up to there."""
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
_LITERAL = re.compile(r'=?"[^"]*"')
_TRUE = frozenset({"1", "true", "on"})


@dataclass
class SheetScan:
    """What was seen of one sheet; rows and columns from 0."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    filled_rows: int = 0
    visible: bool = True
    hidden: set[int] = field(default_factory=set)
    """Rows that the program does not show, by hand or by a filter."""
    struck: set[int] = field(default_factory=set)
    """Rows with a text that is struck out."""


@dataclass
class BookScan:
    """What was seen of a workbook: its sheets in the order of the tabs, and its epoch."""

    sheets: list[SheetScan] = field(default_factory=list)
    date1904: bool = False


def scan(archive: zipfile.ZipFile) -> BookScan:
    """Look through a workbook.

    Raises:
        WorkbookDamaged: its text is no XML.
        WorkbookTooLarge, WorkbookTooManyRows: it holds more than is read.
    """
    book = _Book()
    _parse(archive, "xl/workbook.xml", book.start)
    targets = _relations(archive)
    made = BookScan(date1904=book.date1904)
    struck = _struck_styles(archive)
    for identity, visible in book.sheets:
        name = targets.get(identity, "")
        sheet = SheetScan(visible=visible)
        if visible and name in archive.NameToInfo:
            _Sheet(sheet, struck).run(archive, name)
        made.sheets.append(sheet)
    return made


class _Book:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool]] = []
        self.date1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        plain = _plain(attributes)
        if name == "sheet":
            identity = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            self.sheets.append((identity, plain.get("state", "visible") == "visible"))
        elif name == "workbookPr":
            self.date1904 = plain.get("date1904", "").lower() in _TRUE


def _relations(archive: zipfile.ZipFile) -> Mapping[str, str]:
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            plain = _plain(attributes)
            target = plain.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[plain.get("Id", "")] = posixpath.normpath(whole)

    _parse(archive, "xl/_rels/workbook.xml.rels", start)
    return targets


def _struck_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Give the cell styles (places in cellXfs, as text) whose font is struck out."""
    if "xl/styles.xml" not in archive.NameToInfo:
        return frozenset()
    fonts: list[bool] = []
    styles: list[str] = []
    inside = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name in {"fonts", "cellXfs", "cellStyleXfs", "dxfs"}:
            inside = name
        elif inside == "fonts" and name == "font":
            fonts.append(False)
        elif inside == "fonts" and name == "strike" and fonts:
            fonts[-1] = attributes.get("val", "1").lower() in _TRUE
        elif inside == "cellXfs" and name == "xf":
            styles.append(attributes.get("fontId", "0"))

    _parse(archive, "xl/styles.xml", start)
    struck = {str(place) for place, is_struck in enumerate(fonts) if is_struck}
    return frozenset(str(place) for place, font in enumerate(styles) if font in struck)


class _Sheet:
    """Walks through the cells of one sheet."""

    def __init__(self, seen: SheetScan, struck: frozenset[str]) -> None:
        self._seen = seen
        self._struck_styles = struck
        self._is_struck = False
        self._formula: list[str] | None = None
        self._row, self._column = -1, -1
        self._row_filled = False
        self._in_cell = False

    def run(self, archive: zipfile.ZipFile, name: str) -> None:
        _parse(archive, name, self._start, self._end, self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row += 1
            stated = attributes.get("r", "").strip()
            if stated.isdigit():
                self._row = int(stated) - 1
            self._column, self._row_filled = -1, False
            if attributes.get("hidden", "").lower() in _TRUE:
                self._seen.hidden.add(self._row)
        elif name == "c":
            self._column += 1
            self._place(attributes.get("r", "").strip())
            self._in_cell = True
            self._is_struck = attributes.get("s", "") in self._struck_styles
        elif name == "f" and self._in_cell:
            self._formula = []
            self._fill()

    def _place(self, address: str) -> None:
        match = _ADDRESS.match(address)
        if match is None:
            return
        column = 0
        for letter in match[1].upper():
            column = column * 26 + ord(letter) - 64
        self._row, self._column = int(match[2]) - 1, column - 1

    def _text(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)
        elif self._in_cell and not text.isspace():
            self._fill()
            if self._is_struck:
                self._seen.struck.add(self._row)

    def _fill(self) -> None:
        if self._column >= _COLUMNS_MAX:
            raise WorkbookTooLarge
        if self._row_filled:
            return
        self._row_filled = True
        self._seen.filled_rows += 1
        if self._seen.filled_rows > ROWS_MAX or self._row >= _LAST_ROW:
            raise WorkbookTooManyRows

    def _end(self, name: str) -> None:
        if name == "c":
            self._in_cell = False
        elif name == "f" and self._formula is not None:
            if not is_literal("".join(self._formula)):
                self._seen.formulas.add((self._row, self._column))
            self._formula = None


def is_literal(formula: str) -> bool:
    """Say whether a formula is one text in quotes (`="003…"`): its result cannot be stale."""
    return _LITERAL.fullmatch(formula.strip()) is not None


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name.rsplit(" ", 1)[-1]: value for name, value in attributes.items()}


def _parse(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a member; handlers get names without their namespace."""
    if name not in archive.NameToInfo:
        raise WorkbookDamaged
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def opened(full: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH_MAX:
            raise WorkbookTooLarge
        start(full.rsplit(" ", 1)[-1], attributes)

    def closed(full: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(full.rsplit(" ", 1)[-1])

    def refuse(*_: Any) -> NoReturn:
        raise WorkbookDamaged

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = refuse
    if text is not None:
        parser.CharacterDataHandler = text
    _feed(parser, archive, name)


def _feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, name: str) -> None:
    read = 0
    try:
        with archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                read += len(chunk)
                # The directory of a hostile archive may lie about the size.
                if read > _UNPACKED_MAX:
                    raise WorkbookTooLarge
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise WorkbookDamaged from error
