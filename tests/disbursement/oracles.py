"""Second writings of rules that production keeps in SQL: the tests compare both.

Nothing in `src` imports this. A rule is changed in the SQL (or its table) first, then here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from common.kernel.arrears import Difference, difference
from common.kernel.months import Month, months_between
from disbursement.obligations.domain import name_uuid
from disbursement.payroll.domain import Item

Kind = Literal["regular", "arrears", "one_off"]
MAIN = "main"
"""The only component so far: the allowance itself (not care support, not the health card)."""

PAYMENT_TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        ("sealed", "sent"),
        ("sent", "accepted"),
        ("sent", "paid"),
        ("sent", "failed"),
        ("sent", "uncollected"),
        ("accepted", "paid"),
        ("accepted", "failed"),
        ("accepted", "uncollected"),
        ("paid", "returned"),
        ("failed", "paid"),
        ("uncollected", "paid"),
        ("paid", "failed"),
    }
)
"""Allowed changes of a payment; the database holds the same table and refuses others."""

RULES: Mapping[tuple[str, str], tuple[str | None, str | None]] = {
    ("sent", "accepted"): ("accepted", None),
    ("sent", "paid"): ("paid", None),
    ("sent", "failed"): ("failed", None),
    ("sent", "uncollected"): ("uncollected", None),
    ("sent", "returned"): (None, "contradiction"),
    ("accepted", "accepted"): (None, "repeat"),
    ("accepted", "paid"): ("paid", None),
    ("accepted", "failed"): ("failed", None),
    ("accepted", "uncollected"): ("uncollected", None),
    ("accepted", "returned"): (None, "contradiction"),
    ("paid", "accepted"): (None, "late"),
    ("paid", "paid"): (None, "repeat"),
    ("paid", "failed"): (None, "contradiction"),
    ("paid", "uncollected"): (None, "contradiction"),
    ("paid", "returned"): ("returned", None),
    ("failed", "accepted"): (None, "late"),
    ("failed", "paid"): (None, "contradiction"),
    ("failed", "failed"): (None, "repeat"),
    ("failed", "uncollected"): (None, "contradiction"),
    ("failed", "returned"): (None, "contradiction"),
    ("uncollected", "accepted"): (None, "late"),
    ("uncollected", "paid"): (None, "contradiction"),
    ("uncollected", "failed"): (None, "contradiction"),
    ("uncollected", "uncollected"): (None, "repeat"),
    ("uncollected", "returned"): (None, "contradiction"),
    ("returned", "accepted"): (None, "late"),
    ("returned", "paid"): (None, "late"),
    ("returned", "failed"): (None, "late"),
    ("returned", "uncollected"): (None, "contradiction"),
    ("returned", "returned"): (None, "repeat"),
}
"""(state, what the partner says) -> (new state, exception). A lower status never undoes a higher
one; what contradicts goes to a person."""

LIST_TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        ("draft", "approved"),
        ("approved", "draft"),
        ("approved", "sealed"),
        ("sealed", "reconciled"),
        ("reconciled", "sealed"),
    }
)
"""Allowed changes of a list's state; the database holds the same table and refuses others."""


def obligation_id(
    *, person_id: UUID, benefit: str, month: Month, kind: Kind, seq: int, component: str = MAIN
) -> UUID:
    """Give the id of an obligation from its natural key."""
    return name_uuid(f"obligation:{person_id}:{benefit}:{month}:{component}:{kind}:{seq}")


@dataclass(frozen=True, slots=True)
class LevelSpan:
    """An amount owed each month from `from_month` to `to_month` (None: until decided otherwise)."""

    from_month: Month
    to_month: Month | None
    amount: int


def owed_months(
    levels: Sequence[LevelSpan], *, list_month: Month, death_month: Month | None = None
) -> dict[Month, int]:
    """Give what each month before the list month is owed; the month of death is the last.

    Thuật ngữ: tháng chết vẫn được hưởng. Căn cứ: điểm a khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP.
    """
    owed: dict[Month, int] = {}
    for level in levels:
        ends = [list_month.previous()]
        ends += [end for end in (level.to_month, death_month) if end is not None]
        for month in months_between(level.from_month, min(ends)):
            owed[month] = max(owed.get(month, 0), level.amount)
    return owed


def due(
    levels: Sequence[LevelSpan],
    covered: Mapping[Month, int],
    *,
    list_month: Month,
    death_month: Month | None = None,
) -> Difference:
    """Compare owed with covered (recorded as paid, or already an obligation), month by month."""
    owed = owed_months(levels, list_month=list_month, death_month=death_month)
    past = {month: amount for month, amount in covered.items() if month < list_month}
    return difference(owed, past)


@dataclass(frozen=True, slots=True)
class CanonicalLine:
    """A line as it is hashed: facts only, no generated id and no time."""

    person_key: str
    full_name: str
    benefit: str
    group: str
    method: str
    partner: str
    bank_code: str
    regular: int
    arrears: int
    arrears_months: int
    carried: int
    total: int
    items: Sequence[Item]
    payee: str | None = None
    """`name/number` of who is paid for the person, where that is somebody else."""

    def text(self, commune_code: str, month: Month) -> str:
        """Write the line; the database writes the same."""
        items = ",".join(
            sorted(f"{item.month}:{item.kind}:{item.role}:{item.amount}" for item in self.items)
        )
        return "|".join(
            [
                commune_code, str(month), self.person_key, self.full_name, self.benefit,
                self.group, self.method, self.partner, self.bank_code, str(self.regular),
                str(self.arrears), str(self.arrears_months), str(self.carried), str(self.total),
                items, *([] if self.payee is None else [self.payee]),
            ]
        )  # fmt: skip


def content_hash(lines: Iterable[CanonicalLine], commune_code: str, month: Month) -> str:
    """Give SHA-256 over the sorted canonical lines."""
    texts = sorted(line.text(commune_code, month).encode() for line in lines)
    return hashlib.sha256(b"\n".join(texts)).hexdigest()
