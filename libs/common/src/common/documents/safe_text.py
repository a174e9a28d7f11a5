"""Text that goes into CSV or a workbook: never a formula, whatever the reader's separator is."""

from __future__ import annotations

import re
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SEPARATOR: Final = re.compile(r"([;,\t\n|])")
_STARTS: Final = ("=", "+", "@", "-", "%09", "%0a", "%0d")


def safe_text(value: str) -> str:
    """Give a text in which no spreadsheet finds a formula; numbers stay as they are.

    An apostrophe stands before what would begin one, also behind a separator: a program that splits
    at another separator than the file's sees a cell that begins there.
    """
    clean = _CONTROL.sub(" ", value).replace("\r", " ")
    if _is_number(clean):
        return clean
    return "".join(_safe_part(part) for part in _SEPARATOR.split(clean))


def _is_number(text: str) -> bool:
    parts = text.removeprefix("+" if text.startswith("+") else "-").replace(",", ".").split(".")
    return len(parts) <= 2 and all(part.isdecimal() for part in parts)


def _safe_part(part: str) -> str:
    inner = part.lstrip()
    if not inner.lower().startswith(_STARTS):
        return part
    return f"{part[: len(part) - len(inner)]}'{inner}"
