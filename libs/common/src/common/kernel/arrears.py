"""Owed against paid, month by month: what is still due, and what was paid too much.

Thuật ngữ: truy lĩnh (arrears), chi thừa phải thu hồi (overpayment).
Căn cứ: khoản 3, 4 Điều 32 Nghị định 335/2026/NĐ-CP; a negative month is never set off against a
positive one without a signed decision (law-corrections §13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.kernel.money import Dong
from common.kernel.months import Month


@dataclass(frozen=True, slots=True)
class Difference:
    """Positive months (`arrears`) and negative months (`overpaid`), both as positive đồng."""

    arrears: Mapping[Month, Dong]
    overpaid: Mapping[Month, Dong]


def difference(owed: Mapping[Month, int], paid: Mapping[Month, int]) -> Difference:
    """Compare month by month without netting; a month absent from either side counts as 0."""
    arrears: dict[Month, Dong] = {}
    overpaid: dict[Month, Dong] = {}
    for month in sorted(owed.keys() | paid.keys()):
        gap = owed.get(month, 0) - paid.get(month, 0)
        if gap > 0:
            arrears[month] = Dong(gap)
        elif gap < 0:
            overpaid[month] = Dong(-gap)
    return Difference(arrears, overpaid)
