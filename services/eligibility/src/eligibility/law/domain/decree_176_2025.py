"""Decree 176/2025/NĐ-CP: the social pension (trợ cấp hưu trí xã hội), as first in force.

Căn cứ: Điều 21, 22 Luật Bảo hiểm xã hội 41/2024/QH15; Điều 2, 3, 4, 7 Nghị định 176/2025/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from common.kernel.money import format_dong
from eligibility.law.domain.ages import reached_for_entry
from eligibility.law.domain.conditions import (
    Benefit,
    Condition,
    Provision,
    Row,
    alive,
    counted_by_month,
    show_birthday,
    started,
)
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.parameters import hundredths

SOCIAL_PENSION = "social_pension"
_DECREE = "Nghị định 176/2025/NĐ-CP"
_POVERTY = {
    "poor": "hộ nghèo",
    "near_poor": "hộ cận nghèo",
    "none": "không thuộc hộ nghèo, cận nghèo",
}
_REQUEST = {
    "written": "có văn bản đề nghị",
    "converted": "chuyển từ đối tượng cũ, không phải làm văn bản đề nghị (Điều 7)",
    "decided": "đang hưởng theo quyết định đã có",
    "none": "chưa có văn bản đề nghị",
}


@dataclass(frozen=True)
class Articles:
    """Where start, stop and level stand in the version in force."""

    level: str
    start: str
    stop: str


ORIGINAL = Articles(
    level=f"khoản 1 Điều 3 {_DECREE}",
    start=f"điểm b khoản 1 Điều 4 {_DECREE}",
    stop=f"khoản 3 Điều 4 {_DECREE}",
)


def social_pension(law: LawAsOf, on: date, articles: Articles = ORIGINAL) -> Benefit:
    """Give the social pension as in force on a day.

    Args:
        law: the law as it stands for the decision.
        on: a day of the regime.
        articles: where start, stop and level stand; an amending decree gives its own.
    """
    old = int(law.value("age_pension", on).value)
    younger = int(law.value("age_pension_poor", on).value)
    coefficient = hundredths(law.value("coefficient_social_pension", on).value)
    level = counted_by_month(law.history("social_pension_level"))
    shared = (_no_higher_pension(level), _request())
    entry = Provision(
        code=f"pension_{old}",
        title=f"Từ đủ {old} tuổi trở lên",
        article=f"khoản 1 Điều 2 {_DECREE}",
        conditions=(_aged(old), *shared),
        coefficient=coefficient,
    )
    poor = Provision(
        code=f"pension_{younger}_poor",
        title=f"Từ đủ {younger} tuổi đến dưới {old} tuổi, thuộc hộ nghèo, hộ cận nghèo",
        article=f"khoản 2 Điều 2 {_DECREE}",
        conditions=(_aged_but_younger(younger, old), _poor(), *shared),
        coefficient=coefficient,
    )
    return Benefit(
        code=SOCIAL_PENSION,
        group=SOCIAL_PENSION,
        title="Trợ cấp hưu trí xã hội",
        common=(alive("pension", articles.stop), started("pension", articles.start)),
        provisions=(entry, poor),
        standard=level,
        standard_article=articles.level,
    )


def _aged(years: int) -> Condition:
    return Condition(
        f"age_{years}",
        f"Từ đủ {years} tuổi trở lên",
        f"điểm a khoản 1 Điều 2 {_DECREE}",
        reached_for_entry("age_pension"),
        show_birthday("age_pension", years),
    )


def _aged_but_younger(years: int, below: int) -> Condition:
    return Condition(
        f"age_{years}_to_{below}",
        f"Từ đủ {years} tuổi đến dưới {below} tuổi",
        f"khoản 2 Điều 2 {_DECREE}",
        reached_for_entry("age_pension_poor") & ~reached_for_entry("age_pension"),
        show_birthday("age_pension_poor", years),
    )


def _poor() -> Condition:
    poverty = pl.col("poverty_class")

    def describe(row: Row) -> str:
        return _POVERTY.get(str(row.get("poverty_class")), "chưa rõ")

    return Condition(
        "poor_or_near_poor",
        "Thuộc hộ nghèo, hộ cận nghèo",
        f"khoản 2 Điều 2 {_DECREE}",
        poverty.is_in(["poor", "near_poor"]),
        describe,
    )


def _no_higher_pension(level: pl.Expr) -> Condition:
    def describe(row: Row) -> str:
        income = row.get("pension_income")
        if income is None:
            return "chưa rõ"
        return "không hưởng" if income == 0 else f"đang hưởng {format_dong(income)}/tháng"

    return Condition(
        "no_higher_pension",
        "Không hưởng lương hưu, trợ cấp bảo hiểm xã hội hằng tháng, hoặc đang hưởng mức thấp hơn"
        " mức trợ cấp hưu trí xã hội",
        f"điểm b khoản 1 Điều 2 {_DECREE}",
        pl.col("pension_income") < level,
        describe,
    )


def _request() -> Condition:
    def describe(row: Row) -> str:
        return _REQUEST.get(str(row.get("request")), "chưa rõ")

    return Condition(
        "written_request",
        "Có văn bản đề nghị (người chuyển từ điểm b, c khoản 5 Điều 5 Nghị định 20/2021/NĐ-CP"
        " không phải làm)",
        f"điểm c khoản 1 Điều 2, Điều 7 {_DECREE}",
        pl.col("request").is_in(["written", "converted", "decided"]),
        describe,
    )
