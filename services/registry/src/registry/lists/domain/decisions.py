"""A decision written into one cell or line: its number and its day.

Thuật ngữ: quyết định số 12/QĐ-UBND ngày 10/7/2025.
"""

from __future__ import annotations

import re
from typing import Final

from common.kernel.names import normalise
from registry.lists.domain.dates import read_date

_DAY: Final = r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2} tháng \d{1,2} năm \d{4}"
# Texts are normalised before: at most one space stands anywhere.
_NUMBER_FIRST: Final = re.compile(
    rf"(?:(?:quyết định|qđ) ?(?:số)?|số)? ?[:.]? ?(\d[\w./-]{{0,40}}) ?[,;(]? ?(?:ký |ban hành )?(?:ngày|ng\.?)? ?({_DAY}) ?\)?\.?",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(
    rf"(?:ngày ?)?({_DAY}) ?[,;-]? ?(?:quyết định|qđ)? ?số ?[:.]? ?(\d[\w./-]{{0,40}})",
    re.IGNORECASE,
)


def read_decision(text: str) -> tuple[str, str] | None:
    """Give number and day (as written) of a decision; None when the text does not say both."""
    clean = normalise(text)
    match = _NUMBER_FIRST.fullmatch(clean)
    number, day = (match[1], match[2]) if match else ("", "")
    if match is None and (match := _DAY_FIRST.fullmatch(clean)) is not None:
        day, number = match[1], match[2]
    if match is None:
        return None
    read = read_date(day)
    return None if read is None or read.precision != "day" else (number.strip(" .,;-"), day)
