"""What the law computed, in the shape in which decisions keep it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from eligibility.decisions import service as decisions
from eligibility.law.domain.level_review import Review


def first_day(name: str) -> pl.Expr:
    """Write a month ordinal as the first day, in text."""
    month = pl.col(name)
    return pl.date(month // 12, month % 12 + 1, 1).dt.to_string("%Y-%m-%d").alias(name)


def listed(frame: pl.DataFrame, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Gather the rows of each entitlement into one JSON list."""
    as_json = pl.struct(columns).struct.json_encode()
    return frame.group_by("entitlement_id", maintain_order=True).agg(
        pl.format("[{}]", as_json.str.join(",")).alias(name)
    )


def as_lines(review: Review) -> pl.DataFrame:
    """Give the lines in the shape in which decisions keep them."""
    levels = review.levels.with_columns(first_day("from_month"), first_day("to_month"))
    reasons = review.reasons.with_columns(first_day("from_month"))
    names = ("from_month", "to_month", "amount", "coefficient", "provision")
    return (
        review.lines.join(listed(levels, "levels", names), on="entitlement_id", how="left")
        .join(
            listed(reasons, "reasons", ("from_month", "explanation")),
            on="entitlement_id",
            how="left",
        )
        .with_columns(
            pl.lit("[]").alias("old_levels"),
            pl.col("levels", "reasons").fill_null("[]"),
            pl.col("first").alias("from_month"),
            pl.col("version").alias("entitlement_version"),
        )
        .with_columns(first_day("from_month"))
        .select(*decisions.LINES)
        .cast(pl.Schema(decisions.LINES))
    )
