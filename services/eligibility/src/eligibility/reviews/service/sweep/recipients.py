"""What people receive, against what the law gives for the same benefit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.benefits import ORDER, PENSION
from eligibility.law.domain.law import LawAsOf
from eligibility.reviews.service.sweep.unknown import unknown_condition

_LEVELS = pl.List(
    pl.Struct({"from_month": pl.String(), "to_month": pl.String(), "amount": pl.Int64()})
)
SHAPE = (
    "person_id", "benefit", "kind", "entitlement_id", "commune_code", "reasons", "event_on",
    "missing_code", "current_amount",
)  # fmt: skip


def current_amounts(live: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """Add `amount_<day>`: what is being paid in each month.

    Somebody taken over has no level yet: the listed amount counts from the first paid month.
    """
    levels = (
        live.select("entitlement_id", pl.col("levels").str.json_decode(_LEVELS))
        .explode("levels", empty_as_null=False)
        .unnest("levels")
    )
    found = live
    for day in days:
        text = day.isoformat()
        held = levels.filter(
            (pl.col("from_month") <= text) & (pl.col("to_month") >= text).fill_null(value=True)
        )
        amounts = held.group_by("entitlement_id").agg(pl.col("amount").max().alias("_amount"))
        listed = (pl.col("levels") == "[]") & (pl.col("paid_from") <= day)
        found = (
            found.join(amounts, on="entitlement_id", how="left", maintain_order="left")
            .with_columns(
                pl.when(listed)
                .then(pl.col("listed_amount"))
                .otherwise(pl.col("_amount").fill_null(0))
                .alias(f"amount_{text}")
            )
            .drop("_amount")
        )
    return found.drop("levels")


def no_longer_right(
    result: pl.DataFrame, live: pl.DataFrame, month: Month, law: LawAsOf
) -> pl.DataFrame:
    """Give what has to be adjusted, stopped, suspended, or proved by a paper; columns `SHAPE`."""
    parts = []
    for code in ORDER:
        mine = live.filter(pl.col("benefit") == code)
        if mine.height:
            parts.append(_of_benefit(result, mine, code, month, law))
    if not parts:
        return _empty()
    return pl.concat(parts)


def _of_benefit(
    result: pl.DataFrame, mine: pl.DataFrame, code: str, month: Month, law: LawAsOf
) -> pl.DataFrame:
    names = ("eligible", "amount", "excluded_by")
    alive = "c.pension_alive" if code == PENSION else "c.allowance_alive"
    own = result.select(
        "person_id",
        pl.col("commune_code").alias("residence"),
        "death_date", "missing_since", "imprisoned_since", "detained_since",
        pl.col(alive).alias("alive"),
        *(f"c.{name}" for name in ("not_missing", "not_imprisoned", "not_detained")),
        *(pl.col(f"{code}.{name}").alias(name) for name in names),
    )  # fmt: skip
    before = month.first_day - timedelta(days=1)
    joined = mine.select(
        "person_id", "benefit", "entitlement_id", "status", "current_amount",
        pl.col("entitlement_commune").alias("commune_code"),
    ).join(own, on="person_id", how="inner", maintain_order="left").with_columns(_reason()).with_columns(_kind())  # fmt: skip
    event = (
        pl.when(pl.col("reason") == "deceased").then("death_date")
        .when(pl.col("reason") == "missing").then("missing_since")
        .when(pl.col("reason") == "sentenced").then("imprisoned_since")
        .when(pl.col("reason") == "detained").then("detained_since")
        .when(pl.col("kind") == "stop").then(pl.lit(before))
    )  # fmt: skip
    found = joined.filter(pl.col("kind").is_not_null()).with_columns(
        event.alias("event_on"), pl.col("reason").alias("reasons")
    )
    return _with_missing(found, result, code, law).select(SHAPE)


def _reason() -> pl.Expr:
    """Give the reason of each row; rows that agree with the law have none."""
    active = pl.col("status") == "active"
    paid = active & (pl.col("current_amount") > 0)
    no = {name: (pl.col(f"c.{name}") == False).fill_null(value=False)  # noqa: E712 - null is not false
          for name in ("not_missing", "not_imprisoned", "not_detained")}  # fmt: skip
    dead = (pl.col("alive") == False).fill_null(value=False)  # noqa: E712 - null is not false
    moved = active & (pl.col("residence") != pl.col("commune_code"))
    differs = pl.col("amount") != pl.col("current_amount")
    return (
        pl.when(dead).then(pl.lit("deceased"))
        .when(no["not_missing"]).then(pl.lit("missing"))
        .when(no["not_imprisoned"]).then(pl.lit("sentenced"))
        .when(moved).then(pl.lit("moved"))
        .when(active & no["not_detained"]).then(pl.lit("detained"))
        .when(paid & ~pl.col("eligible")).then(pl.lit("lost_condition"))
        .when(paid & pl.col("eligible").is_null()).then(pl.lit("missing_fact"))
        .when(active & pl.col("eligible") & pl.col("excluded_by").is_null() & differs)
        .then(pl.lit("amount_differs"))
    ).alias("reason")  # fmt: skip


_KINDS = {
    "deceased": "stop", "missing": "stop", "sentenced": "stop", "moved": "stop",
    "lost_condition": "stop", "detained": "suspend", "missing_fact": "paper_needed",
    "amount_differs": "adjust",
}  # fmt: skip


def _kind() -> pl.Expr:
    kind = pl.col("reason").replace_strict(_KINDS, default=None, return_dtype=pl.String)
    return kind.alias("kind")


def _with_missing(
    found: pl.DataFrame, result: pl.DataFrame, code: str, law: LawAsOf
) -> pl.DataFrame:
    unknown = found.filter(pl.col("kind") == "paper_needed").select("person_id")
    rows = result.join(unknown, on="person_id", how="semi")
    named = unknown_condition(rows, code, law, single=False)
    return found.join(named, on="person_id", how="left", maintain_order="left")


def _empty() -> pl.DataFrame:
    kinds: dict[str, pl.DataType] = {
        "event_on": pl.Date(),
        "current_amount": pl.Int64(),
    }
    return pl.DataFrame(schema={name: kinds.get(name, pl.String()) for name in SHAPE})
