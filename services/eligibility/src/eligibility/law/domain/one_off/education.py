"""Who may ask for support under the education laws: groups and schemes by name, no amounts.

Căn cứ: Điều 10 Nghị định 20/2021/NĐ-CP; Điều 10 Nghị định 335/2026/NĐ-CP (adds preschool).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge

CLAIMS: dict[str, Any] = {
    "day": pl.Date(),
    "receives": pl.String(),
    "study_level": pl.String(),
}
CODES = ("education_levels",)
LEVELS = {
    "preschool": "mầm non",
    "general": "phổ thông",
    "vocational": "giáo dục nghề nghiệp",
    "college": "cao đẳng",
    "university": "đại học",
    "none": "không đi học",
}


def education_support(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge who belongs on the list; `schemes` names further schemes of that level of study.

    Raises:
        EventOutsideLaw: a day before the law that is loaded.
    """
    return judge(prepare(claims, law), law, on="day", codes=CODES, build=education)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Complete the columns and name the schemes of the level of study."""
    schemes = law.parameters["education_schemes"].values[-1].value
    named = {
        level: ",".join(item["code"] for item in schemes if level in item.get("levels", ()))
        for level in LEVELS
    }
    return complete(claims, CLAIMS, {}).with_columns(
        pl.col("study_level")
        .replace_strict(named, default=None, return_dtype=pl.String())
        .alias("schemes")
    )


def education(period: Period) -> OneOff:
    """Build the list of a period."""
    article = period.article("education_levels")
    levels = period.word("education_levels").split(",")

    def receives(row: Row) -> str:
        return "đang hưởng" if row.get("receives") == "allowance" else "không hưởng"

    def studies(row: Row) -> str:
        return LEVELS.get(str(row.get("study_level")), "chưa rõ")

    conditions = (
        Condition(
            "education_recipient",
            "Đối tượng của Điều 5 đang hưởng trợ cấp xã hội hằng tháng",
            article,
            pl.col("receives") == "allowance",
            receives,
        ),
        Condition(
            "education_level",
            "Đang học " + ", ".join(LEVELS[level] for level in levels),
            article,
            pl.col("study_level").is_in(levels),
            studies,
        ),
    )
    title = "Hỗ trợ giáo dục, đào tạo"
    ground = Ground("education", title, article, conditions, pl.lit(0, pl.Int64()))
    return OneOff("education", title, (ground,), article, {})
