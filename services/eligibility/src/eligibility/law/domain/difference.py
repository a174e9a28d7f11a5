"""The same months evaluated twice: as known before, and as known now.

Thuật ngữ: truy lĩnh (arrears), thu hồi (recovery). A month that gives more now is arrears, one that
gives less is a recovery case; the two are never netted (law.md §5.5).
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.law import LawAsOf

DIFFERENCE: dict[str, pl.DataType] = {
    "month": pl.Int32(),
    "benefit": pl.String(),
    "before": pl.Int64(),
    "now": pl.Int64(),
    "arrears": pl.Int64(),
    "recovery": pl.Int64(),
    "certain": pl.Boolean(),
}
"""Columns of a difference beside the keys of the rows; `certain` false: one side lacks a fact."""


def difference(
    before: pl.DataFrame, now: pl.DataFrame, law_before: LawAsOf, law_now: LawAsOf, *keys: str
) -> pl.DataFrame:
    """Compare what is payable in each month and for each benefit.

    Args:
        before: facts of the months as they were known before, columns `FACTS`.
        now: facts of the same rows as they are known now; a row absent there is owed nothing.
        law_before: the law as a decision knew it before.
        law_now: the law as a decision knows it now.
        keys: columns that, with `month`, name a row (`person_id`); none for a single person.

    Returns:
        One row per key, month and benefit whose two amounts differ, columns `DIFFERENCE`.
    """
    names = [*keys, "month", "benefit"]
    both = _payable(before, law_before, keys, "before").join(
        _payable(now, law_now, keys, "now"), on=names, how="full", coalesce=True, nulls_equal=True
    )
    gap = pl.col("now") - pl.col("before")
    return (
        both.with_columns(
            (
                pl.col("before_known").fill_null(value=True)
                & pl.col("now_known").fill_null(value=True)
            ).alias("certain"),
            pl.col("before", "now").fill_null(0),
        )
        .filter(gap != 0)
        .with_columns(
            gap.clip(lower_bound=0).alias("arrears"),
            (-gap).clip(lower_bound=0).alias("recovery"),
        )
        .select(*keys, *DIFFERENCE)
        .sort(names)
    )


def _payable(frame: pl.DataFrame, law: LawAsOf, keys: tuple[str, ...], name: str) -> pl.DataFrame:
    evaluated = evaluate(frame, law)
    payable = [
        evaluated.select(
            *keys,
            "month",
            pl.lit(code).alias("benefit"),
            pl.col(f"{code}.payable").fill_null(0).alias(name),
            pl.col(f"{code}.payable").is_not_null().alias(f"{name}_known"),
        )
        for code in ORDER
    ]
    return pl.concat(payable)
