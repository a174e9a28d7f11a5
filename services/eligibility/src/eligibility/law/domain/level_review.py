"""The one review that moves current beneficiaries to a new level, back to the month it counts from.

Thuật ngữ: rà soát, danh sách chuyển mức hưởng do Chủ tịch UBND cấp xã quyết định; truy lĩnh.
Căn cứ: khoản 3, khoản 4 Điều 32 Nghị định 335/2026/NĐ-CP. Without the signed list nothing changes.

The rule, per entitlement: when the law's coefficient in the first month equals the signed one, the
person follows the law, birthdays included. When it differs, the signed coefficient is paid at the
new standard amount in every month, and the legal amount is a proposal until it is signed itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.conditions import counted_by_month
from eligibility.law.domain.evaluate import FACTS, evaluate, scaled_amount
from eligibility.law.domain.explain import condition_set, set_key
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.levels import LEVEL_OF
from eligibility.law.domain.plan import sealed_codes
from eligibility.law.domain.sealed import EVERYTHING, Reader

_OWN = ("eligible", "provision", "coefficient", "standard", "excluded_by")
_LEVEL = ("amount", "coefficient", "provision")

ENTITLEMENTS: dict[str, pl.DataType] = {
    "entitlement_id": pl.String(),
    "person_id": pl.String(),
    "benefit": pl.String(),
    "stated_category": pl.String(),
    "status_reason": pl.String(),
    "listed_amount": pl.Int64(),
    "listed_coefficient": pl.Int64(),
    "paid_from": pl.Int32(),
    "old_decision_date": pl.Date(),
    "version": pl.Int64(),
}
"""Columns of current entitlements; months are ordinals, coefficients hundredths."""


@dataclass(frozen=True)
class Review:
    """One line per entitlement, its levels, and the explanations that lines share.

    `reasons` names the explanation (condition set) that holds for an entitlement from a month on.
    """

    lines: pl.DataFrame
    levels: pl.DataFrame
    reasons: pl.DataFrame
    explanations: Mapping[str, Mapping[str, Any]]


def counting_month(law: LawAsOf) -> Month:
    """Give the month from which the newest level counts (7/2026 for 540.000 đồng)."""
    return Month.of(max(law.history(code)[-1].valid_from for code in LEVEL_OF.values()))


def review_levels(
    entitlements: pl.DataFrame,
    facts: pl.DataFrame,
    law: LawAsOf,
    pay_month: Month,
    reader: Reader = EVERYTHING,
) -> Review:
    """Compute the new levels of every entitlement up to the month that is being paid.

    Args:
        entitlements: columns `ENTITLEMENTS`.
        facts: one row per person and month from `counting_month` to `pay_month`, the names of
            `FACTS`; a person without facts is paid by the signed coefficient.
        law: the law as it stands on the day of the draft.
        pay_month: the last month of the review.
        reader: how provisions and explanations name sealed groups.
    """
    people = entitlements.with_columns(
        pl.max_horizontal(pl.lit(counting_month(law).ordinal, dtype=pl.Int32), "paid_from").alias(
            "first"
        )
    )
    grid = _grid(people, facts, law, pay_month)
    keyed, explanations = _explained(_own(evaluate(grid, law), law), law, reader)
    judged = _judged(people, keyed, law)
    months = _amounts(keyed, judged)
    levels = _levels(months, judged, pay_month)
    lines = _lines(judged, months, pay_month).join(_facts(keyed), on="entitlement_id", how="left")
    return Review(lines, levels, _reasons(keyed), explanations)


def correct_levels(
    entitlements: pl.DataFrame,
    facts: pl.DataFrame,
    law: LawAsOf,
    *,
    present: Month,
    last: Month,
    reader: Reader = EVERYTHING,
) -> Review:
    """Compute the levels that the law gives from each entitlement's first month on.

    Args:
        entitlements: columns `ENTITLEMENTS` and `first`, the ordinal of the first month.
        facts: one row per person and month from the earliest first month to `last`.
        law: the law as it stands on the day of the draft.
        present: the last month that the line's total counts.
        last: the last month that is computed; a level that reaches it stays open.
        reader: how provisions and explanations name sealed groups.
    """
    keyed, explanations = _explained(
        _own(evaluate(_grid(entitlements, facts, law, last), law), law), law, reader
    )
    judged = _judged(entitlements, keyed, law).with_columns(
        pl.lit(value=True).alias("follows"), pl.lit("corrected").alias("outcome")
    )
    months = _amounts(keyed, judged)
    counted = months.filter(pl.col("month") <= present.ordinal)
    lines = _lines(judged, counted, present).join(_facts(keyed), on="entitlement_id", how="left")
    return Review(lines, _levels(months, judged, last), _reasons(keyed), explanations)


def _grid(
    people: pl.DataFrame, facts: pl.DataFrame, law: LawAsOf, pay_month: Month
) -> pl.DataFrame:
    """Cross entitlements with months, and put the facts beside them."""
    start, end = pl.col("first").min(), pay_month.ordinal + 1
    months = people.select(pl.int_range(start, end, dtype=pl.Int32).alias("month"))
    stated = pl.col("stated_category")
    degree = (
        pl.when(pl.col("benefit") != "disability_allowance")
        .then(None)
        .when(stated.str.contains("very_severe"))
        .then(pl.lit("very_severe"))
        .when(stated.str.contains("severe"))
        .then(pl.lit("severe"))
    )
    signed = pl.col("old_decision_date")
    signed_month = signed.dt.year() * 12 + signed.dt.month().cast(pl.Int32) - 1
    converted = (pl.col("benefit") == "social_pension") & (
        signed < pl.lit(law.history(LEVEL_OF["social_pension"])[0].valid_from)
    ).fill_null(value=False)
    return (
        people.join(months, how="cross")
        .filter(pl.col("month") >= pl.col("first"))
        .join(facts, on=["person_id", "month"], how="left")
        .with_columns(
            # What the list itself states counts while the registry knows nothing else.
            pl.coalesce(pl.col("disability_degree"), degree).alias("disability_degree"),
            pl.when(converted)
            .then(pl.lit("converted"))
            .otherwise(pl.lit("decided"))
            .alias("request"),
            # A decision dated after the first paid month cannot be the one it was paid by.
            pl.when(signed_month <= pl.col("first")).then(signed).alias("signed_on"),
        )
    )


def _own(evaluated: pl.DataFrame, law: LawAsOf) -> pl.DataFrame:
    """Pick each row's own benefit out of those that were evaluated."""
    known = [code for code in LEVEL_OF if f"{code}.eligible" in evaluated.columns]

    def own(name: str) -> pl.Expr:
        found: pl.Expr = pl.lit(None)
        for code in known:
            mine = pl.col("benefit") == code
            found = pl.when(mine).then(pl.col(f"{code}.{name}")).otherwise(found)
        return found.alias(f"own.{name}")

    national = (
        pl.when(pl.col("benefit") == "social_pension")
        .then(counted_by_month(law.history(LEVEL_OF["social_pension"])))
        .otherwise(counted_by_month(law.history(LEVEL_OF["disability_allowance"])))
    )
    refused = ~pl.col("own.eligible").fill_null(value=True)
    none = pl.lit(0, dtype=pl.Int64)
    return evaluated.with_columns(*(own(name) for name in (*_OWN, "amount"))).with_columns(
        # A provincial level above the national one is what the coefficients scale there.
        pl.coalesce("own.standard", national).alias("standard"),
        pl.when(refused)
        .then(none)
        .otherwise(pl.col("own.coefficient").fill_null(0))
        .alias("law_coefficient"),
        pl.when(refused)
        .then(none)
        .otherwise(pl.col("own.amount").fill_null(0))
        .alias("law_amount"),
    )


def _explained(
    own: pl.DataFrame, law: LawAsOf, reader: Reader
) -> tuple[pl.DataFrame, Mapping[str, Mapping[str, Any]]]:
    """Name each row's set of outcomes; the explanation is made once per set, not per person."""
    names = [
        "benefit",
        "regime",
        *(name for name in own.columns if name.startswith("c.")),
        *(
            f"{benefit}.{name}"
            for benefit in LEVEL_OF
            for name in ("eligible", "provision", "excluded_by")
            if f"{benefit}.{name}" in own.columns
        ),
    ]
    sets = own.select(names).unique(maintain_order=True)
    bodies = [condition_set(row, law, row["benefit"], reader) for row in sets.to_dicts()]
    keys = [set_key(body) for body in bodies]
    named = sets.with_columns(pl.Series("explanation", keys, dtype=pl.String))
    keyed = own.join(named, on=names, how="left", nulls_equal=True)
    if not reader.may_know:
        told = pl.col("own.provision").is_in(sorted(sealed_codes(law)))
        keyed = keyed.with_columns(
            pl.when(told)
            .then(pl.lit(reader.code))
            .otherwise(pl.col("own.provision"))
            .alias("own.provision")
        )
    return keyed, dict(zip(keys, bodies, strict=True))


def _judged(people: pl.DataFrame, keyed: pl.DataFrame, law: LawAsOf) -> pl.DataFrame:
    """Decide per entitlement: does it follow the law, and what is its outcome?"""
    first = keyed.filter(pl.col("month") == pl.col("first")).select(
        "entitlement_id",
        "law_coefficient",
        "law_amount",
        pl.col("own.provision").alias("law_provision"),
        pl.col("standard").alias("first_standard"),
        "death_date",
        pl.col("birth_date").is_null().alias("birth_unknown"),
    )
    before = counting_month(law).first_day - timedelta(days=1)
    old_standard = pl.col("benefit").replace_strict(
        {benefit: law.value(code, before).value for benefit, code in LEVEL_OF.items()},
        return_dtype=pl.Int64,
    )
    listed, signed = pl.col("listed_amount"), pl.col("listed_coefficient")
    as_signed = (listed == scaled_amount(old_standard, signed)) | (
        listed == scaled_amount(pl.col("first_standard"), signed)
    )
    # A local benefit may be an amount of its own, without a coefficient.
    absolute = (pl.col("benefit") == "local_allowance") & (pl.col("law_amount") == listed)
    # Without a birth date nobody can say which rate the law gives.
    agrees = ((pl.col("law_coefficient") == signed) | absolute) & ~pl.col("birth_unknown")
    follows = agrees.fill_null(value=False)
    reason = pl.col("status_reason")
    return (
        people.join(first, on="entitlement_id", how="left")
        .with_columns(
            follows.alias("follows"),
            (as_signed | absolute).fill_null(value=False).alias("as_signed"),
            pl.col("law_coefficient").fill_null(0),
            (
                pl.col("death_date").dt.year() * 12
                + pl.col("death_date").dt.month().cast(pl.Int32)
                - 1
            ).alias("death_month"),
        )
        .with_columns(
            pl.col("law_amount").fill_null(0),
            pl.when(reason == "highest_only")
            .then(pl.lit("highest_only"))
            .when(pl.col("death_date").is_not_null())
            .then(pl.lit("deceased"))
            .when(~(pl.col("follows") & pl.col("as_signed")))
            .then(pl.lit("amount_differs"))
            .otherwise(pl.lit("new_level"))
            .alias("outcome"),
        )
    )


def _amounts(keyed: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Give the amount owed in each month; months that are owed nothing are left out."""
    verdict = judged.select("entitlement_id", "follows", "outcome", "death_month")
    coefficient = (
        pl.when(pl.col("follows"))
        .then(pl.col("law_coefficient"))
        .otherwise(pl.col("listed_coefficient"))
    )
    alive = (pl.col("month") <= pl.col("death_month")).fill_null(value=True)
    return (
        keyed.join(verdict, on="entitlement_id")
        .filter(alive & (pl.col("outcome") != "highest_only"))
        .with_columns(
            coefficient.alias("coefficient"),
            pl.when("follows")
            .then(pl.col("law_amount"))
            .when(pl.col("benefit") == "local_allowance")
            .then(pl.col("listed_amount"))
            .otherwise(scaled_amount(pl.col("standard"), coefficient))
            .alias("amount"),
            pl.when(pl.col("follows"))
            .then(pl.col("own.provision"))
            .otherwise(pl.col("stated_category"))
            .alias("provision"),
        )
        .filter(pl.col("amount") > 0)
        .sort("entitlement_id", "month")
    )


def _levels(months: pl.DataFrame, judged: pl.DataFrame, pay_month: Month) -> pl.DataFrame:
    """Join equal neighbouring months into levels; the last stays open for the living."""
    changed = pl.any_horizontal(
        *(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("entitlement_id", *_LEVEL)),
        (pl.col("month") - pl.col("month").shift(1)).fill_null(0) != 1,
    )
    joined = (
        months.with_columns(changed.cum_sum().alias("run"))
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("entitlement_id").first(),
            pl.col("month").min().alias("from_month"),
            pl.col("month").max().alias("last"),
            pl.col("death_month").first(),
            *(pl.col(name).first() for name in _LEVEL),
        )
        .select(
            "entitlement_id",
            "from_month",
            pl.when(pl.col("last") == pay_month.ordinal)
            .then(pl.col("death_month"))
            .otherwise(pl.col("last"))
            .alias("to_month"),
            *_LEVEL,
        )
    )
    kept = judged.filter(pl.col("paid_from") < pl.col("first")).select(
        "entitlement_id",
        pl.col("paid_from").alias("from_month"),
        (pl.col("first") - 1).alias("to_month"),
        pl.col("listed_amount").alias("amount"),
        pl.col("listed_coefficient").alias("coefficient"),
        pl.col("stated_category").alias("provision"),
    )
    return pl.concat([kept, joined]).sort("entitlement_id", "from_month")


def _facts(keyed: pl.DataFrame) -> pl.DataFrame:
    """Keep, as JSON, the values of the last month that the explanation shows."""
    names = [name for name in keyed.columns if name in FACTS and name != "month"]
    return (
        keyed.sort("entitlement_id", "month")
        .group_by("entitlement_id", maintain_order=True)
        .last()
        .select("entitlement_id", pl.struct(names).struct.json_encode().alias("facts"))
    )


def _reasons(keyed: pl.DataFrame) -> pl.DataFrame:
    return (
        keyed.sort("entitlement_id", "month")
        .group_by("entitlement_id", "explanation", maintain_order=True)
        .agg(pl.col("month").min().alias("from_month"))
    )


def _lines(judged: pl.DataFrame, months: pl.DataFrame, pay_month: Month) -> pl.DataFrame:
    owed = months.group_by("entitlement_id").agg(
        pl.col("amount").sum().alias("owed"),
        pl.col("amount").filter(pl.col("month") == pay_month.ordinal).sum().alias("pay_amount"),
        pl.col("amount").first().alias("first_amount"),
    )
    return judged.join(owed, on="entitlement_id", how="left").with_columns(
        pl.col("owed", "pay_amount", "first_amount").fill_null(0)
    )
