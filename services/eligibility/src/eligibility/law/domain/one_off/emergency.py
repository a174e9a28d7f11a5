"""Emergency assistance K1 to K10: rice, injury, death, burial, housing, a child left alone.

Thuật ngữ: trợ giúp xã hội khẩn cấp. Căn cứ: Điều 12 đến Điều 17 Nghị định 20/2021/NĐ-CP; Điều 2,
Điều 12, Điều 13 Nghị định 335/2026/NĐ-CP. The day of the event selects the rule; the levels are
minimums. K1 is given in kilograms, K2 in kind, K9 leads to emergency protection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge
from eligibility.law.domain.one_off.levels import CODES as LEVEL_CODES
from eligibility.law.domain.one_off.levels import with_standards

CLAIMS: dict[str, Any] = {
    "case": pl.String(),
    "event_on": pl.Date(),
    "province_code": pl.String(),
    "former_province_code": pl.String(),
    "setting": pl.String(),
    "cause": pl.String(),
    "persons": pl.Int64(),
    "months": pl.Int64(),
    "hungry": pl.Boolean(),
    "badly_injured": pl.Boolean(),
    "at_residence": pl.Boolean(),
    "hospital_asks": pl.Boolean(),
    "emergency_admitted": pl.Boolean(),
    "treated_days": pl.Int64(),
    "nobody_responsible": pl.Boolean(),
    "actual_cost": pl.Int64(),
    "poverty_class": pl.String(),
    "hardship_class": pl.String(),
    "no_place_to_live": pl.Boolean(),
    "relocation_decided": pl.Boolean(),
    "parents_dead_or_missing": pl.Boolean(),
    "no_relatives": pl.Boolean(),
}
"""One row per claim; `case` is one of `CASES`, `cause` one of the words of the law's lists.
`persons`: people of the household who are hungry (K1), injured (K3), dead or missing (K4).
"""

DEFAULTS: dict[str, Any] = {"setting": "community", "persons": 1, "months": 1}

CASES = {
    "rice": "K1",
    "essentials": "K2",
    "injury": "K3",
    "death": "K4",
    "burial": "K5",
    "house_lost": "K6",
    "relocation": "K7",
    "house_damaged": "K8",
    "child_alone": "K9",
    "production": "K10",
}
CAUSES = {
    "tet": "Tết Nguyên đán",
    "lean_season": "giáp hạt",
    "crop_failure": "mất mùa",
    "disaster": "thiên tai",
    "fire": "hỏa hoạn",
    "epidemic": "dịch bệnh",
    "traffic_accident": "tai nạn giao thông",
    "work_accident": "tai nạn lao động nghiêm trọng",
    "force_majeure": "lý do bất khả kháng khác",
}
RICE_CAUSES = ("tet", "lean_season", "crop_failure", "disaster", "fire", "force_majeure")
CODES = (
    *LEVEL_CODES,
    "emergency_rice",
    "emergency_rice_months_tet",
    "emergency_rice_months",
    "emergency_essentials",
    "emergency_injury_multiple",
    "emergency_injury_rule",
    "emergency_injury_days",
    "emergency_injury_causes",
    "emergency_death_multiple",
    "emergency_death_causes",
    "emergency_burial_multiple",
    "emergency_house_lost",
    "emergency_relocation",
    "emergency_house_damaged",
    "emergency_child_alone",
    "emergency_production",
)


def emergency_assistance(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge emergency claims; columns of `judge`, with `kilograms` of rice and `leads_to`.

    Raises:
        EventOutsideLaw: an event before the law that is loaded.
    """
    return judge(prepare(claims, law), law, on="event_on", codes=CODES, build=emergency)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Complete the columns and add the standard amount of the day of the event."""
    return with_standards(complete(claims, CLAIMS, DEFAULTS), law, "event_on")


def emergency(period: Period) -> OneOff:
    """Build K1 to K10 as a period has them."""
    standard, persons = pl.col("standard.allowance"), pl.col("persons")
    zero = pl.lit(0, pl.Int64())
    cost = pl.max_horizontal(
        pl.col("actual_cost").fill_null(0), standard * period.number("emergency_burial_multiple")
    )
    of = _Grounds(period)
    grounds: tuple[Ground, ...] = (
        of("rice", "emergency_rice", (_hungry(), _within_months(period)), zero),
        of("essentials", "emergency_essentials", (_hungry(),), zero),
        of(
            "injury",
            "emergency_injury_multiple",
            (_caused_by(period, "injury"), _injured(period)),
            standard * period.number("emergency_injury_multiple") * persons,
        ),
        of(
            "death",
            "emergency_death_multiple",
            (_caused_by(period, "death"),),
            standard * period.number("emergency_death_multiple") * persons,
        ),
        of("burial", "emergency_burial_multiple", (_nobody(),), cost),
        of("house_lost", "emergency_house_lost", (_class(), _homeless()), of.level("house_lost")),
        of("relocation", "emergency_relocation", (_decided(),), of.level("relocation")),
        of("house_damaged", "emergency_house_damaged", (_class(),), of.level("house_damaged")),
        of("child_alone", "emergency_child_alone", (_orphaned(), _alone()), zero),
    )
    if period.word("emergency_production") == "other_rules":
        grounds += (of("production", "emergency_production", (), zero),)
    article = period.article("emergency_death_multiple")
    return OneOff("emergency", "Trợ giúp xã hội khẩn cấp", grounds, article, _extras(period))


def _extras(period: Period) -> dict[str, pl.Expr]:
    is_rice = pl.col("case") == "rice"
    met = pl.col("c.emergency_hungry") & pl.col("c.emergency_rice_months")
    kilograms = pl.col("persons") * pl.col("months") * period.number("emergency_rice")
    return {
        "kilograms": pl.when(is_rice & met).then(kilograms).otherwise(0).cast(pl.Int64),
        "leads_to": pl.when(pl.col("case") == "child_alone").then(pl.lit("emergency_protection")),
    }


class _Grounds:
    """Makes a ground of a case; each begins with the condition that this is the case."""

    def __init__(self, period: Period) -> None:
        self._period = period

    def level(self, case: str) -> pl.Expr:
        return pl.lit(self._period.number(f"emergency_{case}"), pl.Int64())

    def __call__(
        self, case: str, code: str, conditions: tuple[Condition, ...], amount: pl.Expr
    ) -> Ground:
        article = self._period.article(code)

        def describe(row: Row) -> str:
            asked = str(row.get("case"))
            return f"{CASES.get(asked, '?')} {TITLES.get(asked, 'chưa rõ')}"

        own = Condition(
            f"emergency_case_{case}",
            f"Trường hợp {CASES[case]}: {TITLES[case]}",
            article,
            pl.col("case") == case,
            describe,
        )
        cited = tuple(
            Condition(item.code, item.text, item.article or article, item.outcome, item.describe)
            for item in conditions
        )
        return Ground(CASES[case], TITLES[case], article, (own, *cited), amount)


TITLES = {
    "rice": "gạo cứu đói",
    "essentials": "nhu yếu phẩm thiết yếu",
    "injury": "người bị thương nặng",
    "death": "hộ có người chết, mất tích",
    "burial": "mai táng người không có ai nhận trách nhiệm",
    "house_lost": "nhà bị đổ, sập, trôi, cháy hoàn toàn",
    "relocation": "di dời nhà khẩn cấp theo quyết định của cơ quan có thẩm quyền",
    "house_damaged": "nhà hư hỏng nặng không thể ở được",
    "child_alone": "trẻ em có cha mẹ chết, mất tích, không còn người thân",
    "production": "mất người lao động chính hoặc phương tiện sản xuất chính",
}


def _hungry() -> Condition:
    return _flag("emergency_hungry", "Hộ thiếu đói", "hungry")


def _within_months(period: Period) -> Condition:
    tet, other = period.number("emergency_rice_months_tet"), period.number("emergency_rice_months")
    limit = pl.when(pl.col("cause") == "tet").then(tet).otherwise(other)

    def describe(row: Row) -> str:
        return f"{row.get('months')} tháng, dịp {CAUSES.get(str(row.get('cause')), 'chưa rõ')}"

    return Condition(
        "emergency_rice_months",
        f"Mỗi đợt không quá {tet} tháng dịp Tết, không quá {other} tháng với lý do khác",
        "",
        pl.col("cause").is_in(RICE_CAUSES) & (pl.col("months") >= 1) & (pl.col("months") <= limit),
        describe,
    )


def _caused_by(period: Period, case: str) -> Condition:
    causes = period.word(f"emergency_{case}_causes").split(",")

    def describe(row: Row) -> str:
        return CAUSES.get(str(row.get("cause")), "chưa rõ")

    return Condition(
        f"emergency_{case}_cause",
        "Do " + ", ".join(CAUSES[cause] for cause in causes),
        period.article(f"emergency_{case}_causes"),
        pl.col("cause").is_in(causes),
        describe,
    )


def _injured(period: Period) -> Condition:
    """Hold for the badly injured: to 4/10/2026 where one lives, or as the hospital asks.

    Thuật ngữ: bị thương nặng. From 5/10/2026: emergency, and treated three days or more.
    """
    article = period.article("emergency_injury_rule")
    if period.word("emergency_injury_rule") == "treated":
        days = period.number("emergency_injury_days")

        def describe(row: Row) -> str:
            return f"cấp cứu: {_yes(row.get('emergency_admitted'))}, điều trị {_days(row)}"

        return Condition(
            "emergency_badly_injured",
            f"Phải cấp cứu và điều trị từ {days} ngày trở lên tại cơ sở khám bệnh, chữa bệnh",
            article,
            pl.col("emergency_admitted") & (pl.col("treated_days") >= days),
            describe,
        )

    def describe_before(row: Row) -> str:
        return f"bị thương nặng: {_yes(row.get('badly_injured'))}, điều trị {_days(row)}"

    return Condition(
        "emergency_badly_injured",
        "Bị thương nặng tại nơi cư trú; hoặc ở nơi khác, không có người thân, bệnh viện đề nghị",
        article,
        pl.col("badly_injured")
        & (pl.col("at_residence") | (pl.col("no_relatives") & pl.col("hospital_asks"))),
        describe_before,
    )


def _nobody() -> Condition:
    text = "Không có người nhận trách nhiệm tổ chức mai táng"
    return _flag("emergency_nobody_responsible", text, "nobody_responsible")


def _class() -> Condition:
    words = {"poor": "hộ nghèo", "near_poor": "hộ cận nghèo", "none": "không nghèo"}

    def describe(row: Row) -> str:
        known = words.get(str(row.get("poverty_class")), "chưa rõ")
        return f"{known}, hoàn cảnh khó khăn: {_yes(row.get('hardship_class') == 'difficult')}"

    return Condition(
        "emergency_household",
        "Hộ nghèo, hộ cận nghèo hoặc hộ có hoàn cảnh khó khăn",
        "",
        pl.col("poverty_class").is_in(["poor", "near_poor"])
        | (pl.col("hardship_class") == "difficult"),
        describe,
    )


def _homeless() -> Condition:
    return _flag("emergency_no_place", "Không còn nơi ở nào khác", "no_place_to_live")


def _decided() -> Condition:
    text = "Có quyết định di dời khẩn cấp của cơ quan có thẩm quyền"
    return _flag("emergency_relocation_decided", text, "relocation_decided")


def _orphaned() -> Condition:
    text = "Cả cha và mẹ chết hoặc mất tích"
    return _flag("emergency_parents", text, "parents_dead_or_missing")


def _alone() -> Condition:
    return _flag("emergency_no_relatives", "Không còn người thân nhận nuôi", "no_relatives")


def _flag(code: str, text: str, column: str) -> Condition:
    return Condition(code, text, "", pl.col(column), _said(column))


def _said(column: str) -> Callable[[Row], str]:
    def describe(row: Row) -> str:
        return _yes(row.get(column))

    return describe


def _yes(value: object) -> str:
    return "chưa rõ" if value is None else ("có" if value else "không")


def _days(row: Row) -> str:
    count = row.get("treated_days")
    return "chưa rõ số ngày" if count is None else f"{count} ngày"
