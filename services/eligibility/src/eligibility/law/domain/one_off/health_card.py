"""Who has a state-paid health-insurance card, from which day, by which paper, in which list.

Thuật ngữ: thẻ bảo hiểm y tế, danh sách tăng, giảm. Căn cứ: Điều 9 Nghị định 20/2021/NĐ-CP; khoản 1
Điều 16 Nghị định 335/2026/NĐ-CP; khoản 3 Điều 22 Luật Bảo hiểm xã hội 41/2024/QH15; Thông tư
30/2019/TT-BLĐTBXH. One card only: the one with the highest benefit. The card counts from the day on
which the allowance begins by its decision.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.conditions import Condition, Row
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.ages import with_age
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge

CLAIMS: dict[str, Any] = {
    "day": pl.Date(),
    "receives": pl.String(),
    "first_month": pl.Int32(),
    "last_month": pl.Int32(),
    "decision_number": pl.String(),
    "birth_date": pl.Date(),
    "birth_precision": pl.String(),
    "other_card": pl.String(),
    "other_percent": pl.Int64(),
}
"""One row per person on a day. `receives`: allowance, social_pension or none; `first_month` and
`last_month` of it by decision (ordinals, null = open); `other_card` and `other_percent`: a card of
another group that the person holds.
"""

CODES = (
    "health_card_allowance",
    "health_card_social_pension",
    "health_card_percent_social_pension_75",
    "health_card_period",
)
_AGE_FULL = "age_pension"
UNKNOWN = "unknown"


def health_cards(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge cards: `valid_from`, `valid_to`, `group_code`, `percent`, `paper`; amounts are 0.

    `excluded_by` is `other_card` where the other card gives more.

    Raises:
        EventOutsideLaw: a day before the law that is loaded.
    """
    judged = judge(prepare(claims, law), law, on="day", codes=CODES, build=health_card)
    better = (pl.col("other_percent") > pl.col("percent")).fill_null(value=False)
    return judged.with_columns(
        pl.when(pl.col("eligible") & better).then(pl.lit("other_card")).alias("excluded_by")
    )


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add the age on the day."""
    return with_age(complete(claims, CLAIMS, {}), law, "day")


def health_card(period: Period) -> OneOff:
    """Build the two groups of a period."""
    grounds: list[Ground] = []
    for what, code, title in (
        ("allowance", "health_card_allowance", "Người hưởng trợ cấp xã hội hằng tháng"),
        ("social_pension", "health_card_social_pension", "Người hưởng trợ cấp hưu trí xã hội"),
    ):
        if period.value(code) is not None:
            article = period.article(code)
            conditions = (_receives(what, title, article), _current(article))
            grounds.append(Ground(what, title, article, conditions, pl.lit(0, pl.Int64())))
    article = period.article("health_card_allowance")
    return OneOff("health_card", "Thẻ bảo hiểm y tế", tuple(grounds), article, _extras(period))


def _extras(period: Period) -> dict[str, pl.Expr]:
    by_pension = pl.col("receives") == "social_pension"
    first, last = pl.col("first_month"), pl.col("last_month")
    whole = pl.lit(None, pl.Int64())
    percent = period.number("health_card_percent_social_pension_75")
    if percent:
        years = int(period.law.parameters[_AGE_FULL].at(period.day, period.known_on).value)
        whole = pl.when(by_pension & (pl.col("age") >= years)).then(percent)
    code = (
        pl.when(by_pension)
        .then(pl.lit(period.word("health_card_social_pension") or UNKNOWN))
        .otherwise(pl.lit(period.word("health_card_allowance")))
    )
    held = pl.col("receives").is_in(["allowance", "social_pension"])
    return {
        "valid_from": pl.when(held).then(pl.date(first // 12, first % 12 + 1, 1)),
        "valid_to": pl.when(held).then(pl.date(last // 12, last % 12 + 1, 1).dt.month_end()),
        "group_code": pl.when(held & (code != UNKNOWN)).then(code),
        "percent": whole.cast(pl.Int64),
        "paper": pl.when(held).then(pl.lit("decision")),
    }


def _receives(what: str, title: str, article: str) -> Condition:
    words = {
        "allowance": "trợ cấp xã hội hằng tháng",
        "social_pension": "trợ cấp hưu trí xã hội",
    }

    def describe(row: Row) -> str:
        return words.get(str(row.get("receives")), "không hưởng")

    return Condition(f"health_card_{what}", title, article, pl.col("receives") == what, describe)


def _current(article: str) -> Condition:
    month = pl.col("day").dt.year() * 12 + pl.col("day").dt.month().cast(pl.Int32) - 1
    inside = (pl.col("first_month") <= month) & (
        pl.col("last_month").is_null() | (month <= pl.col("last_month"))
    )

    def describe(row: Row) -> str:
        first = row.get("first_month")
        if first is None:
            return "chưa có quyết định"
        shown = Month(first // 12, first % 12 + 1).display()
        number = row.get("decision_number") or "chưa ghi số"
        return f"hưởng từ {shown} theo quyết định {number}"

    text = "Đang trong thời gian hưởng theo quyết định"
    return Condition("health_card_current", text, article, inside, describe)
