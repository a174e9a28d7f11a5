"""Longevity gifts by the age reached in the year: the national minimum and the province's bands.

Thuật ngữ: chúc thọ, mừng thọ. Căn cứ: Điều 21 Luật Người cao tuổi; Điều 7 Nghị định 06/2011/NĐ-CP;
Thông tư 96/2018/TT-BTC ngày 18/10/2018. The age is that reached in the year of the celebration, so
a birth year alone is enough.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row, show_day
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge
from eligibility.law.domain.provincial import LocalBenefit

CLAIMS: dict[str, Any] = {
    "celebrated_on": pl.Date(),
    "birth_date": pl.Date(),
    "death_date": pl.Date(),
    "province_code": pl.String(),
    "former_province_code": pl.String(),
}
"""One row per person and celebration (06/6, 01/10, Tết, or the birthday)."""

AGES = (70, 75, 80, 85, 90, 95, 100)
OVER = 100
NINETY = 90
CODES = (
    "longevity_gift_90",
    "longevity_cash_90",
    "longevity_silk_100",
    "longevity_cash_100",
    "longevity_refreshment",
)
_ABSENT: dict[str, Any] = {
    "local.cash": pl.Int64(),
    "local.gift": pl.Int64(),
    "local.silk_metres": pl.Int64(),
    "local.resolution": pl.String(),
}


def longevity_gifts(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge gifts: `cash`, `gift` (value in đồng), `silk_metres`, `title`, `signed_by`, `age`.

    Raises:
        EventOutsideLaw: a celebration before the law that is loaded.
    """
    return judge(prepare(claims, law), law, on="celebrated_on", codes=CODES, build=longevity)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add the age reached in the year and the band of the province."""
    whole = complete(claims, CLAIMS, {})
    age = pl.col("celebrated_on").dt.year() - pl.col("birth_date").dt.year()
    return _with_bands(whole.with_columns(age.alias("age")), law)


def _with_bands(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    benefits = [
        item
        for province in law.provinces.values()
        for item in province.benefits
        if item.code == "longevity"
    ]
    found = claims.with_columns([pl.lit(None, kind).alias(name) for name, kind in _ABSENT.items()])
    for band in sorted(benefits, key=lambda item: item.former_province_code is not None):
        meets = _meets(band)
        found = found.with_columns(
            pl.when(meets).then(band.cash).otherwise(pl.col("local.cash")).alias("local.cash"),
            pl.when(meets).then(band.gift).otherwise(pl.col("local.gift")).alias("local.gift"),
            pl.when(meets)
            .then(band.silk_metres)
            .otherwise(pl.col("local.silk_metres"))
            .alias("local.silk_metres"),
            pl.when(meets)
            .then(pl.lit(band.resolution))
            .otherwise(pl.col("local.resolution"))
            .alias("local.resolution"),
        )
    return found


def _meets(band: LocalBenefit) -> pl.Expr:
    place = pl.col("province_code") == band.province_code
    if band.former_province_code is not None:
        place &= pl.col("former_province_code") == band.former_province_code
    age = pl.col("age")
    if band.ages:
        reached = age.is_in(list(band.ages))
    else:
        reached = (age >= (band.age_from or OVER)) & (age <= (band.age_to or 200))
    day = pl.col("celebrated_on")
    dated = (day >= band.valid_from) & (day <= (band.valid_to or date.max))
    return (place & reached & dated).fill_null(value=False)


def longevity(period: Period) -> OneOff:
    """Build the benefit: what is at least given, and the province's band where it gives more."""
    article = period.article("longevity_cash_90")
    at = {
        "cash": {NINETY: "longevity_cash_90", OVER: "longevity_cash_100"},
        "gift": {NINETY: "longevity_gift_90"},
        "silk_metres": {OVER: "longevity_silk_100"},
    }
    extras = {
        name: pl.max_horizontal(
            _at_least(period, codes), pl.col(f"local.{name}").fill_null(0)
        ).cast(pl.Int64)
        for name, codes in at.items()
    }
    words = {**extras, "title": _title(), "signed_by": _signed_by()}
    given = {name: _given(expr) for name, expr in words.items()}
    ground = Ground(
        "longevity",
        "Chúc thọ, mừng thọ",
        article,
        (_reached(article), _alive(article)),
        pl.col("cash") + pl.col("gift"),
    )
    return OneOff("longevity", "Quà chúc thọ, mừng thọ", (ground,), article, given)


def _given(expr: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("c.longevity_age") & pl.col("c.longevity_alive")).then(expr)


def _at_least(period: Period, codes: dict[int, str]) -> pl.Expr:
    found = pl.lit(0, pl.Int64())
    for age, code in codes.items():
        found = pl.when(pl.col("age") == age).then(period.number(code)).otherwise(found)
    return found


def _title() -> pl.Expr:
    age = pl.col("age")
    return (
        pl.when(age >= NINETY)
        .then(pl.lit("mừng thượng thượng thọ"))
        .when(age >= 80)
        .then(pl.lit("mừng thượng thọ"))
        .otherwise(pl.lit("mừng thọ"))
    )


def _signed_by() -> pl.Expr:
    age = pl.col("age")
    return (
        pl.when(age == OVER)
        .then(pl.lit("state_president"))
        .when(age == NINETY)
        .then(pl.lit("province_chair"))
        .otherwise(pl.lit("commune_and_elders"))
    )


def _reached(article: str) -> Condition:
    def describe(row: Row) -> str:
        return f"năm tổ chức tròn {row.get('age')} tuổi"

    age = pl.col("age")
    listed = ", ".join(str(item) for item in AGES)
    return Condition(
        "longevity_age",
        f"Trong năm tròn {listed} tuổi hoặc trên {OVER} tuổi",
        article,
        age.is_in(list(AGES)) | (age > OVER),
        describe,
    )


def _alive(article: str) -> Condition:
    def describe(row: Row) -> str:
        day = row.get("death_date")
        return "không có thông tin đã chết" if day is None else f"chết ngày {show_day(day)}"

    died = pl.col("death_date")
    alive = died.is_null() | (died > pl.col("celebrated_on"))
    return Condition("longevity_alive", "Còn sống vào ngày tổ chức", article, alive, describe)
