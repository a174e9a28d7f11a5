"""Rows that head a group of rows: a village, a category, a decision, people who leave the list.

Thuật ngữ: dòng tiêu đề nhóm ("I. Thôn 1"), danh sách giảm. Whether it counts for the rows below is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from common.kernel.names import normalise, search_key
from registry.lists.domain.decisions import read_decision
from registry.lists.domain.encodings import read_text
from registry.lists.domain.villages import village_of_sheet

if TYPE_CHECKING:
    from registry.lists.domain.vocabulary import Vocabulary

SectionKind = Literal["village", "category", "decision", "ends", "other_table", "unknown"]

CELLS_MAX: Final = 3
"""A line with more filled cells is no heading of a group."""
_NUMBERING = re.compile(r"\A(?:(?:[IVXLC]{1,7}|[A-Z]|\d{1,2})(?:[.)/\-:]|\s-)\s*(?=\S)|[-+*]\s+)")
_COUNT = re.compile(r" ?[:(]? ?\d{1,6} ?(?:người|đối tượng|hộ|trường hợp) ?\)?\.?\Z", re.IGNORECASE)
_ENDS: Final = (
    *("giam", "cat giam", "thoi huong", "dung huong", "tam dung", "cham dut", "da chet"),
    *("chuyen di", "khong con huong", "ngung huong", "qua doi", "tu tran"),
)
_STARTS: Final = ("tang", "tang moi", "moi tang", "bo sung", "phat sinh tang")
_SIGNATURES: Final = (
    *(
        "nguoi lap",
        "ke toan",
        "chu tich",
        "tm uy ban",
        "can bo",
        "xac nhan",
        "bang chu",
        "noi nhan",
    ),
    *("thu truong", "pho chu tich", "ngay thang", "ky ten"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a group, and what it says of the rows below."""

    row: int
    text: str
    kind: SectionKind
    values: Mapping[str, str] = field(default_factory=dict)


def filled(cells: Sequence[object]) -> list[object]:
    """Give the cells that hold something; long lines are decided without looking at each cell."""
    if len(cells) - cells.count(None) - cells.count("") > 4 * CELLS_MAX:
        return list(cells)
    return [cell for cell in cells if cell is not None and str(cell).strip()]


def read_section(row: int, present: Sequence[object], words: Vocabulary) -> Section | None:
    """Read a line with few cells; None when it heads nothing (signatures, totals, notes)."""
    texts = [str(cell) for cell in present if isinstance(cell, str) and not cell.strip().isdigit()]
    if not texts or len(present) > CELLS_MAX:
        return None
    written = normalise(" ".join(read_text(text).text for text in texts))
    text = _COUNT.sub("", _NUMBERING.sub("", written, count=1))
    key = search_key(text)
    if not key or any(key.startswith(start) for start in _SIGNATURES):
        return None
    kind, values = _meaning(text, key, words)
    return Section(row, written[:120], kind, values)


def _meaning(text: str, key: str, words: Vocabulary) -> tuple[SectionKind, Mapping[str, str]]:
    padded = f" {key} "
    if any(f" {one} " in padded for one in _ENDS) or any(words.remarks.in_note(text)):
        return "ends", {}
    decision = read_decision(text)
    if decision is not None:
        return "decision", {"decision_number": decision[0], "decision_date": decision[1]}
    if words.category(text) is not None:
        return "category", {"category": text}
    village = village_of_sheet(text)
    if village is not None:
        return "village", {"village": village}
    return "unknown", {}


def is_start(section: Section) -> bool:
    """Say whether a heading only says that people are new on the list."""
    key = search_key(section.text)
    return any(f" {one} " in f" {key} " for one in _STARTS)
