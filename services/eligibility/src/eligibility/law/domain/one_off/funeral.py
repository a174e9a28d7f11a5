"""Funeral support for people on, or eligible for, social assistance.

Thuật ngữ: hỗ trợ chi phí mai táng. Căn cứ: Điều 11, khoản 3 Điều 25 Nghị định 20/2021/NĐ-CP; Điều 5
Nghị định 176/2025/NĐ-CP; Điều 11, khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP. The day of death
selects the rule. Of several supports only the highest is given.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row, show_day
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.ages import with_age
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge
from eligibility.law.domain.one_off.levels import CODES as LEVEL_CODES
from eligibility.law.domain.one_off.levels import with_standards

CLAIMS: dict[str, Any] = {
    "death_date": pl.Date(),
    "birth_date": pl.Date(),
    "birth_precision": pl.String(),
    "province_code": pl.String(),
    "former_province_code": pl.String(),
    "setting": pl.String(),
    "receives": pl.String(),
    "applied_for": pl.String(),
    "single_parent_child": pl.Boolean(),
    "survivor_allowance": pl.Boolean(),
    "other_allowance": pl.Boolean(),
    "poverty_class": pl.String(),
    "other_support": pl.Int64(),
    "emergency_support": pl.Int64(),
    "level_choice": pl.String(),
}
"""One row per death. `receives`: allowance, social_pension or none on the day of death;
`applied_for`: the same words, for who had applied, was eligible and was not decided yet;
`other_support`: đồng given for the same funeral by another document; `emergency_support`: đồng of
K4 for the same death; `level_choice`: a case's own position of the switch about July to October
2026 (its reason stands in the request).
"""

DEFAULTS: dict[str, Any] = {
    "setting": "community",
    "receives": "none",
    "applied_for": "none",
    "single_parent_child": False,
    "survivor_allowance": False,
    "other_allowance": False,
    "other_support": 0,
    "emergency_support": 0,
}

GROUNDS = {
    "allowance_recipient": "Người đang hưởng trợ cấp xã hội hằng tháng",
    "applied_undecided": "Người đã đề nghị trợ cấp xã hội, đủ điều kiện, chưa có quyết định",
    "single_parent_child": "Con của người đơn thân nghèo đang nuôi con",
    "survivor_allowance": "Người cao tuổi đang hưởng tuất hoặc trợ cấp hằng tháng khác",
    "survivor_poor": "Người cao tuổi hộ nghèo, hộ cận nghèo đang hưởng tuất hằng tháng",
    "social_pension": "Người đang hưởng trợ cấp hưu trí xã hội",
    "pension_undecided": "Người đã đề nghị hưu trí xã hội, đủ điều kiện, chưa có quyết định",
}
CODES = (
    *LEVEL_CODES,
    "funeral_multiple",
    "funeral_facility_multiple",
    "funeral_age",
    "funeral_age_poor",
    "age_pension",
    "age_pension_poor",
    *(f"funeral_ground_{code}" for code in GROUNDS),
)
_SWITCH = "funeral_level_july_to_october_2026"


def funeral_support(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge funeral support for each death; columns of `judge`, `excluded_by` filled.

    Raises:
        EventOutsideLaw: a death before the law that is loaded.
    """
    prepared = prepare(claims, law)
    return settle(judge(prepared, law, on="death_date", codes=CODES, build=funeral), law)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add what the conditions read: age, and the standard amounts of the day of death."""
    whole = complete(claims, CLAIMS, DEFAULTS)
    return with_standards(with_age(whole, law, "death_date"), law, "death_date")


def settle(judged: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Leave the highest of several supports for one death."""
    alone = law.latest.switch("emergency_death_beside_funeral") == "highest_only"
    owed = pl.col("amount") > 0
    by_other = owed & (pl.col("other_support") >= pl.col("amount"))
    by_emergency = owed & (pl.col("emergency_support") >= pl.col("amount")) & alone
    excluded = (
        pl.when(by_other)
        .then(pl.lit("other_document"))
        .when(by_emergency)
        .then(pl.lit("emergency_death"))
    )
    return judged.with_columns(excluded.alias("excluded_by")).with_columns(
        pl.when(pl.col("excluded_by").is_null())
        .then(pl.col("amount"))
        .otherwise(0)
        .alias("payable")
    )


def funeral(period: Period) -> OneOff:
    """Build the grounds of a period, in the order of the law."""
    article = period.article("funeral_multiple")
    default = period.law.latest.switch(_SWITCH, period.day)
    choice = pl.col("level_choice").fill_null(default) == "counting_from_july"
    chosen = {
        name: pl.when(choice)
        .then(pl.col(f"standard.{name}.counting"))
        .otherwise(pl.col(f"standard.{name}"))
        for name in ("allowance", "pension")
    }
    times = period.number("funeral_multiple")
    plain = (chosen["allowance"] * times).cast(pl.Int64)
    grounds = [
        _ground(period, "allowance_recipient", (_receives("allowance"),), plain),
        _facility(period, chosen["allowance"]),
        _ground(period, "applied_undecided", (_applied("allowance"),), plain),
        _ground(period, "single_parent_child", (_flag_child(),), plain),
        _ground(period, "survivor_allowance", (_survivor_or_other(), _aged(period)), plain),
        _ground(period, "survivor_poor", (_survivor(), _aged_poor(period), _poor(period)), plain),
        _ground(period, "social_pension", (_receives("social_pension"),), _pension(chosen, times)),
        _ground(
            period,
            "pension_undecided",
            (_applied("social_pension"), _old_enough(period)),
            _pension(chosen, times),
        ),
    ]
    found = tuple(ground for ground in grounds if ground is not None)
    return OneOff("funeral", "Hỗ trợ chi phí mai táng", found, article, {})


def _pension(chosen: dict[str, pl.Expr], times: int) -> pl.Expr:
    # To 4/10/2026 Decree 176 refers to the standard amount, after it to the pension: one number.
    return (pl.max_horizontal(chosen["pension"], chosen["allowance"]) * times).cast(pl.Int64)


def _ground(
    period: Period, code: str, conditions: tuple[Condition, ...], amount: pl.Expr
) -> Ground | None:
    name = f"funeral_ground_{code}"
    if period.word(name) != "yes":
        return None
    article = period.article(name)
    named = tuple(
        Condition(item.code, item.text, article, item.outcome, item.describe) for item in conditions
    )
    return Ground(code, GROUNDS[code], article, named, amount)


def _facility(period: Period, standard: pl.Expr) -> Ground:
    article = period.article("funeral_facility_multiple")

    def describe(row: Row) -> str:
        return "cơ sở trợ giúp xã hội" if row.get("setting") == "facility" else "cộng đồng"

    lives = Condition(
        "funeral_in_facility",
        "Đang được chăm sóc, nuôi dưỡng tại cơ sở trợ giúp xã hội",
        article,
        pl.col("setting") == "facility",
        describe,
    )
    amount = (standard * period.number("funeral_facility_multiple")).cast(pl.Int64)
    return Ground("facility_resident", "Người ở cơ sở trợ giúp xã hội", article, (lives,), amount)


_WORDS = {
    "allowance": "trợ cấp xã hội hằng tháng",
    "social_pension": "trợ cấp hưu trí xã hội",
    "none": "không hưởng",
}


def _receives(what: str) -> Condition:
    def describe(row: Row) -> str:
        return _WORDS[str(row.get("receives") or "none")]

    text = f"Đang hưởng {_WORDS[what]} khi chết"
    return Condition(f"funeral_receives_{what}", text, "", pl.col("receives") == what, describe)


def _applied(what: str) -> Condition:
    def describe(row: Row) -> str:
        asked = str(row.get("applied_for") or "none")
        return "không có đề nghị" if asked == "none" else f"đã đề nghị {_WORDS[asked]}"

    text = f"Đã đề nghị {_WORDS[what]}, đủ điều kiện, chết khi chưa có quyết định"
    return Condition(f"funeral_applied_{what}", text, "", pl.col("applied_for") == what, describe)


def _old_enough(period: Period) -> Condition:
    """Hold where an applicant for the social pension was of its age: he must have been eligible."""
    whole = period.number("age_pension")
    poor = period.number("age_pension_poor")
    age, households = pl.col("age"), pl.col("poverty_class")
    outcome = (age >= whole) | ((age >= poor) & households.is_in(["poor", "near_poor"]))

    def describe(row: Row) -> str:
        return f"{row.get('age')} tuổi khi chết" if row.get("age") is not None else "chưa rõ tuổi"

    text = (
        f"Đủ tuổi hưởng trợ cấp hưu trí xã hội khi chết: từ đủ {whole} tuổi, hoặc từ đủ {poor} tuổi"
        " thuộc hộ nghèo, hộ cận nghèo"
    )
    return Condition("funeral_applicant_of_age", text, "", outcome, describe)


def _flag_child() -> Condition:
    def describe(row: Row) -> str:
        return "là con đang được hưởng theo cha, mẹ" if row.get("single_parent_child") else "không"

    return Condition(
        "funeral_single_parent_child",
        "Con của người đơn thân nghèo đang nuôi con (nhóm 5.4)",
        "",
        pl.col("single_parent_child"),
        describe,
    )


def _survivor() -> Condition:
    def describe(row: Row) -> str:
        return "đang hưởng tuất" if row.get("survivor_allowance") else "không hưởng tuất"

    text = "Đang hưởng trợ cấp tuất hằng tháng"
    return Condition("funeral_survivor", text, "", pl.col("survivor_allowance"), describe)


def _survivor_or_other() -> Condition:
    def describe(row: Row) -> str:
        held = row.get("survivor_allowance") or row.get("other_allowance")
        return "đang hưởng tuất hoặc trợ cấp hằng tháng khác" if held else "không hưởng"

    return Condition(
        "funeral_survivor_or_other",
        "Đang hưởng trợ cấp tuất hằng tháng hoặc trợ cấp hằng tháng khác",
        "",
        pl.col("survivor_allowance") | pl.col("other_allowance"),
        describe,
    )


def _describe_age(row: Row) -> str:
    return f"sinh {show_day(row.get('birth_date'))}, {row.get('age')} tuổi khi chết"


def _aged(period: Period) -> Condition:
    years = period.number("funeral_age")
    return Condition(
        "funeral_aged", f"Từ đủ {years} tuổi khi chết", "", pl.col("age") >= years, _describe_age
    )


def _aged_poor(period: Period) -> Condition:
    years, below = period.number("funeral_age_poor"), period.number("funeral_age")
    return Condition(
        "funeral_aged_poor",
        f"Từ đủ {years} đến dưới {below} tuổi khi chết",
        "",
        (pl.col("age") >= years) & (pl.col("age") < below),
        _describe_age,
    )


def _poor(period: Period) -> Condition:
    words = {"poor": "hộ nghèo", "near_poor": "hộ cận nghèo", "none": "không"}

    def describe(row: Row) -> str:
        return words.get(str(row.get("poverty_class")), "chưa rõ")

    return Condition(
        "funeral_poor",
        "Thuộc hộ nghèo hoặc hộ cận nghèo",
        period.article("funeral_ground_survivor_poor"),
        pl.col("poverty_class").is_in(["poor", "near_poor"]),
        describe,
    )
