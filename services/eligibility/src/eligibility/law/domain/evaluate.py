"""The one evaluator: a frame of facts in, awards with their reasons out.

One row is one person and one month; a single person and a province take the same path.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain import ages
from eligibility.law.domain.benefits import ORDER
from eligibility.law.domain.children_counted import count_children
from eligibility.law.domain.facts import FACTS, with_all_facts
from eligibility.law.domain.highest import BENEFITS
from eligibility.law.domain.law import LawAsOf, LawPeriodUnsupported
from eligibility.law.domain.levels import Span, level_columns, span_of
from eligibility.law.domain.plan import (
    Plan,
    Stage,
    gap_month,
    plan_of,
    provision_codes,
    regimes,
    scaled_amount,
)

__all__ = [
    "FACTS",
    "Plan",
    "award_columns",
    "evaluate",
    "month_of",
    "plan_of",
    "scaled_amount",
]

_PLAIN = pl.QueryOptFlags.none()
_AWARD: dict[str, pl.DataType] = {
    "eligible": pl.Boolean(),
    "provision": pl.String(),
    "coefficient": pl.Int64(),
    "standard": pl.Int64(),
    "amount": pl.Int64(),
    "payable": pl.Int64(),
    "excluded_by": pl.String(),
}


def evaluate(frame: pl.DataFrame, law: LawAsOf, *, as_text: bool = True) -> pl.DataFrame:
    """Evaluate each row; the order of the rows is kept and means nothing.

    Added columns: `regime`; per condition of any regime `c.<code>` (true, false, null = unknown, or
    not asked in the row's regime); per benefit of `ORDER` its `award_columns`; `total` (đồng).
    `payable` is null while it hangs on a missing fact.

    Args:
        frame: columns `FACTS`; absent ones count as null, others pass through.
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
    dated = known.with_columns(ages.month_columns(span.first, span.last))
    dated = dated.with_columns(ages.event_columns())
    parts = _parts(dated, law, span)
    if len(parts) == 1:
        code, part = parts[0]
        return _apply(part, law, code, span).select(_shown(known, law, as_text=as_text))
    shown = _shown(known, law, as_text=as_text)
    found = [
        _apply(part, law, code, span).select("_row", *shown) for code, part in parts if part.height
    ]
    return pl.concat(found).sort("_row").drop("_row")


def award_columns(benefit: str) -> tuple[str, ...]:
    """Name the columns that describe a benefit in a row."""
    return tuple(f"{benefit}.{name}" for name in _AWARD)


def month_of(ordinal: int) -> Month:
    """Give the month of an ordinal."""
    return Month(ordinal // 12, ordinal % 12 + 1)


def _parts(dated: pl.DataFrame, law: LawAsOf, span: Span) -> list[tuple[str, pl.DataFrame]]:
    """Split by regime: the day of the event selects it; mostly there is one."""
    known = regimes(law)
    if gap_month(law, _regime_on(known, span.last)) == span.last == span.first:
        return _split(dated, known)
    if _regime_on(known, span.first) == _regime_on(known, span.last):
        code = _regime_on(known, span.last)
        if gap_month(law, code) != span.first:
            return [(code, dated)]
    return _split(dated, known)


def _regime_on(known: Sequence[tuple[str, object]], month: int) -> str:
    end = month_of(month).last_day
    return [code for code, start in known if start <= end][-1]  # type: ignore[operator]  # dates


def _split(
    dated: pl.DataFrame, known: Sequence[tuple[str, object]]
) -> list[tuple[str, pl.DataFrame]]:
    numbered = dated.with_row_index("_row")
    event = pl.col("_event")
    found: list[tuple[str, pl.DataFrame]] = []
    for place, (code, start) in enumerate(known):
        within = event >= pl.lit(start)
        if place == 0:
            within = pl.lit(value=True)
        if place + 1 < len(known):
            within &= event < pl.lit(known[place + 1][1])
        part = numbered.filter(within)
        if part.height:
            found.append((code, part))
    return found


def _apply(part: pl.DataFrame, law: LawAsOf, code: str, span: Span) -> pl.DataFrame:
    shared = gap_month(law, code)
    gap = shared is not None and bool((part["month"] == shared).any())
    plan = plan_of(law, code, gap=gap)
    levels = level_columns(law, span)
    floors = [str(name) for name in _names(levels) if name.startswith("_floor.")]
    prepared = (
        part.lazy()
        .with_columns(*levels[0], *ages.event_keys(), _born(part, plan))
        .with_columns(
            *levels[1],
            *ages.birth_keys(pl.col("_birth"), plan.rules.switches["leap_birthday"]),
            pl.lit(code).alias("regime"),
        )
        .collect(optimizations=_PLAIN)
    )
    lazy = count_children(prepared, plan.rules).lazy()
    for stage in plan.stages:
        lazy = lazy.with_columns(*stage)
    if floors:
        lazy = lazy.with_columns(*(_floor(name.removeprefix("_floor.")) for name in floors))
    for stage in plan.last:
        lazy = lazy.with_columns(*stage)
    return lazy.with_columns(_absent(plan, law)).collect(optimizations=_PLAIN)


def _names(stages: Sequence[Sequence[pl.Expr]]) -> list[str]:
    return [expression.meta.output_name() for stage in stages for expression in stage]


def _floor(benefit: str) -> pl.Expr:
    own = pl.col(f"{benefit}.amount")
    higher = pl.max_horizontal(own, f"_floor.{benefit}")
    return pl.when(own > 0).then(higher).otherwise(own).alias(f"{benefit}.amount")


def _born(part: pl.DataFrame, plan: Plan) -> pl.Expr:
    """Give the birth date; completed only where some are known in part."""
    partial = (part["birth_precision"] != "day").any()
    if not partial:
        return pl.col("birth_date").alias("_birth")
    return ages.whole_birth_date(plan.rules.switches["partial_birth_date"]).alias("_birth")


def _absent(plan: Plan, law: LawAsOf) -> Stage:
    """Give what the row's regime has no rule for, so that every row has the same columns."""
    own = {item.column for item in plan.conditions}
    asked = [
        pl.lit(None, dtype=pl.Boolean).alias(name)
        for name in condition_columns(law)
        if name not in own
    ]
    benefits = {benefit.code for benefit in plan.benefits}
    for code in ORDER:
        if code in benefits:
            continue
        asked += [
            pl.lit(value=False).alias(f"{code}.eligible"),
            pl.lit(None, dtype=provision_codes(law)).alias(f"{code}.provision"),
            *(
                pl.lit(0, dtype=pl.Int64).alias(f"{code}.{name}")
                for name in ("coefficient", "standard", "amount", "payable")
            ),
            pl.lit(None, dtype=BENEFITS).alias(f"{code}.excluded_by"),
        ]
    return tuple(asked)


def condition_columns(law: LawAsOf) -> tuple[str, ...]:
    """Name the columns of every condition of every regime that the law knows."""
    found: tuple[str, ...] | None = law.plans.get("conditions")
    if found is None:
        names = {
            item.column: None for code, _ in regimes(law) for item in plan_of(law, code).conditions
        }
        found = law.plans["conditions"] = tuple(names)
    return found


def _shown(known: pl.DataFrame, law: LawAsOf, *, as_text: bool) -> list[pl.Expr]:
    """Give the columns of the answer, in one order."""
    awards = [name for code in ORDER for name in award_columns(code)]
    coded = (".provision", ".excluded_by") if as_text else ()
    return [
        *(pl.col(name) for name in known.columns),
        pl.col("regime"),
        *(pl.col(name) for name in condition_columns(law)),
        *(
            pl.col(name).cast(pl.String) if name.endswith(coded) else pl.col(name)
            for name in awards
        ),
        pl.col("total"),
    ]


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
