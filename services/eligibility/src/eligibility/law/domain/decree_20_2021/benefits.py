"""The monthly benefits under Decree 20/2021, until 30/6/2025 and from 1/7/2025 (with 147, 176)."""

from __future__ import annotations

from common.kernel.months import Month
from eligibility.law.domain import benefits, decree_176_2025
from eligibility.law.domain.common_conditions import Regime, started_with_age
from eligibility.law.domain.conditions import Benefit, Provision
from eligibility.law.domain.decree_20_2021 import care, children, disability, elderly, families

DECREE = "Nghị định 20/2021/NĐ-CP"
_147 = "Nghị định 147/2025/NĐ-CP"
_176 = "Nghị định 176/2025/NĐ-CP"
_CIRCULAR = "Thông tư 02/2021/TT-BLĐTBXH"
HIGHEST_ONLY_A = f"khoản 2 Điều 6 {DECREE}"
HIGHEST_ONLY_B = f"khoản 1 Điều 3 {_176}; khoản 2 Điều 6 {DECREE}"
_SHARED = {
    "standard": f"khoản 2 Điều 4 {DECREE}",
    "stop_reasons": f"khoản 2 Điều 2 {_CIRCULAR}",
    "suspend": f"điểm c khoản 1 Điều 2 {_CIRCULAR}",
    "care_1": f"khoản 1 Điều 20 {DECREE}",
    "care_2": f"khoản 2 Điều 20 {DECREE}",
    "carer": f"Điều 22, Điều 23 {DECREE}",
    "facility": f"khoản 5 Điều 25 {DECREE}",
    "local": f"khoản 3 Điều 4 {DECREE}",
}
ARTICLES_A = {
    **_SHARED,
    "start": f"khoản 1 Điều 8 {DECREE}",
    "start_5.6": f"điểm đ khoản 1 Điều 8 {DECREE}",
    "stop": f"khoản 2 Điều 8 {DECREE}",
    "authority": "Chủ tịch UBND cấp huyện",
}
ARTICLES_B = {
    **_SHARED,
    "start": f"điểm b khoản 2 Điều 5 {_147}",
    "start_5.6": f"điểm b khoản 2 Điều 5 {_147}",
    "stop": f"điểm d khoản 2 Điều 5 {_147}",
    "authority": "Chủ tịch UBND cấp xã",
    "pension_level": f"khoản 1 Điều 3 {_176}",
    "pension_start": f"điểm b khoản 1 Điều 4 {_176}",
    "pension_stop": f"khoản 3 Điều 4 {_176}",
}
_CHILDREN = "Đang nuôi con dưới 16 tuổi, hoặc con từ 16 đến 22 tuổi đang học"


def _social(regime: Regime, back: tuple[int, Month] | None) -> list[Provision]:
    orphan = children.no_source_of_care(regime, unidentified=False)
    one, three = children.group_1(regime, orphan), children.group_3(regime)
    degrees = tuple(disability.has_degree(name, regime) for name in ("severe", "very_severe"))
    return [
        *one,
        children.group_2(regime, (children.under_22(regime),)),
        *three,
        *elderly.group_5a(regime, back),
        elderly.group_5d(regime, "d"),
        children.group_7(regime, (one[1], three[1]), degrees),
        families.group_8(regime, other=True),
    ]


def _shared(regime: Regime, social: Benefit) -> tuple[Benefit, ...]:
    orphan = children.no_source_of_care(regime, unidentified=False)
    return (
        benefits.allowance(regime, benefits.FACILITY, care.facility_allowance(regime)),
        benefits.disability_allowance(regime, disability.group_6(regime)),
        social,
        benefits.local_allowance(regime),
        benefits.allowance(regime, benefits.SINGLE_PARENT, (families.group_4(regime, _CHILDREN),)),
        benefits.allowance(regime, benefits.DISABLED_PARENT, care.disabled_parent_support(regime)),
        benefits.care_support(regime, care.care_support(regime, orphan, "d")),
    )


def benefits_until_june_2025(regime: Regime) -> tuple[Benefit, ...]:
    """Give the benefits of 1/7/2021 to 30/6/2025.

    5.5b and 5.5c start on reaching 75 and 80, whenever the decision was signed.
    """
    by_age = elderly.group_5b_5c(regime)
    start = benefits.signed(regime)
    if regime.rules["start_month_5.5bc"] == "month_of_age":
        start = started_with_age(regime.articles["start_5.6"], regime)
    by_age = tuple(benefits.with_start(item, start) for item in by_age)
    others = [benefits.with_start(item, benefits.signed(regime)) for item in _social(regime, None)]
    social = benefits.allowance(regime, benefits.SOCIAL, (*others, *by_age), start=False)
    return _shared(regime, social)


def benefits_from_july_2025(regime: Regime, back: tuple[int, Month] | None) -> tuple[Benefit, ...]:
    """Give the benefits of 1/7/2025 to 4/10/2026, the social pension among them.

    Args:
        regime: numbers, rules and articles.
        back: the age line of 5.5a of Decree 335/2026 and the month from which it counts back, when
            the switch `age_line_75_counts_back` says so.
    """
    social = benefits.allowance(regime, benefits.SOCIAL, _social(regime, back))
    found = list(_shared(regime, social))
    found.insert(3, decree_176_2025.social_pension(regime))
    return tuple(found)
