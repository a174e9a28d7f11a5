"""From a plan to expressions: conditions, ways, provision, amount, for frames of some features.

What a frame does not have at all (see `features`) is left out: the rest of the plan alone runs, and
the columns that cannot vary are constants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from eligibility.law.domain.benefits import LOCAL, ORDER, is_beside_single_parent
from eligibility.law.domain.common_conditions import Regime
from eligibility.law.domain.conditions import Benefit, Condition, Provision, all_of, any_of
from eligibility.law.domain.highest import BENEFITS, highest_only_stages
from eligibility.law.domain.parameters import SCALE
from eligibility.law.domain.plan import Plan

Stage = tuple[pl.Expr, ...]
_TRUE = pl.lit(value=True)
_ZERO = pl.lit(0, dtype=pl.Int64)
_KEPT = 300
"""So many recipes are kept with one plan."""


@dataclass(frozen=True)
class Recipe:
    """The stages that run for a frame. `last` come after the amounts; `constants` last of all."""

    stages: tuple[Stage, ...]
    last: tuple[Stage, ...]
    constants: Stage
    live: frozenset[str]
    """Benefits that somebody in the frame may have."""


def recipe_of(plan: Plan, features: frozenset[str], columns: Sequence[str]) -> Recipe:
    """Give the recipe of a plan for frames with some features, built when first asked for.

    Args:
        plan: the plan of the rows' regime.
        features: what the frame has.
        columns: condition columns of every regime, so that all rows have the same.
    """
    found: Recipe | None = plan.recipes.get(features)
    if found is None:
        if len(plan.recipes) >= _KEPT:
            plan.recipes.clear()
        found = plan.recipes[features] = _build(plan, features, columns)
    return found


def _build(plan: Plan, features: frozenset[str], columns: Sequence[str]) -> Recipe:
    fixed = {
        item.code: item.otherwise
        for item in plan.conditions
        if item.hangs_on and not features.intersection(item.hangs_on)
    }
    live = tuple(found for item in plan.benefits if (found := _live(item, fixed)) is not None)
    shown = {
        part.code: part
        for item in plan.conditions
        if item.code not in fixed
        for part in _with_needed(item, fixed)
    }
    return Recipe(
        stages=(
            *_condition_stages(shown, fixed),
            tuple(expression for benefit in live for expression in _ways(benefit)),
            tuple(_place(benefit, plan.codes).alias(f"_code.{benefit.code}") for benefit in live),
            tuple(expression for benefit in live for expression in _award(benefit, plan.codes)),
            tuple(_amount(benefit, plan.rules) for benefit in live),
        ),
        last=highest_only_stages(live),
        constants=_constants(plan, live, fixed, columns, set(shown)),
        live=frozenset(benefit.code for benefit in live),
    )


def _live(benefit: Benefit, fixed: Mapping[str, bool]) -> Benefit | None:
    """Keep the ways that may lead into a benefit, without the conditions that always hold."""
    provisions = [
        _without(provision, fixed)
        for provision in benefit.provisions
        if all(fixed.get(item.code, True) for item in provision.conditions)
    ]
    if not provisions:
        return None
    common = tuple(item for item in benefit.common if item.code not in fixed)
    return replace(benefit, provisions=tuple(provisions), common=common)


def _without(provision: Provision, fixed: Mapping[str, bool]) -> Provision:
    kept = tuple(item for item in provision.conditions if item.code not in fixed)
    return replace(provision, conditions=kept)


def _with_needed(condition: Condition, fixed: Mapping[str, bool]) -> list[Condition]:
    """Give a condition and the parts that its outcome reads, fixed ones included."""
    found = [condition]
    if condition.code not in fixed:
        for part in condition.parts:
            found += _with_needed(part, fixed)
    return found


def _condition_stages(
    conditions: Mapping[str, Condition], fixed: Mapping[str, bool]
) -> tuple[Stage, ...]:
    def outcome(item: Condition) -> pl.Expr:
        known = fixed.get(item.code)
        return item.outcome if known is None else pl.lit(known)

    def depth(item: Condition) -> int:
        return 0 if item.code in fixed else item.depth

    depths = sorted({depth(item) for item in conditions.values()})
    return tuple(
        tuple(
            outcome(item).alias(item.column) for item in conditions.values() if depth(item) == deep
        )
        for deep in depths
    )


def _ways(benefit: Benefit) -> Stage:
    """Give each way into a benefit, and what all of them ask."""
    ways = [
        all_of([item.holds for item in provision.conditions]) if provision.conditions else _TRUE
        for provision in benefit.provisions
    ]
    common = all_of([item.holds for item in benefit.common]) if benefit.common else _TRUE
    return (
        *(way.alias(f"_way.{benefit.code}.{place}") for place, way in enumerate(ways)),
        common.alias(f"_common.{benefit.code}"),
    )


def _way_columns(benefit: Benefit) -> list[pl.Expr]:
    return [pl.col(f"_way.{benefit.code}.{place}") for place in range(len(benefit.provisions))]


def _place(benefit: Benefit, codes: pl.Enum) -> pl.Expr:
    """Give the place of the provision: of what certainly holds the highest, else of what may hold.

    Place 0 is nobody's; places count from 1 in the order of all provisions of the law.
    """
    places = {code: place for place, code in enumerate(codes.categories.to_list(), start=1)}
    ways = _way_columns(benefit)

    def chain(holds: Sequence[pl.Expr], otherwise: pl.Expr) -> pl.Expr:
        chosen = otherwise
        for provision, way in zip(reversed(benefit.provisions), reversed(holds), strict=True):
            place = pl.lit(places[provision.code], dtype=pl.UInt8)
            chosen = pl.when(way).then(place).otherwise(chosen)
        return chosen

    none = pl.lit(0, dtype=pl.UInt8)
    possible = chain([way.is_null() for way in ways], none)
    common = pl.col(f"_common.{benefit.code}").fill_null(value=True)
    return pl.when(common).then(chain(ways, possible)).otherwise(none)


def _award(benefit: Benefit, codes: pl.Enum) -> Stage:
    code = benefit.code
    place = pl.col(f"_code.{code}")
    named = pl.when(place > 0).then(place - 1).cat.to(codes)
    return (
        (pl.col(f"_common.{code}") & any_of(_way_columns(benefit))).alias(f"{code}.eligible"),
        *_beside(benefit, codes),
        named.alias(f"{code}.provision"),
        _coefficient(benefit, codes).alias(f"{code}.coefficient"),
    )


def _beside(benefit: Benefit, codes: pl.Enum) -> Stage:
    """Tell whether the row's provision is of a group paid beside 5.4, where some only are."""
    beside = [item.code for item in benefit.provisions if is_beside_single_parent(item)]
    if not beside or len(beside) == len(benefit.provisions):
        return ()
    table = [False] + [code in beside for code in codes.categories.to_list()]
    place = pl.col(f"_code.{benefit.code}").cast(pl.UInt32)
    found = pl.lit(pl.Series(table, dtype=pl.Boolean)).gather(place)
    return (found.alias(f"_beside_code.{benefit.code}"),)


def _coefficient(benefit: Benefit, codes: pl.Enum) -> pl.Expr:
    place = pl.col(f"_code.{benefit.code}")
    if benefit.code == LOCAL:
        return pl.when(place > 0).then(pl.col("_local_coefficient")).otherwise(_ZERO)
    by_code = {item.code: item for item in benefit.provisions}
    table = [0] + [
        by_code[code].coefficient if code in by_code else 0 for code in codes.categories.to_list()
    ]
    found = pl.lit(pl.Series(table, dtype=pl.Int64)).gather(place.cast(pl.UInt32))
    times = {item.times for item in benefit.provisions if item.times}
    return found * pl.col(times.pop()) if times else found


def scaled_amount(standard: pl.Expr, coefficient: pl.Expr) -> pl.Expr:
    """Scale an amount by hundredths, rounded half up to a whole đồng, in whole numbers only."""
    return (standard * coefficient + SCALE // 2) // SCALE


def _amount(benefit: Benefit, rules: Regime) -> pl.Expr:
    code = benefit.code
    own = pl.col(f"_code.{code}") > 0
    if code == LOCAL:
        amount = pl.when(own).then(pl.col("_local_amount")).otherwise(_ZERO)
        return amount.alias(f"{code}.amount")
    amount = scaled_amount(pl.col(f"{code}.standard"), pl.col(f"{code}.coefficient"))
    difference = rules.switches["pension_beside_lower_income"] == "difference"
    if benefit.level == "social_pension_level" and difference:
        income = pl.col("pension_income").fill_null(0)
        amount = pl.when(own & (amount > income)).then(amount - income).otherwise(_ZERO)
    return amount.alias(f"{code}.amount")


def _constants(
    plan: Plan,
    live: Sequence[Benefit],
    fixed: Mapping[str, bool],
    columns: Sequence[str],
    computed: set[str],
) -> Stage:
    """Give the columns that cannot vary: conditions that nothing hangs on, benefits nobody has."""
    own = {item.column: item.code for item in plan.conditions}
    found = [
        pl.lit(fixed.get(own.get(name, "")), dtype=pl.Boolean).alias(name)
        for name in columns
        if own.get(name) not in computed or name not in own
    ]
    codes = {benefit.code for benefit in live}
    in_force = {benefit.code for benefit in plan.benefits}
    for code in ORDER:
        if code in codes:
            continue
        zeros = ("coefficient", "amount", "payable")
        found += [
            pl.lit(value=False).alias(f"{code}.eligible"),
            pl.lit(None, dtype=plan.codes).alias(f"{code}.provision"),
            *(_ZERO.alias(f"{code}.{name}") for name in zeros),
            pl.lit(None, dtype=BENEFITS).alias(f"{code}.excluded_by"),
        ]
        if code not in in_force:
            found.append(_ZERO.alias(f"{code}.standard"))
    return tuple(found)
