"""An entitlement, its levels, and what its record of payment leaves owed.

Thuật ngữ: chế độ đang hưởng (entitlement), tạm giữ chi (held), thôi hưởng (stopped), truy lĩnh
(arrears).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.benefits import CATALOGUE
from common.kernel.arrears import Difference, difference
from common.kernel.errors import Conflict, NotFound
from common.kernel.months import Month, months_between

_NEUTRAL = re.compile(r"[A-Z0-9]{6}\Z")
_UNSAID = {code: item.label for code, item in CATALOGUE.benefits.items()}


def group_of(benefit: str, category: str) -> str:
    """Give the group that an entitlement is counted in.

    A sealed group is named by the installation's neutral code and stays that code.

    Args:
        benefit: code of the benefit.
        category: its category or provision, e.g. `5.1_under_4`, `C2d1`, or the neutral code.
    """
    if _NEUTRAL.match(category):
        return category
    whole = CATALOGUE.benefits[benefit].group
    if whole is not None:
        return whole
    own = (code for code, item in CATALOGUE.groups.items() if item.benefit == benefit)
    return next((code for code in own if category.startswith(code)), _UNSAID[benefit])


class EntitlementNotFound(
    NotFound, code="entitlement_not_found", title="Không tìm thấy chế độ đang hưởng"
):
    """No such entitlement, or not in the caller's communes."""


class AlreadyEntitled(Conflict, code="already_entitled", title="Người này đang hưởng chế độ này"):
    """The person has this benefit already."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """An amount from a month to a month (None: until further decision); hundredths."""

    from_month: Month
    to_month: Month | None
    amount: int
    coefficient: int
    provision: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One benefit of one person with its levels. Months without a level are owed nothing."""

    entitlement_id: UUID
    person_id: UUID
    commune_code: str
    benefit: str
    group_code: str
    status: str
    status_reason: str | None
    origin: str
    stated_category: str
    listed_amount: int
    listed_coefficient: int
    paid_from: Month
    paid_to: Month | None
    decision: Mapping[str, Any]
    old_decision_number: str | None
    old_decision_date: date | None
    version: int
    levels: Sequence[LevelRow]
    payee_person_id: UUID | None = None
    import_id: UUID | None = None
    row_number: int | None = None

    def owed(self, last: Month) -> dict[Month, int]:
        """Give the amount owed in each month up to `last`."""
        owed: dict[Month, int] = {}
        for level in self.levels:
            end = last if level.to_month is None else min(level.to_month, last)
            for month in months_between(level.from_month, end):
                owed[month] = level.amount
        return owed

    def paid(self) -> dict[Month, int]:
        """Give what the commune declared as paid when the entitlement was taken over."""
        if self.origin != "taken_over" or self.paid_to is None:
            return {}
        return dict.fromkeys(months_between(self.paid_from, self.paid_to), self.listed_amount)

    def difference(self, last: Month) -> Difference:
        """Compare what is owed with what was recorded as paid, month by month, never netted."""
        paid = self.paid()
        return difference(self.owed(last), paid)
