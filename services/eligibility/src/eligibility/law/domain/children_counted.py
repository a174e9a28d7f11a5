"""How many of a person's children count: 5.4 (each child), C2a (children under 36 months).

The list column is opened only for rows that have children; everything is whole numbers.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.ages import AgeRules, birth_keys
from eligibility.law.domain.common_conditions import Regime

_PLAIN = pl.QueryOptFlags.none()
COUNTED = ("_children", "_maybe", "_small_children", "_small_children_level")


def count_children(frame: pl.DataFrame, regime: Regime) -> pl.DataFrame:
    """Add `_raises_child` (null: unknown), `_children` and the two counts of small children.

    Args:
        frame: rows with `_month_key`, `_event_key`, `_known_key` and the other day columns.
        regime: ages and what the decree says about children who study.
    """
    if not (frame["children"].list.len() > 0).any():
        return frame.with_columns(*without_children())
    counted = _per_row(frame, regime)
    places = counted["_place"]
    none = pl.zeros(frame.height, dtype=pl.Int32, eager=True)
    # As columns, not as literals of an expression: the optimiser would hash every value.
    whole = frame.hstack(
        [none.clone().scatter(places, counted[name]).alias(name) for name in COUNTED]
    )
    sure, maybe = pl.col("_children"), pl.col("_maybe")
    raising = pl.when(sure > 0).then(True).when(maybe == 0).then(False)
    return (
        whole.lazy()
        .with_columns(
            raising.alias("_raises_child"),
            pl.when(sure > 0).then(sure).otherwise(maybe).alias("_children"),
        )
        .drop("_maybe")
        .collect(optimizations=_PLAIN)
    )


def without_children() -> list[pl.Expr]:
    """Give the columns of `count_children` where nobody has children."""
    return [
        pl.lit(value=False).alias("_raises_child"),
        *(pl.lit(0, dtype=pl.Int32).alias(name) for name in COUNTED if name != "_maybe"),
    ]


def _per_row(frame: pl.DataFrame, regime: Regime) -> pl.DataFrame:
    """Count per row that has children, by running sums over the opened lists."""
    kept = [name for name in frame.columns if name in _NEEDED]
    parents = (
        frame.lazy()
        .select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("_place"), "children", *kept)
        .filter(pl.col("children").list.len() > 0)
        .collect(optimizations=_PLAIN)
    )
    born = pl.col("children").struct.field("birth_date")
    flags = (
        parents.lazy()
        .drop("_place")
        .explode("children")
        .with_columns(
            *birth_keys(born, regime.switches["leap_birthday"], "_child"),
            pl.col("children").struct.field("studying").alias("_studying"),
        )
        .select(_flags(regime))
        .select(pl.all().cast(pl.Int32).cum_sum())
        .collect(optimizations=_PLAIN)
    )
    ends = parents["children"].list.len().cum_sum() - 1
    return flags.select(
        pl.col(name).gather(ends).diff().fill_null(pl.col(name).gather(ends.head(1)))
        for name in COUNTED
    ).with_columns(parents["_place"])


_NEEDED = frozenset(
    {
        "month", "child_kept_studying", "_month_key", "_event_key", "_known_key",
        "_signed_in_month",
    }
)  # fmt: skip


def _flags(regime: Regime) -> list[pl.Expr]:
    ages: AgeRules = regime.ages
    born = pl.col("_child") <= pl.col("_event_key")
    young = ages.still_below(regime.numbers["age_child_below"], "_child")
    if regime.rules["older_children"] == "under_cap":
        student = pl.col("_studying") & ages.still_below(
            regime.numbers["age_student_below"], "_child"
        )
    else:
        student = pl.col("_studying") & pl.col("child_kept_studying").fill_null(value=False)
    counts = born & (young | student)
    small = regime.numbers["age_cared_child_below"]
    return [
        counts.fill_null(value=False).alias("_children"),
        counts.fill_null(value=True).alias("_maybe"),
        (born & ages.still_below(small, "_child")).fill_null(value=False).alias("_small_children"),
        (born & ~ages.reached_for_level(small, "_child"))
        .fill_null(value=False)
        .alias("_small_children_level"),
    ]
