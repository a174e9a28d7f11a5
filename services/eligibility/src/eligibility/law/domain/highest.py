"""Of several allowances the highest alone is payable; the poor single parent's may stand beside it.

Thuật ngữ: chỉ được hưởng một mức cao nhất. Căn cứ: khoản 2 Điều 6, khoản 5 Điều 25 Nghị định
20/2021/NĐ-CP; khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP; khoản 2 Điều 6, khoản 1 Điều 31 Nghị định
335/2026/NĐ-CP.

Each benefit gets a score: its amount, with what would be paid beside it. A score that may be
(`_may`) counts what is unknown, a sure score (`_sure`) does not. Who has the greatest score of all
is paid; who is below a sure score is set aside; between the two the answer hangs on a missing fact.

The same rule answers in two shapes: `highest_only_stages` for evaluated rows (a column per benefit),
`highest_of` for what people receive or may receive (a row per benefit).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from eligibility.law.domain.benefits import (
    APART,
    BESIDE_SINGLE_PARENT,
    FIRST,
    ORDER,
    SINGLE_PARENT,
    is_beside_single_parent,
)
from eligibility.law.domain.conditions import Benefit, any_of

BENEFITS = pl.Enum(ORDER)
_PLACES = len(ORDER)
_REPLACES_ALL = 10**12
_NOTHING = pl.lit(0, dtype=pl.Int64)
_FALSE = pl.lit(value=False)
_NEUTRAL_CODE = "^[A-Z0-9]{6}$"


def highest_only_stages(benefits: Sequence[Benefit]) -> tuple[tuple[pl.Expr, ...], ...]:
    """Give the stages that add `<benefit>.payable`, `.excluded_by` and `total`."""
    codes = tuple(benefit.code for benefit in benefits)
    single = SINGLE_PARENT in codes
    beside = frozenset(item.code for item in benefits if single and _has_beside(item))
    return (
        *((_beside_of_provisions(benefits),) if beside else ()),
        *_paid_stages(codes, beside),
        (_total(codes),),
    )


def highest_of(items: pl.DataFrame) -> pl.DataFrame:
    """Decide which of each person's benefits is paid.

    Args:
        items: `person_id`, `benefit` (each once per person), `amount` (đồng a month, known),
            `beside` (its group is paid beside 5.4, see `stands_beside`); other columns pass through.
            `received`, where present: of equal amounts what is received goes before the rest.

    Returns:
        The same rows in the same order with `paid` and `excluded_by` (the benefit it gives way to).
    """
    named = set(items["benefit"].unique())
    codes = tuple(code for code in ORDER if code in named)
    if not codes:
        none = (pl.lit(None, dtype=pl.Boolean), pl.lit(None, dtype=pl.String))
        return items.with_columns(none[0].alias("paid"), none[1].alias("excluded_by"))
    received, single = "received" in items.columns, SINGLE_PARENT in codes
    wide = items.group_by("person_id").agg(
        expression
        for code in codes
        for mine in (pl.col("benefit") == code,)
        for expression in (
            pl.col("amount").filter(mine).max().fill_null(0).alias(f"{code}.amount"),
            mine.any().alias(f"{code}.eligible"),
            pl.col("beside").filter(mine).any().fill_null(value=False).alias(f"_beside.{code}"),
            (pl.col("received").filter(mine).any() if received else _FALSE)
            .fill_null(value=False)
            .alias(f"_received.{code}"),
        )
    )
    beside = frozenset(codes).difference((SINGLE_PARENT, *FIRST, *APART)) if single else frozenset()
    if beside:
        wide = wide.with_columns(pl.col(f"{SINGLE_PARENT}.amount").alias("_beside_sure"))
    for stage in _paid_stages(codes, beside, received=received):
        wide = wide.with_columns(*stage)
    answers = [
        wide.select(
            "person_id",
            pl.lit(code).alias("benefit"),
            (pl.col(f"{code}.payable") > 0).alias("paid"),
            pl.col(f"{code}.excluded_by").cast(pl.String).alias("excluded_by"),
        )
        for code in codes
    ]
    return items.join(
        pl.concat(answers), on=["person_id", "benefit"], how="left", maintain_order="left"
    )


def stands_beside(group: pl.Expr) -> pl.Expr:
    """Tell whether a group or provision is paid beside the single parent's (5.4).

    The neutral code of a sealed group does: the sealed group that 5.4 excludes is of children.
    """
    known = pl.any_horizontal(group.str.starts_with(code) for code in BESIDE_SINGLE_PARENT)
    return (known | group.str.contains(_NEUTRAL_CODE)).fill_null(value=False)


def _paid_stages(
    codes: Sequence[str], beside: Collection[str], *, received: bool = False
) -> tuple[tuple[pl.Expr, ...], ...]:
    """Give the stages from `<benefit>.amount`, `.eligible` to `.payable`, `.excluded_by`.

    Args:
        codes: the benefits of the frame.
        beside: those of which some may be paid beside 5.4; each has `_beside.<benefit>`, and the
            frame `_beside_sure`, the amount of 5.4 that is certain.
        received: each benefit has `_received.<benefit>`.
    """
    merged = [code for code in codes if code not in APART]
    alone = [code for code in codes if code in APART]
    if len(merged) <= 1:
        paid = tuple(outcome for code in codes for outcome in _paid_alone(code))
        return (paid,) if paid else ()
    single = SINGLE_PARENT in merged
    return (
        tuple(score for code in merged for score in _scores(code, beside, received=received)),
        (
            pl.max_horizontal(*(f"_may.{code}" for code in merged)).alias("_top_may"),
            pl.max_horizontal(*(f"_sure.{code}" for code in merged)).alias("_top_sure"),
        ),
        (_holder(merged), *(_winners(merged, beside) if single else ())),
        (
            *(outcome for code in merged for outcome in _outcome(code)),
            *(outcome for code in alone for outcome in _paid_alone(code)),
        ),
    )


def _total(codes: Sequence[str]) -> pl.Expr:
    if not codes:
        return _NOTHING.alias("total")
    return pl.sum_horizontal(*(f"{code}.payable" for code in codes)).alias("total")


def _beside_of_provisions(benefits: Sequence[Benefit]) -> tuple[pl.Expr, ...]:
    """Give per benefit whether the row's provision is paid beside 5.4, and the sure 5.4 amount."""
    sure = pl.col(f"{SINGLE_PARENT}.eligible").fill_null(value=False)
    found = [
        pl.when(sure)
        .then(pl.col(f"{SINGLE_PARENT}.amount"))
        .otherwise(_NOTHING)
        .alias("_beside_sure")
    ]
    for benefit in benefits:
        beside = [item.code for item in benefit.provisions if is_beside_single_parent(item)]
        if not beside:
            continue
        outcome = pl.col(f"_code.{benefit.code}") > 0
        if len(beside) < len(benefit.provisions):
            outcome = pl.col(f"_beside_code.{benefit.code}")
        found.append(outcome.alias(f"_beside.{benefit.code}"))
    return tuple(found)


def _has_beside(benefit: Benefit) -> bool:
    return any(is_beside_single_parent(item) for item in benefit.provisions)


def _scores(code: str, beside_codes: Collection[str], *, received: bool) -> tuple[pl.Expr, pl.Expr]:
    tie: pl.Expr = pl.lit(_PLACES - 1 - ORDER.index(code), dtype=pl.Int64)
    if received:
        tie += pl.when(pl.col(f"_received.{code}")).then(_PLACES).otherwise(0)
    own, may, sure = pl.col(f"{code}.amount"), _NOTHING, _NOTHING
    if code in FIRST:
        may = sure = pl.lit(_REPLACES_ALL, dtype=pl.Int64)
    elif code in beside_codes:
        beside = pl.col(f"_beside.{code}")
        may = pl.when(beside).then(pl.col(f"{SINGLE_PARENT}.amount")).otherwise(_NOTHING)
        sure = pl.when(beside).then(pl.col("_beside_sure")).otherwise(_NOTHING)
    eligible = pl.col(f"{code}.eligible").fill_null(value=False)
    return (
        pl.when(own > 0)
        .then((own + may) * (2 * _PLACES) + tie)
        .otherwise(_NOTHING)
        .alias(f"_may.{code}"),
        pl.when(eligible & (own > 0))
        .then((own + sure) * (2 * _PLACES) + tie)
        .otherwise(_NOTHING)
        .alias(f"_sure.{code}"),
    )


def _holder(merged: Sequence[str]) -> pl.Expr:
    """Name who holds the greatest sure score."""
    chosen = pl.lit(None, dtype=BENEFITS)
    for code in merged:
        holds = pl.col(f"_sure.{code}") == pl.col("_top_sure")
        chosen = pl.when(holds).then(pl.lit(code, dtype=BENEFITS)).otherwise(chosen)
    return chosen.alias("_holder")


def _winners(merged: Sequence[str], beside_codes: Collection[str]) -> tuple[pl.Expr, ...]:
    """Tell whether an allowance that 5.4 stands beside wins: for sure, and perhaps."""
    sure, may = [], []
    for code in merged:
        if code not in beside_codes:
            continue
        beside = pl.col(f"_beside.{code}")
        wins = beside & (pl.col(f"_may.{code}") == pl.col("_top_may"))
        sure.append(wins & pl.col(f"{code}.eligible").fill_null(value=False))
        may.append(beside & (pl.col(f"_may.{code}") >= pl.col("_top_sure")))
    return (
        (any_of(sure) if sure else _FALSE).alias("_beside_wins"),
        (any_of(may) if may else _FALSE).alias("_beside_may_win"),
    )


def _outcome(code: str) -> tuple[pl.Expr, pl.Expr]:
    own, eligible = pl.col(f"{code}.amount"), pl.col(f"{code}.eligible")
    may = pl.col(f"_may.{code}")
    set_aside = may < pl.col("_top_sure")
    wins = eligible & (may == pl.col("_top_may"))
    unknown = pl.lit(None, dtype=pl.Int64)
    if code == SINGLE_PARENT:
        wins |= eligible & pl.col("_beside_wins")
        set_aside &= ~pl.col("_beside_may_win")
    payable = pl.when(set_aside | (own == 0)).then(_NOTHING).when(wins).then(own).otherwise(unknown)
    excluded = eligible.fill_null(value=False) & set_aside & (own > 0)
    return (
        payable.alias(f"{code}.payable"),
        pl.when(excluded).then(pl.col("_holder")).alias(f"{code}.excluded_by"),
    )


def _paid_alone(code: str) -> tuple[pl.Expr, pl.Expr]:
    own, eligible = pl.col(f"{code}.amount"), pl.col(f"{code}.eligible")
    payable = pl.when(eligible.is_null()).then(pl.lit(None, dtype=pl.Int64)).otherwise(own)
    return (
        payable.alias(f"{code}.payable"),
        pl.lit(None, dtype=BENEFITS).alias(f"{code}.excluded_by"),
    )
