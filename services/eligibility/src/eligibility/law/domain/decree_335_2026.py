"""Decree 335/2026/NĐ-CP, in force since 5/10/2026: what it keeps of Decree 20/2021 and what not.

Changed: parents who cannot be identified (5.1), no age cap but continuous study (5.2), children
under 16 or already counted (5.4), 75 instead of 80 (5.5a), point b for 5.5d, income of 5.8; the
standard amount, months and time limits. Căn cứ: Điều 4, 5, 6, 8, 9, 15 đến 17, 22, 31, 32.
"""

from __future__ import annotations

from datetime import date

from eligibility.law.domain import benefits, decree_176_2025
from eligibility.law.domain.ages import DAYS, key_of
from eligibility.law.domain.common_conditions import Regime
from eligibility.law.domain.conditions import Benefit
from eligibility.law.domain.decree_20_2021 import care, children, disability, elderly, families

DECREE = "Nghị định 335/2026/NĐ-CP"
HIGHEST_ONLY = f"khoản 2 Điều 6, khoản 1 Điều 31 {DECREE}"
ARTICLES = {
    "standard": f"khoản 2 Điều 4 {DECREE}",
    "start": f"khoản 2 Điều 8 {DECREE}",
    "start_5.6": f"khoản 2 Điều 8 {DECREE}",
    "stop": f"khoản 4 Điều 8 {DECREE}",
    "stop_reasons": f"khoản 2 Điều 9 {DECREE}",
    "suspend": f"khoản 1 Điều 9 {DECREE}",
    "authority": "Chủ tịch UBND cấp xã",
    "care_1": f"khoản 1 Điều 17 {DECREE}",
    "care_2": f"khoản 2 Điều 17 {DECREE}",
    "carer": f"Điều 19, Điều 20 {DECREE}",
    "facility": f"khoản 1 Điều 22 {DECREE}",
    "local": f"khoản 3 Điều 4 {DECREE}",
    "pension_level": f"khoản 1 Điều 31 {DECREE}",
    "pension_start": f"khoản 2 Điều 31 {DECREE}",
    "pension_stop": f"khoản 2 Điều 31 {DECREE} (khoản 4 Điều 4 mới của Nghị định 176/2025/NĐ-CP)",
}
_CHILDREN = "Đang nuôi con dưới 16 tuổi, hoặc con từ 16 tuổi đã được tính và còn học liên tục"


def benefits_of(regime: Regime, begins: date) -> tuple[Benefit, ...]:
    """Give every monthly benefit in force since 5/10/2026.

    Args:
        regime: numbers, rules and articles.
        begins: the first day of the regime.
    """
    orphan = children.no_source_of_care(regime, unidentified=True)
    one, three = children.group_1(regime, orphan), children.group_3(regime)
    six = disability.group_6(regime)
    degrees = tuple(disability.has_degree(name, regime) for name in ("severe", "very_severe"))
    first_key = key_of(begins) // DAYS * DAYS
    study = (
        children.study_continuous(regime),
        children.still_receiving(regime, first_key),
    )
    social = (
        *one,
        children.group_2(regime, study),
        *three,
        *elderly.group_5a(regime),
        elderly.group_5d(regime, "b"),
        children.group_7(regime, (one[1], three[1]), degrees),
        families.group_8(regime, other=False),
    )
    return (
        benefits.allowance(regime, benefits.FACILITY, care.facility_allowance(regime)),
        benefits.disability_allowance(regime, six),
        benefits.allowance(regime, benefits.SOCIAL, social),
        decree_176_2025.social_pension(regime),
        benefits.local_allowance(regime),
        benefits.allowance(regime, benefits.SINGLE_PARENT, (families.group_4(regime, _CHILDREN),)),
        benefits.allowance(regime, benefits.DISABLED_PARENT, care.disabled_parent_support(regime)),
        benefits.care_support(regime, care.care_support(regime, orphan, "b")),
    )
