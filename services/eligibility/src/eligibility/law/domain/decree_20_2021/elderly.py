"""Group 5.5: elders without support, and those of 75 and 80 before the social pension.

Thuật ngữ: người cao tuổi, người có nghĩa vụ và quyền phụng dưỡng. Căn cứ: khoản 5 Điều 5, điểm đ
khoản 1 Điều 6. Points b and c ended on 30/6/2025 (khoản 2 Điều 8 Nghị định 176/2025/NĐ-CP).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.common_conditions import (
    Regime,
    aged,
    below,
    difficult_area,
    no_income,
    poor,
    poor_or_near_poor,
)
from eligibility.law.domain.conditions import (
    Condition,
    Provision,
    show_birthday,
    show_code,
    show_flag,
)
from eligibility.law.domain.facts import is_code, stated

_SUPPORT = {
    "none": "không có người phụng dưỡng",
    "on_allowance": "người phụng dưỡng đang hưởng trợ cấp xã hội",
    "able": "có người phụng dưỡng",
}


def _entry(regime: Regime, point: str) -> tuple[str, Condition]:
    article = regime.article(f"điểm {point} khoản 5 Điều 5")
    return article, aged("aged_60", regime.numbers["age_elderly"], regime, article)


def unsupported(article: str) -> Condition:
    """Hold without a supporter, or with one who is on the monthly allowance."""
    return Condition(
        "unsupported",
        "Không có người phụng dưỡng, hoặc người đó đang hưởng trợ cấp xã hội hằng tháng",
        article,
        is_code("support", "none", "on_allowance"),
        show_code("support", _SUPPORT),
    )


def older(regime: Regime, years: int, back: tuple[int, Month] | None = None) -> Condition:
    """Hold from the age of the higher coefficient of 5.5a.

    Args:
        regime: ages and articles.
        years: the age.
        back: an age that counts from a month on, by a switch that reads a later decree back.
    """
    # Where the line itself moves within a month, it is the decree that counts, not the birthday.
    ages = replace(regime.ages, gap=None)
    outcome = ages.reached_for_level(years)
    if back is not None:
        reached = ages.reached_for_level(back[0])
        outcome |= reached & (pl.col("month") >= back[1].ordinal)
    return Condition(
        "older",
        f"Từ đủ {years} tuổi",
        regime.article("điểm đ khoản 1 Điều 6"),
        outcome,
        show_birthday(years, regime.switches),
        hangs_on=(f"aged_{years if back is None else min(years, back[0])}",),
    )


def group_5a(regime: Regime, back: tuple[int, Month] | None = None) -> tuple[Provision, ...]:
    """Give 5.5a: poor, nobody able to support; higher from 80 (Decree 335/2026: from 75)."""
    group, entry = _entry(regime, "a")
    article = regime.article("điểm đ khoản 1 Điều 6")
    years = regime.numbers["age_5.5a_higher"]
    conditions = (entry, poor(group), unsupported(group))
    title = "Người cao tuổi thuộc hộ nghèo, không có người phụng dưỡng"
    return (
        Provision(
            f"5.5a_{years}",
            f"{title}, từ đủ {years} tuổi",
            article,
            (older(regime, years, back), *conditions),
            regime.coefficients["5.5a_higher"],
            "5.5a",
        ),
        Provision("5.5a_60", title, article, conditions, regime.coefficients["5.5a_60"], "5.5a"),
    )


def not_5a(regime: Regime, conditions: tuple[Condition, ...], point: str) -> Condition:
    """True if 5.5a does not apply."""
    holds = conditions[0].holds
    for condition in conditions[1:]:
        holds &= condition.holds
    return Condition(
        "not_5.5a",
        "Không thuộc điểm a khoản 5",
        regime.article(f"điểm {point} khoản 5 Điều 5"),
        ~holds,
        lambda row: "thuộc điểm a" if row.get("c.not_5.5a") is False else "đúng",
        parts=conditions,
    )


def group_5b_5c(regime: Regime) -> tuple[Provision, ...]:
    """Give 5.5b and 5.5c, until 30/6/2025: 75 in difficult areas, and 80 without a pension."""
    own = group_5a(regime)[1].conditions
    article = regime.article("điểm đ khoản 1 Điều 6")
    at_b, at_c = (regime.article(f"điểm {point} khoản 5 Điều 5") for point in ("b", "c"))
    from_b, from_c = regime.numbers["age_5.5b"], regime.numbers["age_5.5c"]
    return (
        Provision(
            "5.5b",
            f"Từ đủ {from_b} đến dưới {from_c} tuổi, hộ nghèo, cận nghèo ở vùng đặc biệt khó khăn",
            article,
            (
                aged("aged_75", from_b, regime, at_b),
                below("under_80", from_c, regime, at_b, level=False),
                poor_or_near_poor(at_b),
                difficult_area(at_b),
                not_5a(regime, own, "b"),
            ),
            regime.coefficients["5.5b"],
            "5.5b",
        ),
        Provision(
            "5.5c",
            f"Từ đủ {from_c} tuổi, không có lương hưu, trợ cấp hằng tháng",
            article,
            (
                aged("aged_80", from_c, regime, at_c),
                not_5a(regime, own, "b"),
                no_income(
                    "no_monthly_income",
                    "Không có lương hưu, trợ cấp BHXH hằng tháng, trợ cấp hằng tháng khác",
                    at_c,
                    wage=False,
                    other=True,
                ),
            ),
            regime.coefficients["5.5c"],
            "5.5c",
        ),
    )


def group_5d(regime: Regime, point: str) -> Provision:
    """Give 5.5d (335/2026: point b): taken in by someone, though qualified for a facility."""
    article, entry = _entry(regime, point)
    return Provision(
        "5.5d",
        "Người cao tuổi nghèo không có người phụng dưỡng, được nhận nuôi dưỡng tại cộng đồng",
        regime.article("điểm đ khoản 1 Điều 6"),
        (entry, *taken_in(article)),
        regime.coefficients["5.5d"],
        "5.5d",
    )


def taken_in(article: str) -> tuple[Condition, ...]:
    """Give what makes a poor elder one who was taken in."""
    return (
        poor(article),
        Condition(
            "no_supporter",
            "Không có người có nghĩa vụ và quyền phụng dưỡng",
            article,
            is_code("support", "none"),
            show_code("support", _SUPPORT),
        ),
        Condition(
            "cannot_live_in_community",
            "Không có điều kiện sống ở cộng đồng, đủ điều kiện vào cơ sở",
            article,
            stated("cannot_live_in_community"),
            show_flag("cannot_live_in_community", "có", "không", "không"),
            hangs_on=("cannot_live",),
        ),
        Condition(
            "taken_in",
            "Có người nhận nuôi dưỡng, chăm sóc tại cộng đồng",
            article,
            stated("taken_in"),
            show_flag("taken_in", "có", "không", "không"),
            hangs_on=("elder_taken_in",),
        ),
    )
