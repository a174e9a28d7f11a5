"""What a slice of people is owed in each month, by the law of today and by the supposed one.

Two figures of take-up: those who receive a benefit now, and all whom the law gives it to (a person
who has not asked is counted as having asked). Who hangs on a missing fact is counted in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from common.contracts.benefits import told_line
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.highest import highest_of, stands_beside
from eligibility.law.domain.hypothetical_law import SUPPOSED_GROUP, GroupAdded, group_of_provision
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import plan_of, regimes

KEYS = ("commune_code", "month", "benefit", "group_code")
_FIGURES = ("people", "amount")
COUNTS = tuple(
    f"{figure}_{take_up}{law}"
    for take_up in ("receiving", "eligible")
    for law in ("", "_changed")
    for figure in _FIGURES
)


@dataclass(frozen=True)
class Laws:
    """The law of today and the supposed one."""

    today: LawAsOf
    supposed: LawAsOf
    added: GroupAdded | None


def estimate(months: Sequence[pl.DataFrame], live: pl.DataFrame, laws: Laws) -> pl.DataFrame:
    """Add up people and đồng of a slice.

    Args:
        months: facts of the people, a frame for each month.
        live: `person_id`, `benefit` of what is being paid now.
        laws: what to compare.

    Returns:
        One row per `KEYS` with `COUNTS`.
    """
    parts = [
        part
        for facts in months
        for part in (
            _sums(facts, live, laws.today, ""),
            _sums(_with_added(facts, laws.added), live, laws.supposed, "_changed"),
        )
    ]
    whole = pl.concat(parts, how="diagonal")
    absent = [pl.lit(0, dtype=pl.Int64).alias(name) for name in COUNTS if name not in whole.columns]
    return (
        whole.with_columns(absent)
        .group_by(KEYS)
        .agg(pl.col(name).fill_null(0).sum().cast(pl.Int64) for name in COUNTS)
        .sort(KEYS)
    )


def _with_added(facts: pl.DataFrame, added: GroupAdded | None) -> pl.DataFrame:
    if added is None:
        return facts
    last = pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1).dt.month_end()
    born = pl.col("birth_date")
    tests = [pl.col("local_group").is_null()]
    if added.age_from is not None:
        tests.append(born.dt.offset_by(f"{added.age_from}y") <= last)
    if added.age_to is not None:
        tests.append(born.dt.offset_by(f"{added.age_to + 1}y") > last)
    if added.poverty_classes:
        tests.append(pl.col("poverty_class").is_in(list(added.poverty_classes)))
    if added.disability_degrees:
        tests.append(pl.col("disability_degree").is_in(list(added.disability_degrees)))
    meant = pl.all_horizontal(tests).fill_null(value=False)
    return facts.with_columns(
        pl.when(meant)
        .then(pl.lit(SUPPOSED_GROUP))
        .otherwise(pl.col("local_group"))
        .alias("local_group")
    )


def _sums(facts: pl.DataFrame, live: pl.DataFrame, law: LawAsOf, suffix: str) -> pl.DataFrame:
    asked = facts.with_columns(pl.col("request").fill_null("written"))
    own = _paid(_awarded(evaluate(asked, law, as_text=False)))
    if own.is_empty():
        return _nothing()
    receivers = live.select("person_id", "benefit", pl.lit(value=True).alias("receives"))
    placed = own.join(receivers, on=["person_id", "benefit"], how="left").with_columns(
        pl.col("provision").replace_strict(_groups(law), default="").alias("group_code"),
        pl.col("receives").fill_null(value=False),
    )
    return placed.group_by(KEYS).agg(
        pl.col("receives").sum().cast(pl.Int64).alias(f"people_receiving{suffix}"),
        pl.col("amount").filter("receives").sum().alias(f"amount_receiving{suffix}"),
        pl.col("paid").sum().cast(pl.Int64).alias(f"people_eligible{suffix}"),
        pl.col("amount").filter("paid").sum().alias(f"amount_eligible{suffix}"),
    )


def _awarded(result: pl.DataFrame) -> pl.DataFrame:
    """Give each benefit that the law certainly gives, a row each."""
    parts = []
    for code in ORDER:
        provision = pl.col(f"{code}.provision").cast(pl.String)
        parts.append(
            result.filter(pl.col(f"{code}.eligible") & (pl.col(f"{code}.amount") > 0)).select(
                "person_id",
                "commune_code",
                "month",
                pl.lit(code).alias("benefit"),
                provision.alias("provision"),
                pl.col(f"{code}.amount").alias("amount"),
                pl.col(f"{code}.payable").alias("payable"),
                stands_beside(provision).alias("beside"),
            )
        )
    return pl.concat(parts)


def _paid(awarded: pl.DataFrame) -> pl.DataFrame:
    """Add `paid`: of what excludes each other the highest.

    Where a higher benefit hangs on a missing fact, the highest of what is certain is counted.
    """
    hanging = awarded.filter(pl.col("payable").is_null()).select("person_id").unique()
    sure = awarded.join(hanging, on="person_id", how="anti").with_columns(
        (pl.col("payable") > 0).alias("paid")
    )
    open_rows = highest_of(awarded.join(hanging, on="person_id", how="semi"))
    return pl.concat([sure, open_rows.select(sure.columns)])


def _nothing() -> pl.DataFrame:
    kinds: dict[str, pl.DataType] = {name: pl.String() for name in KEYS}
    return pl.DataFrame(schema={**kinds, "month": pl.Int32()})


def _groups(law: LawAsOf) -> Mapping[str, str]:
    """Give the group of each provision as it is told: sums are read outside the sealed scope too."""
    return {
        item.code: told_line(benefit.code, group_of_provision(item.group, benefit.code)).group
        for regime, _ in regimes(law)
        for benefit in plan_of(law, regime).benefits
        for item in benefit.provisions
    }
