"""Decree 20/2021/NĐ-CP, group 5.6: people with a severe or very severe disability.

Căn cứ: khoản 6 Điều 5, điểm e khoản 1 và khoản 2 Điều 6 Nghị định 20/2021/NĐ-CP; procedure and
months by khoản 2 Điều 5 Nghị định 147/2025/NĐ-CP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from eligibility.law.domain.ages import reached_for_level
from eligibility.law.domain.conditions import (
    Benefit,
    Condition,
    Provision,
    Row,
    alive,
    counted_by_month,
    show_birthday,
    show_day,
    started,
)
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.parameters import hundredths

DISABILITY_ALLOWANCE = "disability_allowance"
GROUP = "5.6"
_DEGREE = {"severe": "nặng", "very_severe": "đặc biệt nặng"}


@dataclass(frozen=True)
class Articles:
    """Where group, coefficients, standard amount, start and stop stand."""

    group: str
    coefficients: str
    standard: str
    start: str
    stop: str


DECREE_20 = Articles(
    group="khoản 6 Điều 5 Nghị định 20/2021/NĐ-CP",
    coefficients="điểm e khoản 1 Điều 6 Nghị định 20/2021/NĐ-CP",
    standard="khoản 2 Điều 4 Nghị định 20/2021/NĐ-CP",
    start="điểm b khoản 2 Điều 5 Nghị định 147/2025/NĐ-CP",
    stop="điểm d khoản 2 Điều 5 Nghị định 147/2025/NĐ-CP",
)


def disability_allowance(law: LawAsOf, on: date, articles: Articles = DECREE_20) -> Benefit:
    """Give group 5.6 as in force on a day.

    Args:
        law: the law as it stands for the decision.
        on: a day of the regime.
        articles: where the words stand; a decree that keeps the words gives its own articles.
    """
    child_below = int(law.value("age_child_below", on).value)
    elderly_from = int(law.value("age_elderly", on).value)
    child = _child(child_below, articles)
    elderly = _elderly(elderly_from, articles)
    provisions = tuple(
        Provision(
            code=f"{GROUP}_{degree}{suffix}",
            title=f"{who} khuyết tật {_DEGREE[degree]}",
            article=articles.coefficients,
            conditions=(_degree(degree, articles), *special),
            coefficient=hundredths(law.value(f"coefficient_{GROUP}_{degree}{suffix}", on).value),
        )
        for degree in ("very_severe", "severe")
        for suffix, who, special in (
            ("_child", "Trẻ em", (child,)),
            ("_elderly", "Người cao tuổi", (elderly,)),
            ("", "Người", ()),
        )
    )
    return Benefit(
        code=DISABILITY_ALLOWANCE,
        group=GROUP,
        title="Trợ cấp xã hội hằng tháng (người khuyết tật)",
        common=(alive("allowance", articles.stop), started("allowance", articles.start)),
        provisions=provisions,
        standard=counted_by_month(law.history("standard_amount")),
        standard_article=articles.standard,
    )


def _degree(degree: str, articles: Articles) -> Condition:
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
        articles.group,
        same & ~certified_later,
        describe,
    )


def _child(below: int, articles: Articles) -> Condition:
    return Condition(
        "child",
        f"Trẻ em (dưới {below} tuổi)",
        articles.coefficients,
        ~reached_for_level("age_child_below"),
        show_birthday("age_child_below", below),
    )


def _elderly(years: int, articles: Articles) -> Condition:
    return Condition(
        "elderly",
        f"Người cao tuổi (từ đủ {years} tuổi)",
        articles.coefficients,
        reached_for_level("age_elderly"),
        show_birthday("age_elderly", years),
    )
