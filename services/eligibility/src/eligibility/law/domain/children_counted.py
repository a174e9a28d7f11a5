"""How many of a person's children count: 5.4 (each child), C2a (children under 36 months).

The list column is opened only for rows that have children; everything is whole numbers.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.ages import DAYS, AgeRules, birth_keys, key_of
from eligibility.law.domain.common_conditions import Regime

_PLAIN = pl.QueryOptFlags.none()
COUNTED = ("_children", "_maybe", "_children_level", "_small_children", "_small_children_level")
_INSIDE = ("_maybe", "_children_level")


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
    sure, maybe, level = pl.col("_children"), pl.col("_maybe"), pl.col("_children_level")
    raising = pl.when(sure > 0).then(True).when(maybe == 0).then(False)
    return (
        whole.lazy()
        .with_columns(
            raising.alias("_raises_child"),
            # None remains: the right stops, from the month after, at the level that it had.
            pl.when(level > 0)
            .then(level)
            .when(sure > 0)
            .then(sure)
            .otherwise(maybe)
            .alias("_children"),
        )
        .drop(_INSIDE)
        .collect(optimizations=_PLAIN)
    )


def without_children() -> list[pl.Expr]:
    """Give the columns of `count_children` where nobody has children."""
    return [
        pl.lit(value=False).alias("_raises_child"),
        *(pl.lit(0, dtype=pl.Int32).alias(name) for name in COUNTED if name not in _INSIDE),
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
    known = born & ages.reached_for_level(0, "_child")
    young, cap = regime.numbers["age_child_below"], regime.numbers["age_student_below"]
    studying = pl.col("_studying")
    if regime.rules["older_children"] == "under_cap":
        student = studying & ages.still_below(cap, "_child")
        student_level = studying & ~ages.reached_for_level(cap, "_child")
    else:
        student = student_level = studying & _kept(regime, cap)
    counts = born & (ages.still_below(young, "_child") | student)
    level = known & (~ages.reached_for_level(young, "_child") | student_level)
    small = regime.numbers["age_cared_child_below"]
    return [
        counts.fill_null(value=False).alias("_children"),
        counts.fill_null(value=True).alias("_maybe"),
        level.fill_null(value=False).alias("_children_level"),
        (born & ages.still_below(small, "_child")).fill_null(value=False).alias("_small_children"),
        (known & ~ages.reached_for_level(small, "_child"))
        .fill_null(value=False)
        .alias("_small_children_level"),
    ]


def _kept(regime: Regime, cap: int) -> pl.Expr:
    """Hold for a child already paid for when Decree 335/2026 came; not one that had passed the cap.

    The switch `revive_students_over_22` lets those in too.
    """
    kept = pl.col("child_kept_studying").fill_null(value=False)
    if regime.switches["revive_students_over_22"] == "yes":
        return kept
    # A birthday of the first month still left that month payable.
    first_key = key_of(regime.begins) // DAYS * DAYS
    return kept & regime.ages.reached_from(cap, first_key, "_child")
