"""The one evaluator: a frame of facts in, awards with their reasons out.

One row is one person and one month; a single person and a province take the same path.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain import ages
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.children_counted import count_children, without_children
from eligibility.law.domain.decree_20_2021.children import parent_codes
from eligibility.law.domain.facts import FACTS, with_all_facts
from eligibility.law.domain.features import features_of
from eligibility.law.domain.highest import BENEFITS
from eligibility.law.domain.law import LawAsOf, LawPeriodUnsupported
from eligibility.law.domain.levels import LOCAL_AMOUNT, Span, level_columns, span_of
from eligibility.law.domain.lost_rights import (
    LOST_ON,
    STATE_UNTIL,
    has_earlier_states,
    with_lost_rights,
)
from eligibility.law.domain.plan import Plan, gap_month, plan_of, provision_codes, regimes
from eligibility.law.domain.recipe import recipe_of, scaled_amount

__all__ = ["FACTS", "Plan", "award_columns", "evaluate", "month_of", "plan_of", "scaled_amount"]

_PLAIN = pl.QueryOptFlags.none()
_EVENT = tuple(ages.event_columns())
_KEYS = tuple(ages.event_keys())
_PARENTS = tuple(parent_codes())
_AWARD: dict[str, pl.DataType] = {
    "eligible": pl.Boolean(),
    "provision": pl.String(),
    "coefficient": pl.Int64(),
    "standard": pl.Int64(),
    "amount": pl.Int64(),
    "payable": pl.Int64(),
    "excluded_by": pl.String(),
    LOST_ON: pl.Date(),
}


def evaluate(frame: pl.DataFrame, law: LawAsOf, *, as_text: bool = True) -> pl.DataFrame:
    """Evaluate each row; the order of the rows is kept and means nothing.

    Added columns: `regime`; per condition of any regime `c.<code>` (true, false, null = unknown, or
    not asked in the row's regime); per benefit of `ORDER` its `award_columns`; `total` (đồng).
    `payable` is null while it hangs on a missing fact.

    Args:
        frame: columns `FACTS`; absent ones count as null, others pass through. Rows with a
            `state_until` are earlier states of their month (see `lost_rights`); they are not given.
        law: the law as it stands on the day of the decision.
        as_text: write `provision` and `excluded_by` as text; False keeps them as enumerations.

    Raises:
        LawPeriodUnsupported: a month lies before the known period.
    """
    known = with_all_facts(frame)
    if not frame.height:
        return _empty(known, law, as_text=as_text)
    span = span_of(known, law)
    first = law.law.first_month
    if span.first < first.ordinal:
        raise LawPeriodUnsupported(f"Hệ thống tính được từ tháng {first.display()}.")
    columns = tuple(name for name in known.columns if name != STATE_UNTIL)
    shown = _shown(columns, law, as_text=as_text)
    alone = _only_regime(law, span)
    if alone is not None:
        return _apply(known, law, alone, span, shown)
    numbered = ["_row", *shown]
    found = [_apply(part, law, code, span, numbered) for code, part in _split(known, law, span)]
    return pl.concat(found).sort("_row").drop("_row")


def award_columns(benefit: str) -> tuple[str, ...]:
    """Name the columns that describe a benefit in a row."""
    return tuple(f"{benefit}.{name}" for name in _AWARD)


def month_of(ordinal: int) -> Month:
    """Give the month of an ordinal."""
    return Month(ordinal // 12, ordinal % 12 + 1)


def _only_regime(law: LawAsOf, span: Span) -> str | None:
    """Give the regime of all rows, when the months alone tell."""
    known = regimes(law)
    first, last = (_regime_on(known, month) for month in (span.first, span.last))
    return first if first == last and gap_month(law, first) != span.first else None


def _regime_on(known: Sequence[tuple[str, date]], month: int) -> str:
    end = month_of(month).last_day
    return next(code for code, start in reversed(known) if start <= end)


def _split(known: pl.DataFrame, law: LawAsOf, span: Span) -> list[tuple[str, pl.DataFrame]]:
    """Split by regime: the day of the event selects it."""
    numbered = (
        known.with_row_index("_row")
        .with_columns(ages.month_columns(span.first, span.last))
        .with_columns(_EVENT)
    )
    days = [*regimes(law), ("", date.max)]
    found: list[tuple[str, pl.DataFrame]] = []
    for (code, start), (_, end) in pairwise(days):
        within = (pl.col("_event") >= pl.lit(start)) & (pl.col("_event") < pl.lit(end))
        part = numbered.filter(within).drop("_previous", "_first", "_last", "_month_key")
        part = part.drop("_signed_in_month", "_event")
        if part.height:
            found.append((code, part))
    return found


def _apply(
    part: pl.DataFrame, law: LawAsOf, code: str, span: Span, shown: Sequence[pl.Expr | str]
) -> pl.DataFrame:
    shared = gap_month(law, code)
    gap = shared is not None and span.first <= shared and bool((part["month"] == shared).any())
    plan = plan_of(law, code, gap=gap)
    levels, floors = level_columns(law, span)
    features = features_of(part, _ages_asked(plan), (span.first, span.last))
    if LOCAL_AMOUNT in levels[1]:
        features |= {"local"}
    recipe = recipe_of(plan, features, condition_columns(law))
    lazy = (
        part.lazy()
        .with_columns(*ages.month_columns(span.first, span.last), *levels[0], _born(part, plan))
        .with_columns(
            *_EVENT,
            *levels[1].values(),
            *ages.birth_keys(pl.col("_birth"), plan.rules.switches["leap_birthday"]),
            *(_PARENTS if "parents" in features else ()),
            pl.lit(code).alias("regime"),
        )
        .with_columns(*_KEYS)
    )
    if "children" in features:
        prepared = lazy.collect(optimizations=_PLAIN)
        lazy = count_children(prepared, plan.rules).lazy()
    else:
        lazy = lazy.with_columns(*without_children())
    for stage in recipe.stages:
        lazy = lazy.with_columns(*stage)
    raised = [_floor(name) for name in floors if name in recipe.live]
    if raised:
        lazy = lazy.with_columns(*raised)
    if has_earlier_states(part):
        live = [item for item in plan.benefits if item.code in recipe.live]
        evaluated = lazy.collect(optimizations=_PLAIN)
        month_after = plan.rules.ages.month_after
        lazy = with_lost_rights(evaluated, live, month_after=month_after).lazy()
    lost_on = [pl.lit(None, dtype=pl.Date).alias(f"{code}.{LOST_ON}") for code in ORDER]
    known = set(lazy.collect_schema().names())
    lazy = lazy.with_columns(*(item for item in lost_on if item.meta.output_name() not in known))
    for stage in recipe.last:
        lazy = lazy.with_columns(*stage)
    return lazy.with_columns(*recipe.constants).select(*shown).collect(optimizations=_PLAIN)


def _ages_asked(plan: Plan) -> frozenset[int]:
    return frozenset(plan.rules.numbers.values())


def _floor(benefit: str) -> pl.Expr:
    own = pl.col(f"{benefit}.amount")
    higher = pl.max_horizontal(own, f"_floor.{benefit}")
    return pl.when(own > 0).then(higher).otherwise(own).alias(f"{benefit}.amount")


def _born(part: pl.DataFrame, plan: Plan) -> pl.Expr:
    """Give the birth date; completed only where some are known in part."""
    if not (part["birth_precision"] != "day").any():
        return pl.col("birth_date").alias("_birth")
    return ages.whole_birth_date(plan.rules.switches["partial_birth_date"]).alias("_birth")


def condition_columns(law: LawAsOf) -> tuple[str, ...]:
    """Name the columns of every condition of every regime that the law knows."""
    found: tuple[str, ...] | None = law.plans.get("conditions")
    if found is None:
        names = {
            item.column: None for code, _ in regimes(law) for item in plan_of(law, code).conditions
        }
        found = law.plans["conditions"] = tuple(names)
    return found


def _shown(known: tuple[str, ...], law: LawAsOf, *, as_text: bool) -> list[pl.Expr | str]:
    """Give the columns of the answer, in one order."""
    key = ("shown", known, as_text)
    found: list[pl.Expr | str] | None = law.plans.get(key)
    if found is None:
        coded = (".provision", ".excluded_by") if as_text else ()
        awards = [name for code in ORDER for name in award_columns(code)]
        found = law.plans[key] = [
            *(pl.col(name) for name in (*known, "regime", *condition_columns(law))),
            *(
                pl.col(name).cast(pl.String) if name.endswith(coded) else pl.col(name)
                for name in awards
            ),
            pl.col("total"),
        ]
    return found


def _empty(known: pl.DataFrame, law: LawAsOf, *, as_text: bool) -> pl.DataFrame:
    kinds = {"provision": provision_codes(law), "excluded_by": BENEFITS}
    return known.with_columns(
        pl.lit(None, dtype=pl.String).alias("regime"),
        *(pl.lit(None, dtype=pl.Boolean).alias(name) for name in condition_columns(law)),
        *(
            pl.lit(None, dtype=kind if as_text else kinds.get(name, kind)).alias(f"{code}.{name}")
            for code in ORDER
            for name, kind in _AWARD.items()
        ),
        pl.lit(None, dtype=pl.Int64).alias("total"),
    )
