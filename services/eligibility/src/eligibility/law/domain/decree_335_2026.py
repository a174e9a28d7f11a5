"""Decree 335/2026/NĐ-CP, in force since 5/10/2026: group 5.6 and what it changed in Decree 176.

The words of group 5.6 and of its coefficients are those of Decree 20/2021; the standard amount,
the months and the time limits are new. Căn cứ: khoản 2 Điều 4, khoản 6 Điều 5, Điều 6, 8, 31, 32.
"""

from __future__ import annotations

from datetime import date

from eligibility.law.domain import decree_20_2021_group_6 as group_6
from eligibility.law.domain import decree_176_2025 as pension
from eligibility.law.domain.conditions import Benefit
from eligibility.law.domain.law import LawAsOf

_DECREE = "Nghị định 335/2026/NĐ-CP"

_GROUP_6 = group_6.Articles(
    group=f"khoản 6 Điều 5 {_DECREE}",
    coefficients=f"điểm e khoản 1 Điều 6 {_DECREE}",
    standard=f"khoản 2 Điều 4 {_DECREE}",
    start=f"khoản 2 Điều 8 {_DECREE}",
    stop=f"khoản 4 Điều 8 {_DECREE}",
)
_PENSION = pension.Articles(
    level=f"khoản 1 Điều 31 {_DECREE}",
    start=f"khoản 2 Điều 31 {_DECREE}",
    stop=f"khoản 2 Điều 31 {_DECREE} (khoản 4 Điều 4 mới của Nghị định 176/2025/NĐ-CP)",
)


def disability_allowance(law: LawAsOf, on: date) -> Benefit:
    """Give group 5.6 under Decree 335/2026."""
    return group_6.disability_allowance(law, on, _GROUP_6)


def social_pension(law: LawAsOf, on: date) -> Benefit:
    """Give the social pension of Decree 176/2025 as amended by Article 31."""
    return pension.social_pension(law, on, _PENSION)
