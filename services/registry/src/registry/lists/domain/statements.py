"""What a row states besides person and money: the carer, the children, an income from elsewhere.

Thuật ngữ: người nhận chăm sóc, nuôi dưỡng; con đang nuôi; lương hưu, trợ cấp bảo hiểm xã hội. Căn cứ:
Điều 5, Điều 18 đến 20 Nghị định 20/2021/NĐ-CP; Điều 5, Điều 15 đến 17 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.kernel import personal_id
from registry.lists.domain.numbers import read_amount, read_identity
from registry.lists.domain.vocabulary import phrase

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_PARTS = re.compile(r"[;\n]")
_STUDYING = (" dang hoc ", " dang di hoc ", " con di hoc ")
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Carer:
    """Who takes care of the person and is paid for it: another person than the row's own."""

    personal_id: str
    full_name: str

    @property
    def birth_year(self) -> int:
        """The year that the number tells; a list says nothing else of a carer's birth."""
        return personal_id.birth_year_of(self.personal_id)


@dataclass(slots=True)
class Statements:
    """What the columns beside person and benefit say."""

    carer: Carer | None = None
    facts: list[Mapping[str, Any]] = field(default_factory=list)
    """Bodies of facts as the contract of circumstances writes them."""


def read_carer(number: object, name: str) -> Carer | None:
    """Read who cares for the person; None without the 12 digits or without a name."""
    identity = read_identity(number)
    if identity.personal_id is None or not name:
        return None
    return Carer(identity.personal_id, name)


def read_children(text: str) -> list[Mapping[str, Any]]:
    """Read the children whom a person raises, each with the day of birth.

    Example: "Nguyễn Văn An 05/3/2015; Nguyễn Thị Hoa 12/9/2008 (đang học)".
    """
    born = [(day, studying) for part in _PARTS.split(text) for day, studying in _child(part)]
    seen: Counter[date] = Counter()
    facts: list[Mapping[str, Any]] = []
    for day, studying in born:
        seen[day] += 1
        facts.append(
            {
                "kind": "child",
                # Names are spelt differently each time; the day of birth stays.
                "child_key": f"{day:%Y%m%d}-{seen[day]}",
                "birth_date": day.isoformat(),
                "studying": studying,
            }
        )
    return facts


def read_income(cell: object) -> Mapping[str, Any] | None:
    """Read a pension or monthly social-insurance allowance, đồng a month."""
    amount = read_amount(cell)
    if not amount:
        return None
    return {"kind": "pension_income", "monthly_amount": amount, "income_kind": "pension"}


def _child(part: str) -> Iterator[tuple[date, bool]]:
    studying = any(words in f" {phrase(part)} " for words in _STUDYING)
    for day, month, year in _DAY.findall(part):
        if int(year) >= _FIRST_YEAR:
            try:
                yield date(int(year), int(month), int(day)), studying
            except ValueError:
                continue
