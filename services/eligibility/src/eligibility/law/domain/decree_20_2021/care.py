"""Care support (hỗ trợ kinh phí nhận chăm sóc, nuôi dưỡng hằng tháng), C1 and C2, and facilities.

Căn cứ: Điều 18, 19, 20, 25 Nghị định 20/2021/NĐ-CP; Điều 15, 16, 17, 22 Nghị định 335/2026/NĐ-CP.
C1, C2c and C2d are paid to who cares; C2a to the disabled person, beside their own allowance.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.common_conditions import Regime, aged
from eligibility.law.domain.conditions import (
    Condition,
    Provision,
    Row,
    show_birthday,
    show_code,
    show_flag,
)
from eligibility.law.domain.decree_20_2021 import children, disability, elderly
from eligibility.law.domain.facts import is_code, stated

_CARE = {
    "own_family": "gia đình trực tiếp chăm sóc",
    "taken_in": "được hộ gia đình, cá nhân nhận chăm sóc",
    "none": "không",
}


def _cared_by(kind: str, text: str, article: str) -> Condition:
    describe = show_code("care", _CARE, "không")
    return Condition(
        f"care_{kind}", text, article, is_code("care", kind), describe, hangs_on=(f"care_{kind}",)
    )


def carer_qualifies(article: str) -> Condition:
    """Hold for a carer who meets the conditions; not yet checked is unknown."""
    describe = show_flag("carer_qualifies", "đủ điều kiện", "không đủ", "chưa kiểm tra")
    text = "Người nhận chăm sóc đủ điều kiện"
    return Condition("carer_qualifies", text, article, pl.col("carer_qualifies"), describe)


def in_community(article: str) -> Condition:
    """Hold for who does not live in a facility."""
    describe = show_code("setting", {"facility": "ở cơ sở", "community": "có"}, "có")
    outcome = is_code("setting", "community")
    return Condition(
        "in_community",
        "Sống tại cộng đồng",
        article,
        outcome,
        describe,
        hangs_on=("facility",),
        otherwise=True,
    )


def care_support(regime: Regime, care: Condition, point_5d: str) -> tuple[Provision, ...]:
    """Give C1, C2c and C2d.

    Args:
        regime: coefficients and articles.
        care: the condition of group 5.1.
        point_5d: where an elder who was taken in stands in clause 5 of Article 5.
    """
    first, second = regime.articles["care_1"], regime.articles["care_2"]
    taken = (
        _cared_by("taken_in", "Được hộ gia đình, cá nhân nhận chăm sóc, nuôi dưỡng", first),
        carer_qualifies(regime.articles["carer"]),
        in_community(first),
    )
    child = (children.under_16(regime), care, *taken)
    elder_article = regime.article(f"điểm {point_5d} khoản 5 Điều 5")
    elder = (
        aged("aged_60", regime.numbers["age_elderly"], regime, elder_article),
        *elderly.taken_in(elder_article),
        *taken,
    )
    very = disability.has_degree("very_severe", regime)
    family = _cared_by("own_family", "Gia đình trực tiếp chăm sóc, nuôi dưỡng", second)
    rows = (
        ("C1a", "Nhận nuôi dưỡng trẻ em dưới 4 tuổi", first, (children.under_4(regime), *child)),
        ("C1b", "Nhận nuôi dưỡng trẻ em từ đủ 4 tuổi", first, child),
        ("C1b_elder", "Nhận chăm sóc người cao tuổi", first, elder),
        (
            "C2d2",
            "Nhận chăm sóc trẻ em khuyết tật đặc biệt nặng",
            second,
            (disability.child(regime), very, *taken),
        ),
        ("C2d1", "Nhận chăm sóc người khuyết tật đặc biệt nặng", second, (very, *taken)),
        (
            "C2c",
            "Gia đình chăm sóc người khuyết tật đặc biệt nặng",
            second,
            (very, family, in_community(first)),
        ),
    )
    return tuple(
        Provision(code, title, article, conditions, regime.coefficients[code.split("_")[0]], code)
        for code, title, article, conditions in rows
    )


def disabled_parent_support(regime: Regime) -> tuple[Provision, ...]:
    """Give C2a1 and C2a2: a disabled person who is pregnant or raises children under 36 months."""
    article = regime.articles["care_2"]
    degree = (
        disability.has_degree("severe", regime),
        disability.has_degree("very_severe", regime),
    )
    disabled = Condition(
        "disabled",
        "Khuyết tật nặng, đặc biệt nặng",
        article,
        degree[0].holds | degree[1].holds,
        degree[0].describe,
        parts=degree,
        hangs_on=("severe", "very_severe"),
    )
    pregnant = stated("pregnant")
    describe = _show_children
    one = Condition(
        "pregnant_or_child",
        "Đang mang thai hoặc nuôi con dưới 36 tháng tuổi",
        article,
        pregnant | (pl.col("_small_children") >= 1),
        describe,
        hangs_on=("pregnant", "children"),
    )
    both = Condition(
        "pregnant_and_child_or_two",
        "Đang mang thai và nuôi con dưới 36 tháng, hoặc nuôi từ hai con dưới 36 tháng",
        article,
        (pregnant & (pl.col("_small_children_level") >= 1))
        | (pl.col("_small_children_level") >= 2)  # two children: the words of the decree
        # Nothing remains: the right stops, from the month after, at the level that it had.
        | (~pregnant & (pl.col("_small_children_level") == 0) & (pl.col("_small_children") >= 2)),
        describe,
        hangs_on=("children",),
    )
    shared = (disabled, one, _one_per_couple(article))
    return (
        Provision(
            "C2a2",
            "Người khuyết tật mang thai và nuôi con dưới 36 tháng, hoặc nuôi từ hai con",
            article,
            (both, *shared),
            regime.coefficients["C2a2"],
            "C2a",
        ),
        Provision(
            "C2a1",
            "Người khuyết tật đang mang thai hoặc nuôi một con dưới 36 tháng",
            article,
            shared,
            regime.coefficients["C2a1"],
            "C2a",
        ),
    )


def _one_per_couple(article: str) -> Condition:
    return Condition(
        "spouse_not_supported",
        "Vợ hoặc chồng chưa hưởng hỗ trợ này (một cặp vợ chồng chỉ hưởng một suất)",
        article,
        ~stated("spouse_supported"),
        show_flag("spouse_supported", "đã hưởng", "chưa", "chưa"),
    )


def _show_children(row: Row) -> str:
    count = len(row.get("children") or ())
    said = "đang mang thai; " if row.get("pregnant") else ""
    return f"{said}nuôi {count} con" if count else f"{said}không có thông tin nuôi con".strip()


def facility_allowance(regime: Regime) -> tuple[Provision, ...]:
    """Give the nurturing allowance in a facility: higher under 4."""
    article = regime.articles["facility"]
    years = regime.numbers["age_small_child_below"]
    resident = Condition(
        "in_facility",
        "Được nuôi dưỡng tại cơ sở trợ giúp xã hội",
        article,
        is_code("setting", "facility"),
        show_code("setting", {"facility": "có", "community": "không"}, "không"),
        hangs_on=("facility",),
    )
    small = Condition(
        "under_4",
        f"Dưới {years} tuổi",
        article,
        ~regime.ages.reached_for_level(years),
        show_birthday(years, regime.switches),
        hangs_on=(f"below_{years}",),
    )
    return (
        Provision(
            "facility_under_4",
            f"Trẻ em dưới {years} tuổi tại cơ sở",
            article,
            (small, resident),
            regime.coefficients["facility_under_4"],
            "facility",
        ),
        Provision(
            "facility_from_4",
            f"Người từ đủ {years} tuổi tại cơ sở",
            article,
            (resident,),
            regime.coefficients["facility_from_4"],
            "facility",
        ),
    )
