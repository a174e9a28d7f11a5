"""Facts that reveal HIV: what they are, and how they may be counted without naming anybody.

Thuật ngữ: thông tin về người nhiễm HIV phải được giữ bí mật. Căn cứ: Luật Phòng, chống HIV/AIDS
64/2006/QH11 Điều 4.1.d, Điều 8.5, Điều 30; Nghị định 20/2021/NĐ-CP Điều 8.1.b (niêm yết trừ thông
tin HIV). Nhóm: Điều 5 khoản 3 và khoản 8 (hai nghị định).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from common.kernel.errors import Conflict, NotFound, Unavailable

Sex = Literal["male", "female"]
SMALL: Final = 5
"""A count of one to four people could point at somebody: such counts are not given out."""
_DAYS: Final = frozenset({"found_on", "valid_from", "valid_to", "paper_issued_on"})
_BLOCK: Final = 512
"""Content is filled up to whole blocks, so that its length says nothing."""


class SealedFactNotFound(
    NotFound, code="sealed_fact_not_found", title="Không có hồ sơ niêm phong của người này"
):
    """Nothing is sealed about this person, or the person is not the caller's to see."""


class SealedFactsOff(
    Unavailable, code="sealed_facts_off", title="Hệ thống chưa được cài khóa niêm phong"
):
    """This installation has no key for sealed facts or no neutral code."""


class SealedFactUnchanged(
    Conflict,
    code="sealed_fact_end_invalid",
    title="Ngày kết thúc không hợp lệ với hồ sơ niêm phong",
):
    """The end lies before the beginning, or the fact has ended already."""


@dataclass(frozen=True, slots=True)
class SealedStatement:
    """What a declaration or a list says about one person (Mẫu 1b: ngày phát hiện)."""

    person_id: UUID
    found_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    paper_kind: str | None = None
    paper_number: str | None = None
    paper_issued_on: date | None = None
    paper_issuer: str | None = None
    note: str | None = None

    def adds_to(self, known: SealedStatement | None) -> bool:
        """Say whether anything stated is not in what is sealed already."""
        if known is None:
            return True
        return any(
            value is not None and value != getattr(known, name)
            for name, value in self.stated().items()
        )

    def merged_into(self, known: SealedStatement | None) -> SealedStatement:
        """Give what will be sealed: what is stated, and what was known besides."""
        if known is None:
            return self
        stated = {name: value for name, value in self.stated().items() if value is not None}
        return SealedStatement(self.person_id, **(known.stated() | stated))

    def stated(self) -> dict[str, Any]:
        """Give the fields of the content."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "person_id"}

    def text(self) -> str:
        """Write the content as it is encrypted: JSON, filled up with blanks to whole blocks."""
        stated = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.stated().items()
            if value is not None
        }
        plain = json.dumps(stated, ensure_ascii=False)
        length = len(plain.encode())
        return plain + " " * (-length % _BLOCK)

    @classmethod
    def read(cls, person_id: UUID, text: str) -> SealedStatement:
        """Read what `text` wrote."""
        stated: dict[str, Any] = json.loads(text)
        for name in _DAYS & stated.keys():
            stated[name] = date.fromisoformat(stated[name])
        return cls(person_id, **stated)


@dataclass(frozen=True, slots=True)
class Counted:
    """One person who is counted: nothing but what the form asks."""

    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class AgeRow:
    """A row of the form: who has completed `years`, and not yet `below`."""

    code: str
    years: int
    below: int | None


AGE_ROWS: Final = (AgeRow("3.1", 0, 4), AgeRow("3.2", 4, 16), AgeRow("3.3", 16, None))
"""Mẫu 10a Nghị định 20/2021, mục I dòng 3: dưới 4 tuổi, từ 4 đến dưới 16, từ đủ 16 tuổi."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """A published row; None: fewer than five people, or needed to keep such a count hidden."""

    code: str
    total: int | None
    male: int | None
    female: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the form gets."""

    rows: Sequence[CountRow]
    total: int | None


def count(people: Sequence[Counted], on: date) -> Counts:
    """Count people for the form so that no published figure leads to fewer than five of them.

    A count of one to four is hidden. While the hidden counts add up to fewer than five, or only
    one count is hidden, the total would tell them: the smallest shown count is hidden too, and if
    there is none, the total. A split by sex is shown where neither side is one to four.
    """
    by_row = {row.code: [one for one in people if _belongs(one, row, on)] for row in AGE_ROWS}
    sizes = {code: len(members) for code, members in by_row.items()}
    hidden = {code for code, size in sizes.items() if 0 < size < SMALL}
    total: int | None = sum(sizes.values())
    while hidden and (len(hidden) == 1 or sum(sizes[code] for code in hidden) < SMALL):
        shown = [code for code, size in sizes.items() if size > 0 and code not in hidden]
        if not shown:
            total = None
            break
        hidden.add(min(shown, key=lambda code: sizes[code]))
    rows = [
        CountRow(code, None, None, None) if code in hidden else _row(code, by_row[code])
        for code in sizes
    ]
    return Counts(rows, total)


def _row(code: str, members: Sequence[Counted]) -> CountRow:
    male = sum(1 for one in members if one.sex == "male")
    female = len(members) - male
    if 0 < male < SMALL or 0 < female < SMALL:
        return CountRow(code, len(members), None, None)
    return CountRow(code, len(members), male, female)


def _belongs(one: Counted, row: AgeRow, on: date) -> bool:
    had_birthday = (on.month, on.day) >= (one.birth_date.month, one.birth_date.day)
    age = on.year - one.birth_date.year - (0 if had_birthday else 1)
    return age >= row.years and (row.below is None or age < row.below)
