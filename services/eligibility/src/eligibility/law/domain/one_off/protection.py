"""Emergency protection: a household takes in who must be protected at once.

Thuật ngữ: đối tượng cần bảo vệ khẩn cấp. Căn cứ: khoản 2, khoản 3 Điều 18 Nghị định 20/2021/NĐ-CP,
khoản 1 Điều 3 Thông tư 02/2021/TT-BLĐTBXH; điểm a khoản 2 Điều 16, khoản 2 Điều 18 Nghị định
335/2026/NĐ-CP. Each day has the meal money of its own law; at most three months. Treatment and
transport are paid as they cost.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row, show_day
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge

CLAIMS: dict[str, Any] = {
    "started_on": pl.Date(),
    "ended_on": pl.Date(),
    "needs_protection": pl.Boolean(),
    "taken_in": pl.Boolean(),
    "treatment_cost": pl.Int64(),
    "transport_cost": pl.Int64(),
}
"""One row per person and stay, both days included."""

DEFAULTS: dict[str, Any] = {"treatment_cost": 0, "transport_cost": 0}
CODES = ("protection_meal", "protection_months")


def emergency_protection(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge stays; `days` are those that the law pays, `last_day` the last of three months.

    Raises:
        EventOutsideLaw: a stay that began before the law that is loaded.
    """
    return judge(prepare(claims, law), law, on="started_on", codes=CODES, build=protection)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add the last day that the law allows and the meal money of the paid days."""
    whole = complete(claims, CLAIMS, DEFAULTS)
    last = pl.lit(None, pl.Date())
    for value in law.parameters["protection_months"].values:
        began = pl.col("started_on") >= pl.lit(value.valid_from)
        limit = pl.col("started_on").dt.offset_by(f"{value.value}mo").dt.offset_by("-1d")
        last = pl.when(began).then(limit).otherwise(last)
    whole = whole.with_columns(last.alias("last_day"))
    whole = whole.with_columns(pl.min_horizontal("ended_on", "last_day").alias("_end"))
    return whole.with_columns(
        _days(pl.col("started_on"), pl.col("_end")).alias("days"), _meals(law).alias("meal_money")
    ).drop("_end")


def _days(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    return (last - first).dt.total_days().clip(-1, None) + 1


def _meals(law: Law) -> pl.Expr:
    total = pl.lit(0, pl.Int64())
    for value in law.parameters["protection_meal"].values:
        first = pl.max_horizontal(pl.col("started_on"), pl.lit(value.valid_from))
        end = pl.col("_end")
        last = pl.min_horizontal(end, pl.lit(value.valid_to or date.max))
        total += _days(first, last) * value.value
    return total


def protection(period: Period) -> OneOff:
    """Build the benefit of a period."""
    article = period.article("protection_months")

    def needs(row: Row) -> str:
        value = row.get("needs_protection")
        return "chưa rõ" if value is None else ("có" if value else "không")

    def taken(row: Row) -> str:
        value = row.get("taken_in")
        return "chưa rõ" if value is None else ("có" if value else "không")

    def days(row: Row) -> str:
        return f"{row.get('days')} ngày, chậm nhất đến {show_day(row.get('last_day'))}"

    conditions = (
        Condition(
            "protection_needed",
            "Là đối tượng cần bảo vệ khẩn cấp đã được xác minh",
            article,
            pl.col("needs_protection"),
            needs,
        ),
        Condition(
            "protection_taken_in",
            "Được hộ gia đình, cá nhân nhận chăm sóc, nuôi dưỡng",
            article,
            pl.col("taken_in"),
            taken,
        ),
        Condition(
            "protection_days",
            f"Không quá {period.number('protection_months')} tháng",
            article,
            pl.col("days") > 0,
            days,
        ),
    )
    amount = pl.col("meal_money") + pl.col("treatment_cost") + pl.col("transport_cost")
    ground = Ground(
        "emergency_protection",
        "Đối tượng cần bảo vệ khẩn cấp",
        period.article("protection_meal"),
        conditions,
        amount,
    )
    return OneOff("emergency_protection", "Bảo vệ khẩn cấp", (ground,), article, {})
