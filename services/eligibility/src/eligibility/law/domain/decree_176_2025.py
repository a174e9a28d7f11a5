"""Decree 176/2025/NĐ-CP: the social pension (trợ cấp hưu trí xã hội), as first in force.

Căn cứ: Điều 21, 22 Luật Bảo hiểm xã hội 41/2024/QH15; Điều 2, 3, 4, 7 Nghị định 176/2025/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from common.kernel.money import format_dong
from eligibility.law.domain.common_conditions import (
    POVERTY,
    Regime,
    alive,
    not_missing,
    started,
)
from eligibility.law.domain.conditions import (
    Benefit,
    Condition,
    Provision,
    Row,
    show_birthday,
    show_code,
)
from eligibility.law.domain.facts import is_code, stated

SOCIAL_PENSION = "social_pension"
_DECREE = "Nghị định 176/2025/NĐ-CP"
_REQUEST = {
    "written": "có văn bản đề nghị",
    "converted": "chuyển từ đối tượng cũ, không phải làm văn bản đề nghị (Điều 7)",
    "decided": "đang hưởng theo quyết định đã có",
    "none": "chưa có văn bản đề nghị",
}


def social_pension(regime: Regime) -> Benefit:
    """Give the social pension; `regime.articles` says where level, start and stop stand."""
    old, younger = regime.numbers["age_pension"], regime.numbers["age_pension_poor"]
    coefficient = regime.coefficients["social_pension"]
    shared = (_no_higher_pension(), _request())
    entry = Provision(
        code=f"pension_{old}",
        title=f"Từ đủ {old} tuổi trở lên",
        article=f"khoản 1 Điều 2 {_DECREE}",
        conditions=(_aged(old, regime), *shared),
        coefficient=coefficient,
        group=SOCIAL_PENSION,
    )
    poor = Provision(
        code=f"pension_{younger}_poor",
        title=f"Từ đủ {younger} tuổi đến dưới {old} tuổi, thuộc hộ nghèo, hộ cận nghèo",
        article=f"khoản 2 Điều 2 {_DECREE}",
        conditions=(_aged_but_younger(younger, old, regime), _poor(), *shared),
        coefficient=coefficient,
        group=SOCIAL_PENSION,
    )
    return Benefit(
        code=SOCIAL_PENSION,
        group=SOCIAL_PENSION,
        title="Trợ cấp hưu trí xã hội",
        common=(
            alive("pension", regime.articles["pension_stop"]),
            not_missing(regime.articles["pension_stop"]),
            _started(regime.articles["pension_start"]),
        ),
        provisions=(entry, poor),
        level="social_pension_level",
        standard_article=regime.articles["pension_level"],
    )


def _started(article: str) -> Condition:
    """Hold from the month signed; who was converted on 1/7/2025 needs no decision for that month.

    Căn cứ: Điều 7 Nghị định 176/2025/NĐ-CP.
    """
    signed = started("pension", article)
    converted = (pl.col("request") == "converted").fill_null(value=False)
    return replace(signed, outcome=signed.outcome | converted)


def _aged(years: int, regime: Regime) -> Condition:
    return Condition(
        f"age_{years}",
        f"Từ đủ {years} tuổi trở lên",
        f"điểm a khoản 1 Điều 2 {_DECREE}",
        regime.ages.reached_for_entry(years),
        show_birthday(years, regime.switches),
        hangs_on=(f"aged_{years}",),
    )


def _aged_but_younger(years: int, below: int, regime: Regime) -> Condition:
    return Condition(
        f"age_{years}_to_{below}",
        f"Từ đủ {years} tuổi đến dưới {below} tuổi",
        f"khoản 2 Điều 2 {_DECREE}",
        regime.ages.reached_for_entry(years) & ~regime.ages.reached_for_entry(below),
        show_birthday(years, regime.switches),
        hangs_on=(f"aged_{years}",),
    )


def _poor() -> Condition:
    return Condition(
        "poor_or_near_poor",
        "Thuộc hộ nghèo, hộ cận nghèo",
        f"khoản 2 Điều 2 {_DECREE}",
        is_code("poverty_class", "poor", "near_poor"),
        show_code("poverty_class", POVERTY),
    )


def _no_higher_pension() -> Condition:
    """Compare with the national level: what a province adds changes nobody's right.

    A monthly survivor's allowance (tuất) is a social-insurance allowance above the level: Decree
    335/2026 gives its holders the funeral support because they have no social pension (Điều 11).
    """

    def describe(row: Row) -> str:
        if row.get("survivor_allowance"):
            return "đang hưởng trợ cấp tuất hằng tháng"
        income = row.get("pension_income")
        if income is None:
            return "chưa rõ"
        return "không hưởng" if income == 0 else f"đang hưởng {format_dong(income)}/tháng"

    return Condition(
        "no_higher_pension",
        "Không hưởng lương hưu, trợ cấp bảo hiểm xã hội hằng tháng, hoặc đang hưởng mức thấp hơn"
        " mức trợ cấp hưu trí xã hội",
        f"điểm b khoản 1 Điều 2 {_DECREE}",
        (pl.col("pension_income") < pl.col("_level.social_pension_level"))
        & ~stated("survivor_allowance"),
        describe,
    )


def _request() -> Condition:
    return Condition(
        "written_request",
        "Có văn bản đề nghị (người chuyển từ điểm b, c khoản 5 Điều 5 Nghị định 20/2021/NĐ-CP"
        " không phải làm)",
        f"điểm c khoản 1 Điều 2, Điều 7 {_DECREE}",
        is_code("request", "written", "converted", "decided"),
        show_code("request", _REQUEST),
    )
