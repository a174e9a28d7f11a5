"""Conditions that every benefit shares: alive, started, not stopped, not suspended, poverty, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from common.kernel.money import format_dong
from eligibility.law.domain.ages import AgeRules
from eligibility.law.domain.conditions import (
    Condition,
    Row,
    show_birthday,
    show_code,
    show_day,
    show_flag,
)
from eligibility.law.domain.facts import is_code, stated

POVERTY = {
    "poor": "hộ nghèo",
    "near_poor": "hộ cận nghèo",
    "none": "không thuộc hộ nghèo, cận nghèo",
}


@dataclass(frozen=True)
class Regime:
    """What the provisions of one regime need beside facts: ages, rules, switches, articles.

    `numbers` holds ages in years by parameter code, `coefficients` hundredths by provision code.
    """

    code: str
    decree: str
    ages: AgeRules
    numbers: Mapping[str, int]
    coefficients: Mapping[str, int]
    rules: Mapping[str, str]
    switches: Mapping[str, str]
    articles: Mapping[str, str] = field(default_factory=dict)
    begins: date = date.min
    """The first day of the regime."""
    right_starts_until: date = date.max
    """The first day on which a signature no longer starts a right at the month it arose."""

    def article(self, words: str) -> str:
        """Cite an article of the regime's decree: `khoản 1 Điều 5` -> with the decree's number."""
        return f"{words} {self.decree}"


def _not_before_month(name: str) -> pl.Expr:
    """Hold while an event lies in the row's month or later, or is not known to have happened.

    A signature of the month itself sees its own day: what had happened by then ends the right.
    """
    day = pl.col(name)
    seen = pl.col("_signed_in_month") & (day <= pl.col("_event"))
    return ~((day < pl.col("_first")) | seen).fill_null(value=False)


def alive(benefit: str, article: str) -> Condition:
    """Hold up to the month of death: payment stops in the month right after.

    Thuật ngữ: thôi hưởng.
    """

    def describe(row: Row) -> str:
        day = row.get("death_date")
        return "không có thông tin đã chết" if day is None else f"chết ngày {show_day(day)}"

    text = "Còn sống trong tháng (thôi hưởng từ tháng liền sau tháng chết)"
    outcome = _not_before_month("death_date")
    return Condition(
        f"{benefit}_alive",
        text,
        article,
        outcome,
        describe,
        hangs_on=("death",),
        otherwise=True,
    )


def not_missing(article: str) -> Condition:
    """Hold up to the month in which a court declared the person missing (tuyên bố mất tích)."""

    def describe(row: Row) -> str:
        day = row.get("missing_since")
        return "không" if day is None else f"tuyên bố mất tích ngày {show_day(day)}"

    text = "Không bị tuyên bố mất tích (thôi hưởng từ tháng liền sau)"
    outcome = _not_before_month("missing_since")
    return Condition(
        "not_missing", text, article, outcome, describe, hangs_on=("missing",), otherwise=True
    )


def not_imprisoned(article: str) -> Condition:
    """Hold up to the month in which a prison sentence began (chấp hành án phạt tù: thôi hưởng)."""

    def describe(row: Row) -> str:
        day = row.get("imprisoned_since")
        return "không" if day is None else f"chấp hành án từ ngày {show_day(day)}"

    text = "Không chấp hành án phạt tù (thôi hưởng từ tháng liền sau)"
    outcome = _not_before_month("imprisoned_since")
    return Condition(
        "not_imprisoned", text, article, outcome, describe, hangs_on=("prison",), otherwise=True
    )


def not_detained(article: str) -> Condition:
    """Hold until a detention has lasted a month; suspended from the month after (tạm dừng).

    Căn cứ: điểm c khoản 1 Điều 2 Thông tư 02/2021/TT-BLĐTBXH (bị tạm giam từ 01 tháng trở lên).
    """
    # A month after the detention began lies before this month.
    outcome = ~(pl.col("detained_since") < pl.col("_previous")).fill_null(value=False)

    def describe(row: Row) -> str:
        day = row.get("detained_since")
        return "không" if day is None else f"tạm giam từ ngày {show_day(day)}"

    text = "Không bị tạm giam từ 01 tháng trở lên (tạm dừng từ tháng liền sau)"
    return Condition(
        "not_detained", text, article, outcome, describe, hangs_on=("detention",), otherwise=True
    )


def started(benefit: str, article: str, authority: str = "Chủ tịch UBND cấp xã") -> Condition:
    """Hold from the month in which the chair signed; without a signature it is open.

    Thuật ngữ: hưởng từ tháng Chủ tịch UBND ký quyết định.
    """
    outcome = ~(pl.col("signed_on") > pl.col("_last")).fill_null(value=False)
    text = f"Hưởng từ tháng {authority} ký quyết định"
    return Condition(f"{benefit}_started", text, article, outcome, _show_signed)


def signed_by_old_rule(regime: Regime) -> pl.Expr:
    """Hold unless the signature falls under a later rule, by which its own month starts the right."""
    return ~(pl.col("signed_on") >= pl.lit(regime.right_starts_until)).fill_null(value=False)


def started_with_age(article: str, regime: Regime) -> Condition:
    """Hold for 5.5b and 5.5c unless the decision was signed after they had ended (30/6/2025)."""
    text = "Quyết định ký khi đối tượng còn được quy định (hưởng từ tháng đủ tuổi)"
    return Condition("age_started", text, article, signed_by_old_rule(regime), _show_signed)


def started_with_certificate(article: str, regime: Regime) -> Condition:
    """Hold from the month of the disability certificate, by a decision signed until 30/6/2025.

    A later signature falls under Decree 147/2025 and starts with its own month.
    """
    outcome = (pl.col("certificate_date") <= pl.col("_last")) & signed_by_old_rule(regime)

    def describe(row: Row) -> str:
        day = row.get("certificate_date")
        return "chưa rõ ngày cấp giấy" if day is None else f"giấy ngày {show_day(day)}"

    text = "Hưởng từ tháng được cấp giấy xác nhận khuyết tật"
    return Condition("certificate_started", text, article, outcome, describe)


def _show_signed(row: Row) -> str:
    day = row.get("signed_on")
    return "chưa ký quyết định" if day is None else f"ký ngày {show_day(day)}"


def poor(article: str) -> Condition:
    """Hold for the household classed poor (hộ nghèo)."""
    describe = show_code("poverty_class", POVERTY)
    return Condition("poor", "Thuộc hộ nghèo", article, is_code("poverty_class", "poor"), describe)


def poor_or_near_poor(article: str) -> Condition:
    """Hold for the household classed poor or near-poor (hộ nghèo, hộ cận nghèo)."""
    outcome = is_code("poverty_class", "poor", "near_poor")
    describe = show_code("poverty_class", POVERTY)
    text = "Thuộc hộ nghèo, hộ cận nghèo"
    return Condition("poor_or_near_poor", text, article, outcome, describe)


def difficult_area(article: str) -> Condition:
    """Hold in a commune or village specially difficult, ethnic-minority or mountain."""
    describe = show_flag("area_difficult", "có", "không")
    text = "Sống ở xã, thôn vùng đồng bào dân tộc thiểu số và miền núi đặc biệt khó khăn"
    return Condition("difficult_area", text, article, pl.col("area_difficult"), describe)


def no_income(code: str, text: str, article: str, *, wage: bool, other: bool) -> Condition:
    """Hold without a pension or social-insurance allowance, and without other income if asked."""
    outcome = (pl.col("pension_income") == 0) & ~stated("survivor_allowance")
    if wage:
        outcome &= pl.col("wage_income") == 0
    if other:
        outcome &= ~stated("other_allowance")

    def describe(row: Row) -> str:
        said = [_income("lương hưu, trợ cấp BHXH", row.get("pension_income"))]
        if row.get("survivor_allowance"):
            said.append("trợ cấp tuất hằng tháng")
        if wage:
            said.append(_income("tiền lương, tiền công", row.get("wage_income")))
        if other and row.get("other_allowance"):
            said.append("trợ cấp hằng tháng khác")
        return "; ".join(said)

    return Condition(code, text, article, outcome, describe)


def _income(name: str, amount: int | None) -> str:
    if amount is None:
        return f"{name}: chưa rõ"
    return f"{name}: không có" if amount == 0 else f"{name}: {format_dong(amount)}/tháng"


def below(code: str, years: int, regime: Regime, article: str, *, level: bool) -> Condition:
    """Hold below an age: for a level (điều chỉnh), or for a right that ends (thôi hưởng)."""
    ages = regime.ages
    outcome = ~ages.reached_for_level(years) if level else ages.still_below(years)
    describe = show_birthday(years, regime.switches)
    return Condition(
        code, f"Dưới {years} tuổi", article, outcome, describe, hangs_on=(f"below_{years}",)
    )


def aged(code: str, years: int, regime: Regime, article: str) -> Condition:
    """Hold from the day on which an age is completed, which lets a person in."""
    outcome = regime.ages.reached_for_entry(years)
    describe = show_birthday(years, regime.switches)
    return Condition(
        code, f"Từ đủ {years} tuổi", article, outcome, describe, hangs_on=(f"aged_{years}",)
    )
