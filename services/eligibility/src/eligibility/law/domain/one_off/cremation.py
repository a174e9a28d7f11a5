"""Support for a cremation, where the province gives one.

Thuật ngữ: hỗ trợ chi phí hỏa táng. Căn cứ: the resolution of the province's People's Council; the
payee is who carries the cremation out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from eligibility.law.domain.conditions import Condition, Row
from eligibility.law.domain.law import Law
from eligibility.law.domain.one_off.grounds import Ground, OneOff, Period, complete, judge

CLAIMS: dict[str, Any] = {
    "death_date": pl.Date(),
    "cremated": pl.Boolean(),
    "permanent_residence": pl.Boolean(),
    "province_code": pl.String(),
    "former_province_code": pl.String(),
}
CODES = ("funeral_multiple",)
"""Only to say from which day on deaths are known; the amounts are the province's."""


def cremation_support(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Judge cremations; not eligible where no resolution is entered.

    Raises:
        EventOutsideLaw: a death before the law that is loaded.
    """
    return judge(prepare(claims, law), law, on="death_date", codes=CODES, build=cremation)


def prepare(claims: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add the amount and resolution of the province."""
    found = complete(claims, CLAIMS, {}).with_columns(
        pl.lit(None, pl.Int64()).alias("local.cash"),
        pl.lit(None, pl.String()).alias("local.resolution"),
    )
    bands = [
        item
        for province in law.provinces.values()
        for item in province.benefits
        if item.code == "cremation"
    ]
    for band in sorted(bands, key=lambda item: item.former_province_code is not None):
        meets = pl.col("province_code") == band.province_code
        if band.former_province_code is not None:
            meets &= pl.col("former_province_code") == band.former_province_code
        day = pl.col("death_date")
        meets &= (day >= band.valid_from) & (day <= (band.valid_to or date.max))
        meets = meets.fill_null(value=False)
        found = found.with_columns(
            pl.when(meets).then(band.cash).otherwise(pl.col("local.cash")).alias("local.cash"),
            pl.when(meets)
            .then(pl.lit(band.resolution))
            .otherwise(pl.col("local.resolution"))
            .alias("local.resolution"),
        )
    return found


def cremation(_period: Period) -> OneOff:
    """Build the benefit; nothing of it hangs on the national law of a period."""
    article = "Nghị quyết của Hội đồng nhân dân cấp tỉnh"

    def resolution(row: Row) -> str:
        return str(row.get("local.resolution") or "chưa nhập nghị quyết nào")

    def said(column: str) -> Callable[[Row], str]:
        def describe(row: Row) -> str:
            value = row.get(column)
            return "chưa rõ" if value is None else ("có" if value else "không")

        return describe

    conditions = (
        Condition(
            "cremation_resolution",
            "Tỉnh có quy định hỗ trợ chi phí hỏa táng vào ngày chết",
            article,
            pl.col("local.cash").is_not_null(),
            resolution,
        ),
        Condition(
            "cremation_carried_out",
            "Thực hiện hỏa táng",
            article,
            pl.col("cremated"),
            said("cremated"),
        ),
        Condition(
            "cremation_residence",
            "Người chết có đăng ký thường trú trong tỉnh",
            article,
            pl.col("permanent_residence"),
            said("permanent_residence"),
        ),
    )
    ground = Ground(
        "cremation", "Hỗ trợ chi phí hỏa táng", article, conditions, pl.col("local.cash")
    )
    return OneOff("cremation", ground.title, (ground,), article, {})
