"""Who is not receiving what the known facts give: all but one condition holds, and it is named.

Thuật ngữ: đối tượng bỏ sót. For the pension that condition is the written request (khoản 1 Điều 2
Nghị định 176/2025/NĐ-CP); what needs nothing but a dossier says so.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.highest import highest_of, stands_beside
from eligibility.law.domain.law import LawAsOf
from eligibility.reviews.service.sweep.recipients import SHAPE
from eligibility.reviews.service.sweep.unknown import unknown_condition

_ASKED = ("dossier", "written_request")
"""What only the person's own asking is missing for: the right itself is open."""


def not_received(result: pl.DataFrame, live: pl.DataFrame, law: LawAsOf) -> pl.DataFrame:
    """Give benefits that people could have and do not; columns `SHAPE`.

    Of benefits of which one alone is paid, only the highest is named, and only where it is more
    than what is received.
    """
    found = pl.concat([_of_benefit(result, live, code, law) for code in ORDER])
    kept = _more_than_received(found, live)
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


def _more_than_received(found: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Keep what would be paid beside, or in place of, what is received."""
    received = live.filter(pl.col("status") == "active").select(
        pl.col("human").alias("person_id"),
        "benefit",
        pl.col("current_amount").alias("amount"),
        stands_beside(pl.col("group_code")).alias("beside"),
        pl.lit(value=True).alias("received"),
    )
    mine = received.join(found.select("person_id").unique(), on="person_id", how="semi")
    items = pl.concat(
        [mine, found.with_columns(pl.lit(value=False).alias("received"))], how="diagonal"
    )
    decided = highest_of(items.unique(["person_id", "benefit"], keep="first", maintain_order=True))
    return decided.filter("paid", ~pl.col("received")).select(found.columns)
