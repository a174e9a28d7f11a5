"""Text that goes into CSV or a workbook: never a formula, whatever the reader's separator is."""

from __future__ import annotations

import re
from typing import Any, Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STARTS: Final = re.compile(r"(?:^|(?<=[;,\t\n|]))(\s*)([=+@-]|%0[9aAdD])")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")


def safe_text(value: str) -> str:
    """Give a text in which no spreadsheet finds a formula; numbers stay as they are.

    An apostrophe stands before what would begin one, also behind a separator: a program that splits
    at another separator than the file's sees a cell that begins there.
    """
    clean = _CONTROL.sub(" ", value).replace("\r", " ")
    if _NUMBER.match(clean):
        return clean
    return _STARTS.sub(lambda found: f"{found[1]}'{found[2]}", clean)


def safe_row(row: list[Any]) -> list[Any]:
    """Make every text of a row safe; other values stay."""
    return [safe_text(cell) if isinstance(cell, str) else cell for cell in row]
