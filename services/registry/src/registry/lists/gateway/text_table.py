"""Reads text tables and NDJSON files line by line: encoding and separator are found out.

Only the lines asked for are held in memory, so that a file of a whole province can be read.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from common.files.errors import WorkbookNotXlsx, WorkbookTooManyRows
from registry.lists.domain.encodings import read_text
from registry.lists.domain.files import (
    COLUMNS_MAX,
    TEXT_ROWS_MAX,
    RecordsInvalid,
    TableNotText,
)
from registry.lists.domain.header import SEARCHED_ROWS, Cell
from registry.lists.domain.syllables import is_syllable, words_of

_SEPARATORS = ",;\t|"
_SAMPLE = 1 << 20
_CHUNK = 1 << 20
_LINE_MAX = 1 << 16
_SURE = 0.8
"""Share of words with marks that must be Vietnamese for a guess at the encoding."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_Lines = Callable[[], Iterator[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A text table that can be read again and again from its file."""

    lines: _Lines
    encoding: str
    line_count: int
    """Lines of the file: at most so many rows."""
    first_number: int
    """Number of the first line as people count them: 0 where it is not in the file (NDJSON)."""


def read_table(
    path: Path, *, rows_max: int = TEXT_ROWS_MAX, workbook_meant: bool = True
) -> TextTable:
    """Find out how a text file is to be read, and that it can be.

    Raises:
        TableNotText: in no known encoding, or not a table.
        WorkbookNotXlsx: text, but nothing in it is separated.
        RecordsInvalid: a line of an NDJSON file is no flat object.
        WorkbookTooManyRows: more lines than are read.
    """
    encoding = _encoding(path)
    count = _check_lines(path, encoding, rows_max)
    first = next((line for line in _text_lines(path, encoding) if line.strip()), "")
    if first.lstrip().startswith(("{", "[")):
        return _records(path, encoding, count)
    separator = _separator(path, encoding)
    if not separator:
        raise WorkbookNotXlsx if workbook_meant else TableNotText

    def lines() -> Iterator[Sequence[Cell]]:
        return _rows(path, encoding, separator)

    if max(map(len, lines()), default=0) > COLUMNS_MAX:
        raise TableNotText
    return TextTable(lines, encoding, count, 1)


def _rows(path: Path, encoding: str, separator: str) -> Iterator[Sequence[Cell]]:
    try:
        yield from csv.reader(_text_lines(path, encoding), delimiter=separator, strict=True)
    except csv.Error as error:
        raise TableNotText from error


def _text_lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        if encoding == "cp1258":
            # This code page writes marks behind their letters.
            yield from (unicodedata.normalize("NFC", line) for line in file)
        else:
            yield from file


def _check_lines(path: Path, encoding: str, rows_max: int) -> int:
    """Read the file once as text: every byte decodes, no line is endless, not too many lines."""
    count, length = 0, 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            while chunk := file.read(_CHUNK):
                if "\x00" in chunk:
                    raise TableNotText
                parts = chunk.split("\n")
                count += len(parts) - 1
                longest = max(length + len(parts[0]), *map(len, parts))
                if longest > _LINE_MAX:
                    raise TableNotText
                length = len(parts[-1]) + (length if len(parts) == 1 else 0)
                if count > rows_max:
                    raise WorkbookTooManyRows
    except UnicodeError as error:
        raise TableNotText from error
    return count + 1


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if b"\x00" in sample:
        raise TableNotText
    if _is_utf8(path):
        return "utf-8"
    for name in ("cp1258", "latin-1"):
        if _looks_vietnamese(sample, name):
            return name
    raise TableNotText


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            while file.read(_CHUNK):
                pass
    except UnicodeError:
        return False
    return True


def _looks_vietnamese(sample: bytes, encoding: str) -> bool:
    """Say whether the words with marks read as Vietnamese in this code page.

    Files typed with TCVN3 or VNI fonts hold Western bytes: the cells are decoded later, one by one.
    """
    try:
        text = unicodedata.normalize("NFC", sample[: sample.rfind(b"\n") + 1].decode(encoding))
    except UnicodeDecodeError:
        return False
    if any(0x80 <= ord(char) < 0xA0 for char in text):
        return False
    words = [word for word in words_of(text) if not word.isascii()]
    if encoding == "latin-1":
        cells = set(re.split(r"[\t;,|\r\n]", text))
        marked = [cell.strip() for cell in cells if not cell.isascii()]
        good = sum(1 for cell in marked if read_text(cell).encoding != "unicode")
        return bool(marked) and good >= len(marked) / 2
    return bool(words) and sum(map(is_syllable, words)) >= _SURE * len(words)


def _separator(path: Path, encoding: str) -> str:
    """Choose what most lines have in the same number, the header's own lines first."""
    head = list(itertools.islice(_text_lines(path, encoding), SEARCHED_ROWS))
    best, best_rank = "", 0
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(head, delimiter=separator) if row]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        rank = max((wide.count(width) * (width - 1) for width in set(wide)), default=0)
        if rank > best_rank:
            best, best_rank = separator, rank
    return best


def _records(path: Path, encoding: str, count: int) -> TextTable:
    names: dict[str, None] = {}
    for number, line in enumerate(_text_lines(path, encoding), 1):
        if line.strip():
            names.update(dict.fromkeys(_record(line, number)))
        if len(names) > COLUMNS_MAX:
            raise RecordsInvalid(line=number)
    columns = list(names)

    def lines() -> Iterator[Sequence[Cell]]:
        yield columns
        for number, line in enumerate(_text_lines(path, encoding), 1):
            record = _record(line, number) if line.strip() else {}
            yield [record.get(name) for name in columns]

    return TextTable(lines, encoding, count, 0)


def _record(line: str, number: int) -> dict[str, Any]:
    try:
        record = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise RecordsInvalid(line=number) from error
    if not isinstance(record, dict) or any(
        isinstance(value, dict | list) for value in record.values()
    ):
        raise RecordsInvalid(line=number)
    return record
