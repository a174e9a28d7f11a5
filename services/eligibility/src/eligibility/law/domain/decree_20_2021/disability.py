"""Group 5.6: people with a severe or very severe disability.

Căn cứ: khoản 6 Điều 5, điểm e khoản 1 và khoản 2 Điều 6 Nghị định 20/2021/NĐ-CP.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.common_conditions import Regime
from eligibility.law.domain.conditions import Condition, Provision, Row, show_birthday, show_day

GROUP = "5.6"
_DEGREE = {"severe": "nặng", "very_severe": "đặc biệt nặng"}


def group_6(regime: Regime) -> tuple[Provision, ...]:
    """Give group 5.6 by degree; children and elders have a higher coefficient."""
    article = regime.article("điểm e khoản 1 Điều 6")
    return tuple(
        Provision(
            code=f"{GROUP}_{degree}{suffix}",
            title=f"{who} khuyết tật {_DEGREE[degree]}",
            article=article,
            conditions=(has_degree(degree, regime), *special),
            coefficient=regime.coefficients[f"{GROUP}_{degree}{suffix}"],
            group=GROUP,
        )
        for degree in ("very_severe", "severe")
        for suffix, who, special in (
            ("_child", "Trẻ em", (child(regime),)),
            ("_elderly", "Người cao tuổi", (elderly(regime),)),
            ("", "Người", ()),
        )
    )


def has_degree(degree: str, regime: Regime) -> Condition:
    """Hold for a degree that is certified by the day of the event."""
    certified_later = (pl.col("certificate_date") > pl.col("_event")).fill_null(value=False)
    # Without a certificate there is no degree: absent counts as false, not as unknown.
    same = (pl.col("disability_degree") == degree).fill_null(value=False)

    def describe(row: Row) -> str:
        found = row.get("disability_degree")
        if found is None:
            return "chưa có giấy xác nhận khuyết tật"
        name = _DEGREE.get(str(found), "nhẹ")
        certified = row.get("certificate_date")
        return f"mức độ {name}" + (f", giấy ngày {show_day(certified)}" if certified else "")

    return Condition(
        f"disability_{degree}",
        f"Khuyết tật {_DEGREE[degree]} theo giấy xác nhận",
        regime.article("khoản 6 Điều 5"),
        same & ~certified_later,
        describe,
        hangs_on=(degree,),
    )


def child(regime: Regime) -> Condition:
    """Hold while the rate of a child counts."""
    years = regime.numbers["age_child_below"]
    return Condition(
        "child",
        f"Trẻ em (dưới {years} tuổi)",
        regime.article("điểm e khoản 1 Điều 6"),
        ~regime.ages.reached_for_level(years),
        show_birthday(years, regime.switches),
        hangs_on=(f"below_{years}",),
    )


def elderly(regime: Regime) -> Condition:
    """Hold while the rate of an elder counts."""
    years = regime.numbers["age_elderly"]
    return Condition(
        "elderly",
        f"Người cao tuổi (từ đủ {years} tuổi)",
        regime.article("điểm e khoản 1 Điều 6"),
        regime.ages.reached_for_level(years),
        show_birthday(years, regime.switches),
        hangs_on=(f"aged_{years}",),
    )
