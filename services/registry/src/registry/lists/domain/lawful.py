"""A row against the law of its month: the amount by coefficient and standard, the age by group.

Thuật ngữ: mức hưởng = hệ số x mức chuẩn. Căn cứ: Điều 4, Điều 6 Nghị định 335/2026/NĐ-CP (trước đó Nghị
định 20/2021/NĐ-CP, 76/2024/NĐ-CP); Điều 2, Điều 3 Nghị định 176/2025/NĐ-CP. The numbers are those of
`common.kernel.levels`; a lawful amount is never written over the listed one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from common.kernel import levels
from common.kernel.months import Month

AmountVerdict = Literal["lawful", "differs", "unknown", "unchecked"]
AgeVerdict = Literal["fits", "impossible"]

OLDEST: Final = 120
"""Years; nobody on a list is older."""
GRACE: Final = 1
"""Years within which a birthday may not have been followed by a decision yet."""
_NEAR_FROM, _NEAR_TO = Decimal("0.8"), Decimal("1.25")
"""An amount so near to a lawful one may be a level that the province decided itself."""
_CHILDREN_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class GroupLaw:
    """What the law says about a category: names of its coefficients and of its age limits."""

    groups: tuple[str, ...]
    by_age: bool = False
    per_child: bool = False
    age_from: str | None = None
    age_below: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> GroupLaw:
        """Read a table of the data file."""
        return cls(
            tuple(row["groups"]),
            by_age=row.get("by_age", False),
            per_child=row.get("per_child", False),
            age_from=row.get("from"),
            age_below=row.get("below"),
        )


@dataclass(frozen=True, slots=True)
class AgeSpan:
    """The youngest and the oldest that a person can be within the list's month, in whole years."""

    youngest: int
    oldest: int

    @classmethod
    def of(cls, born: date, month: Month, *, year_only: bool = False) -> AgeSpan:
        """Give the span; of a birth known by year only, every day of the year is possible."""
        last = date(born.year, 12, 31) if year_only else born
        first = date(born.year, 1, 1) if year_only else born
        return cls(_age(last, month.first_day), _age(first, month.last_day))


@dataclass(frozen=True, slots=True)
class AmountCheck:
    """What is said of an amount; `lawful` are the amounts that the law gives, now's first."""

    verdict: AmountVerdict
    lawful: tuple[int, ...] = ()


def check_age(law: GroupLaw | None, span: AgeSpan, month: Month) -> AgeVerdict:
    """Compare an age with the group's limits.

    Who passed a limit within the last year may still be paid as before: a birthday is followed by a
    decision. Beyond that the group is impossible.
    """
    if span.youngest > OLDEST or span.oldest < 0:
        return "impossible"
    if law is None:
        return "fits"
    low = levels.age(law.age_from, month) if law.age_from else None
    high = levels.age(law.age_below, month) if law.age_below else None
    too_young = low is not None and span.oldest < low - GRACE
    too_old = high is not None and span.youngest - GRACE >= high
    return "impossible" if too_young or too_old else "fits"


def check_amount(
    law: GroupLaw | None,
    benefit: str,
    province: str,
    month: Month,
    row: tuple[Decimal, int, AgeSpan],
) -> AmountCheck:
    """Compare the listed coefficient and amount with what the law gives in the month."""
    coefficient, amount, span = row
    standards = [one.amount for one in levels.standard_amounts(benefit, province, month)]
    if not standards:
        return AmountCheck("unchecked")
    every = levels.every_coefficient(month)
    own = _coefficients(law, span, month) if law else every
    lawful = [_money(k, level) for level in standards for k in own]
    if amount in lawful and (law is None or coefficient in own):
        right = {_money(coefficient, level) for level in standards}
        if amount in right:
            return AmountCheck("lawful", tuple(dict.fromkeys(lawful)))
    stated = [_money(coefficient, level) for level in standards if coefficient in every]
    close = any(_NEAR_FROM <= Decimal(amount) / one <= _NEAR_TO for one in lawful)
    known = amount in stated or amount in lawful or close
    shown = lawful if law is not None else stated
    return AmountCheck("differs" if known else "unknown", tuple(dict.fromkeys(shown)))


def _coefficients(law: GroupLaw, span: AgeSpan, month: Month) -> Sequence[Decimal]:
    found = levels.coefficients(_names(law, span, month), month)
    if law.per_child:
        return [k * n for n in range(1, _CHILDREN_MAX + 1) for k in found]
    return found


def _names(law: GroupLaw, span: AgeSpan, month: Month) -> list[str]:
    if not law.by_age:
        return list(law.groups)
    child = levels.age("child_below", month)
    elderly = levels.age("elderly", month)
    names: list[str] = []
    for group in law.groups:
        is_child = child is not None and span.youngest - GRACE < child
        is_elderly = elderly is not None and span.oldest >= elderly
        names += [f"{group}_child"] if is_child else []
        names += [f"{group}_elderly"] if is_elderly else []
        only_child = child is not None and span.oldest < child
        only_elderly = elderly is not None and span.youngest - GRACE >= elderly
        names += [] if only_child or only_elderly else [group]
    return names


def _money(coefficient: Decimal, level: int) -> int:
    return int(coefficient * level)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
