"""Reads CSV files (UTF-8, with or without BOM; comma, semicolon or tab)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from registry.intake.domain.files import ROWS_MAX, TableNotText, WorkbookTooManyRows
from registry.intake.domain.header import Cell

_FIELD_MAX = 10_000
_SEPARATORS = ",;\t"


def read_table(path: Path) -> Sequence[Sequence[Cell]]:
    """Read every line of a text table.

    Raises:
        TableNotText: not UTF-8 text, or not a table.
        WorkbookTooManyRows: more rows than are read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableNotText from error
    if "\x00" in text:
        raise TableNotText
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            if any(len(cell) > _FIELD_MAX for cell in row):
                raise TableNotText
            rows.append(row)
            if len(rows) > ROWS_MAX:
                raise WorkbookTooManyRows
    except csv.Error as error:
        raise TableNotText from error
    return rows
