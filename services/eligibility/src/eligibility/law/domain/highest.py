"""Of several allowances the highest alone is payable; the poor single parent's may stand beside it.

Thuật ngữ: chỉ được hưởng một mức cao nhất. Căn cứ: khoản 2 Điều 6, khoản 5 Điều 25 Nghị định
20/2021/NĐ-CP; khoản 1 Điều 3 Nghị định 176/2025/NĐ-CP; khoản 2 Điều 6, khoản 1 Điều 31 Nghị định
335/2026/NĐ-CP.

Each benefit gets a score: its amount, with what would be paid beside it. A score that may be
(`_may`) counts what is unknown, a sure score (`_sure`) does not. Who has the greatest score of all
is paid; who is below a sure score is set aside; between the two the answer hangs on a missing fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from eligibility.law.domain.benefits import (
    APART,
    BESIDE_SINGLE_PARENT,
    FACILITY,
    ORDER,
    SINGLE_PARENT,
    is_beside_single_parent,
)
from eligibility.law.domain.conditions import Benefit, any_of

BENEFITS = pl.Enum(ORDER)
_PLACES = len(ORDER)
_REPLACES_ALL = 10**12
_NOTHING = pl.lit(0, dtype=pl.Int64)


def highest_only_stages(benefits: Sequence[Benefit]) -> tuple[tuple[pl.Expr, ...], ...]:
    """Give the stages that add `<benefit>.payable`, `.excluded_by` and `total`."""
    merged = [benefit for benefit in benefits if benefit.code not in APART]
    alone = [benefit for benefit in benefits if benefit.code in APART]
    if len(merged) <= 1:
        paid = tuple(outcome for benefit in benefits for outcome in _paid_alone(benefit))
        return (*((paid,) if paid else ()), (_total(benefits),))
    single = any(benefit.code == SINGLE_PARENT for benefit in benefits)
    beside = frozenset(benefit.code for benefit in benefits if single and _has_beside(benefit))
    return (
        *((_single_parent(benefits),) if beside else ()),
        tuple(score for benefit in merged for score in _scores(benefit, beside)),
        (
            pl.max_horizontal(*(f"_may.{item.code}" for item in merged)).alias("_top_may"),
            pl.max_horizontal(*(f"_sure.{item.code}" for item in merged)).alias("_top_sure"),
        ),
        (_holder(merged), *(_winners(merged, beside) if single else ())),
        (
            *(outcome for benefit in merged for outcome in _outcome(benefit)),
            *(outcome for benefit in alone for outcome in _paid_alone(benefit)),
        ),
        (_total(benefits),),
    )


def _total(benefits: Sequence[Benefit]) -> pl.Expr:
    if not benefits:
        return _NOTHING.alias("total")
    return pl.sum_horizontal(*(f"{item.code}.payable" for item in benefits)).alias("total")


def _single_parent(benefits: Sequence[Benefit]) -> tuple[pl.Expr, ...]:
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


def _scores(benefit: Benefit, beside_codes: frozenset[str]) -> tuple[pl.Expr, pl.Expr]:
    code = benefit.code
    tie = _PLACES - 1 - ORDER.index(code)
    own, may, sure = pl.col(f"{code}.amount"), _NOTHING, _NOTHING
    if code == FACILITY:
        may = sure = pl.lit(_REPLACES_ALL, dtype=pl.Int64)
    elif code in beside_codes:
        beside = pl.col(f"_beside.{code}")
        may = pl.when(beside).then(pl.col(f"{SINGLE_PARENT}.amount")).otherwise(_NOTHING)
        sure = pl.when(beside).then(pl.col("_beside_sure")).otherwise(_NOTHING)
    eligible = pl.col(f"{code}.eligible").fill_null(value=False)
    return (
        pl.when(own > 0)
        .then((own + may) * _PLACES + tie)
        .otherwise(_NOTHING)
        .alias(f"_may.{code}"),
        pl.when(eligible & (own > 0))
        .then((own + sure) * _PLACES + tie)
        .otherwise(_NOTHING)
        .alias(f"_sure.{code}"),
    )


def _holder(merged: Sequence[Benefit]) -> pl.Expr:
    """Name who holds the greatest sure score."""
    chosen = pl.lit(None, dtype=BENEFITS)
    for benefit in merged:
        holds = pl.col(f"_sure.{benefit.code}") == pl.col("_top_sure")
        chosen = pl.when(holds).then(pl.lit(benefit.code, dtype=BENEFITS)).otherwise(chosen)
    return chosen.alias("_holder")


def _winners(merged: Sequence[Benefit], beside_codes: frozenset[str]) -> tuple[pl.Expr, ...]:
    """Tell whether an allowance that 5.4 stands beside wins: for sure, and perhaps."""
    sure, may = [], []
    for benefit in merged:
        code = benefit.code
        if code not in beside_codes:
            continue
        beside = pl.col(f"_beside.{code}")
        wins = beside & (pl.col(f"_may.{code}") == pl.col("_top_may"))
        sure.append(wins & pl.col(f"{code}.eligible").fill_null(value=False))
        may.append(beside & (pl.col(f"_may.{code}") >= pl.col("_top_sure")))
    never = pl.lit(value=False)
    return (
        (any_of(sure) if sure else never).alias("_beside_wins"),
        (any_of(may) if may else never).alias("_beside_may_win"),
    )


def _outcome(benefit: Benefit) -> tuple[pl.Expr, pl.Expr]:
    code = benefit.code
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


def _paid_alone(benefit: Benefit) -> tuple[pl.Expr, pl.Expr]:
    code = benefit.code
    own, eligible = pl.col(f"{code}.amount"), pl.col(f"{code}.eligible")
    payable = pl.when(eligible.is_null()).then(pl.lit(None, dtype=pl.Int64)).otherwise(own)
    return (
        payable.alias(f"{code}.payable"),
        pl.lit(None, dtype=BENEFITS).alias(f"{code}.excluded_by"),
    )


def received_beside(row: Mapping[str, Any], benefit: str, other: str) -> bool:
    """Tell whether two benefits may be received together.

    Care support and the disabled parent's support are never merged; 5.4 stands beside 5.5, 5.6, 5.8.
    """
    if {benefit, other} & set(APART):
        return True
    if SINGLE_PARENT not in {benefit, other}:
        return False
    allowance = other if benefit == SINGLE_PARENT else benefit
    return str(row.get(f"{allowance}.provision") or "").startswith(BESIDE_SINGLE_PARENT)
