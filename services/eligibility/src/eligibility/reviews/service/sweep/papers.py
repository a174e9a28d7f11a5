"""Papers that end: certificates, representations, and the degree that is assessed anew at six.

Thuật ngữ: giấy xác nhận khuyết tật, người đại diện, xác định lại mức độ khuyết tật.
"""

from __future__ import annotations

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.law import LawAsOf
from eligibility.reviews.service.sweep.recipients import SHAPE

_BY_CERTIFICATE = ("disability_allowance", "disabled_parent_support")


def papers_due(
    result: pl.DataFrame,
    live: pl.DataFrame,
    papers: pl.DataFrame,
    months: tuple[Month, Month],
    law: LawAsOf,
) -> pl.DataFrame:
    """Give what is being paid on a paper that ends in these months or has ended; with `month`."""
    active = live.filter(pl.col("status") == "active").with_columns(
        pl.col(f"amount_{months[0].first_day.isoformat()}").alias("current_amount")
    )
    certified = active.filter(pl.col("benefit").is_in(_BY_CERTIFICATE))
    ending = pl.concat(
        [
            certified.join(_of(papers, "certificate"), on="person_id"),
            active.join(_of(papers, "representation"), on="person_id"),
            certified.join(_reassessed(result, months[1], law), on="person_id"),
        ]
    )
    first = pl.lit(months[0].first_day)
    return ending.select(
        "person_id",
        "benefit",
        pl.lit("paper_needed").alias("kind"),
        "entitlement_id",
        pl.col("entitlement_commune").alias("commune_code"),
        pl.col("paper").alias("reasons"),
        pl.col("ends_on").alias("event_on"),
        pl.lit(None, dtype=pl.String).alias("missing_code"),
        "current_amount",
        pl.max_horizontal(pl.col("ends_on").dt.month_start(), first).alias("month"),
    ).select(*SHAPE, "month")


def _of(papers: pl.DataFrame, paper: str) -> pl.DataFrame:
    return papers.filter(pl.col("paper") == paper).unique("person_id", maintain_order=True)


def _reassessed(result: pl.DataFrame, last: Month, law: LawAsOf) -> pl.DataFrame:
    """Give children whose certificate is from before the age at which the degree is assessed anew.

    Căn cứ: mẫu phiếu 02 (dưới 6 tuổi), 03 (từ đủ 6 tuổi) Thông tư 01/2019/TT-BLĐTBXH.
    """
    years = int(law.value("disability_reassessment", last.last_day).value)
    adult = int(law.value("age_child_below", last.last_day).value)
    day = pl.col("birth_date").dt.offset_by(f"{years}y")
    return result.filter(
        (day <= last.last_day)
        & (pl.col("birth_date").dt.offset_by(f"{adult}y") > last.last_day)
        & (pl.col("certificate_date") < day)
        & pl.col("disability_degree").is_in(["severe", "very_severe"])
    ).select("person_id", pl.lit("reassessment").alias("paper"), day.alias("ends_on"))
