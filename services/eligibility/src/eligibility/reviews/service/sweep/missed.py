"""Who is not receiving what the known facts give: all but one condition holds, and it is named.

Thuật ngữ: đối tượng bỏ sót. For the pension that condition is the written request (khoản 1 Điều 2
Nghị định 176/2025/NĐ-CP); what needs nothing but a dossier says so.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.benefits import (
    APART,
    BESIDE_SINGLE_PARENT,
    FACILITY,
    ORDER,
    SINGLE_PARENT,
)
from eligibility.law.domain.law import LawAsOf
from eligibility.reviews.service.sweep.receiving import SHAPE
from eligibility.reviews.service.sweep.unknown import unknown_condition

_ASKED = ("dossier", "written_request")
"""What only the person's own asking is missing for: the right itself is open."""


def not_received(result: pl.DataFrame, live: pl.DataFrame, law: LawAsOf) -> pl.DataFrame:
    """Give benefits that people could have and do not; columns `SHAPE`.

    Of benefits of which one alone is paid, only the highest is named, and only where it is more
    than what is received.
    """
    found = pl.concat([_of_benefit(result, live, code, law) for code in ORDER])
    kept = highest_of(_worth_more(found, live))
    return kept.with_columns(
        pl.when(pl.col("missing_code").is_in(_ASKED))
        .then(pl.lit("open"))
        .otherwise(pl.lit("paper_needed"))
        .alias("kind"),
        pl.lit(None, dtype=pl.String).alias("entitlement_id"),
        pl.lit("not_received").alias("reasons"),
        pl.lit(None, dtype=pl.Date).alias("event_on"),
        pl.lit(0, dtype=pl.Int64).alias("current_amount"),
    ).select(SHAPE)


def _of_benefit(result: pl.DataFrame, live: pl.DataFrame, code: str, law: LawAsOf) -> pl.DataFrame:
    eligible = pl.col(f"{code}.eligible")
    may = result.filter(
        eligible.fill_null(value=True) & pl.col(f"{code}.provision").is_not_null()
        & (pl.col(f"{code}.amount") > 0)
    )  # fmt: skip
    own = live.filter(pl.col("benefit") == code).select(pl.col("human").alias("person_id"))
    may = may.join(own, on="person_id", how="anti")
    sure = may.filter(eligible).select("person_id", pl.lit("dossier").alias("missing_code"))
    hanging = unknown_condition(may.filter(eligible.is_null()), code, law, single=True)
    return may.select(
        "person_id",
        pl.lit(code).alias("benefit"),
        "commune_code",
        pl.col(f"{code}.amount").alias("amount"),
        stands_beside(pl.col(f"{code}.provision").cast(pl.String)).alias("beside"),
    ).join(pl.concat([sure, hanging]), on="person_id", how="inner", maintain_order="left")


def stands_beside(provision: pl.Expr) -> pl.Expr:
    """Tell whether a provision is of a group that is paid beside the single parent's."""
    return pl.any_horizontal(provision.str.starts_with(group) for group in BESIDE_SINGLE_PARENT)


def _worth_more(found: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Leave out what gives way to something that is received."""
    group = pl.col("group_code")
    beside = group.is_in(BESIDE_SINGLE_PARENT) | group.str.contains("^[A-Z0-9]{6}$")
    single = pl.col("benefit") == SINGLE_PARENT
    amount = pl.col("current_amount")
    received = (
        live.filter(~pl.col("benefit").is_in(APART) & (pl.col("status") == "active"))
        .group_by(pl.col("human").alias("person_id"))
        .agg(
            (pl.col("benefit") == FACILITY).any().alias("_facility"),
            amount.filter(~single).max().fill_null(0).alias("_most"),
            amount.filter(~single & ~beside).max().fill_null(0).alias("_most_against_single"),
            amount.filter(single).max().fill_null(0).alias("_single"),
        )
    )
    own = pl.col("benefit") == SINGLE_PARENT
    most = pl.when(own).then("_most_against_single").otherwise(
        pl.max_horizontal(
            "_most", pl.when(pl.col("beside")).then(0).otherwise(pl.col("_single"))
        )
    )  # fmt: skip
    alone = pl.col("benefit").is_in(APART)
    gives_way = ~alone & (pl.col("_facility") | (most >= pl.col("amount")))
    return (
        found.join(received, on="person_id", how="left", maintain_order="left")
        .filter(~gives_way.fill_null(value=False))
        .select(found.columns)
    )


def highest_of(found: pl.DataFrame) -> pl.DataFrame:
    """Of what excludes each other keep the highest; of equal ones the law's first (`ORDER`).

    Args:
        found: `person_id`, `benefit`, `amount`, and `beside`: paid beside the single parent's.
    """
    order = pl.col("benefit").replace_strict(
        {code: place for place, code in enumerate(ORDER)}, return_dtype=pl.Int32
    )
    alone = pl.col("benefit").is_in(APART)
    ranked = (
        found.filter(~alone)
        .with_columns(order.alias("_order"))
        .sort("person_id", "amount", "_order", descending=[False, True, False])
    )
    top = ranked.group_by("person_id", maintain_order=True).first()
    stands = top.filter("beside").select("person_id")
    second = ranked.filter(pl.col("benefit") == SINGLE_PARENT).join(
        stands, on="person_id", how="semi"
    )
    kept = [top.select(found.columns), second.select(found.columns), found.filter(alone)]
    return pl.concat(kept).unique(["person_id", "benefit"], maintain_order=True)
