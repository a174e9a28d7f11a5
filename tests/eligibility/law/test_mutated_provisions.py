"""Each provision and each condition of the monthly law, dropped once, breaks a case.

What no case can tell apart, because another condition of the same provision says it already, is
named with its reason, and nothing else may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl
import pytest
from tests.eligibility.law.case_sheet import Sheet, sheet

from eligibility.law.domain.conditions import Benefit, Condition, Provision
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.plan import plan_of
from eligibility.law.store import load_law

LAW = load_law()
LATEST = LAW.latest
EVERYTHING = (None, ())
PERIODS = (("A0", "A"), ("B",), ("C",))
"""Regimes of the same words: Decree 76/2024 changed the amount alone."""

IMPLIED = {
    ("5.1_under_4", "under_16"): "under_4 says it",
    ("5.3_under_4", "under_16"): "under_4 says it",
    ("C1a", "under_16"): "under_4 says it",
    ("5.5a_80", "aged_60"): "older says it",
    ("5.5a_75", "aged_60"): "older says it",
    ("C2a2", "pregnant_or_child"): "pregnant_and_child_or_two says it",
}
"""Conditions of the law's words that another condition of the same provision contains."""

Change = Callable[[Benefit], Benefit]


@cache
def of_period(period: tuple[str, ...]) -> Sheet:
    return sheet(EVERYTHING).of_regimes(period)


@cache
def about(period: tuple[str, ...], benefit: str) -> Sheet:
    return of_period(period).about(benefit)


def changed_view(period: tuple[str, ...], change: Change, only: str | None = None) -> LawAsOf:
    view = LawAsOf(LAW, LATEST.day)
    view.plans.update({key: made for key, made in LATEST.plans.items() if "plan:" not in str(key)})
    for code in period:
        for gap in (False, True):
            plan = plan_of(LATEST, code, gap=gap)
            kept = [item for item in plan.benefits if only in {None, item.code}]
            benefits = tuple(change(benefit) for benefit in kept)
            view.plans[f"plan:{code}:{gap}"] = replace(plan, benefits=benefits, recipes={})
    return view


def survives(period: tuple[str, ...], change: Change, benefit: str | None = None) -> bool:
    """Tell whether the cases of a period cannot tell the changed provisions from the law's.

    A benefit alone is asked first: that is quicker, and most changes are seen there.
    """
    alone = None if benefit is None else about(period, benefit)
    if alone is not None and alone.wrong(changed_view(period, change, benefit)):
        return False
    return not of_period(period).wrong(changed_view(period, change))


def in_provision(benefit: str, code: str, change: Callable[[Provision], Provision]) -> Change:
    def changed(found: Benefit) -> Benefit:
        if found.code != benefit:
            return found
        return replace(
            found,
            provisions=tuple(
                change(item) if item.code == code else item for item in found.provisions
            ),
        )

    return changed


def held(condition: Condition, *, value: bool, code: str) -> Condition:
    """Give a condition in the place of another, its outcome always the same."""
    hangs_on = condition.hangs_on if "local" in condition.hangs_on else ()
    return replace(
        condition, code=code, outcome=pl.lit(value), parts=(condition,), hangs_on=hangs_on
    )


def without(conditions: Sequence[Condition], code: str) -> tuple[Condition, ...]:
    """Give the conditions with one of them holding always."""
    return tuple(
        held(item, value=True, code=f"{code}~") if item.code == code else item
        for item in conditions
    )


def never(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    first = conditions[0]
    return (held(first, value=False, code=f"{first.code}~"), *conditions[1:])


def ways() -> Iterator[Any]:
    for period in PERIODS:
        for benefit in plan_of(LATEST, period[0]).benefits:
            for provision in benefit.provisions:
                name = f"{'+'.join(period)}-{benefit.code}-{provision.code}"
                yield pytest.param(period, benefit.code, provision, id=name)


@pytest.mark.parametrize(("period", "benefit", "provision"), list(ways()))
def test_a_provision_that_never_holds_or_asks_one_condition_less_breaks_a_case(
    period: tuple[str, ...], benefit: str, provision: Provision
) -> None:
    def stop(found: Provision) -> Provision:
        return replace(found, conditions=never(found.conditions))

    assert not survives(period, in_provision(benefit, provision.code, stop), benefit)
    unseen = set()
    for condition in provision.conditions:

        def drop(found: Provision, code: str = condition.code) -> Provision:
            return replace(found, conditions=without(found.conditions, code))

        if survives(period, in_provision(benefit, provision.code, drop), benefit):
            unseen.add(condition.code)
    implied = {code for own, code in IMPLIED if own == provision.code}
    assert unseen == implied & {item.code for item in provision.conditions}


def shared() -> Iterator[Any]:
    for period in PERIODS:
        for benefit in plan_of(LATEST, period[0]).benefits:
            for condition in benefit.common:
                name = f"{'+'.join(period)}-{benefit.code}-{condition.code}"
                yield pytest.param(period, benefit.code, condition.code, id=name)


@pytest.mark.parametrize(("period", "benefit", "code"), list(shared()))
def test_a_condition_of_a_whole_benefit_that_is_not_asked_breaks_a_case(
    period: tuple[str, ...], benefit: str, code: str
) -> None:
    def drop(found: Benefit) -> Benefit:
        if found.code != benefit:
            return found
        return replace(found, common=without(found.common, code))

    assert not survives(period, drop, benefit)


def replaced(condition: Condition, code: str, *, value: bool) -> Condition:
    """Give a condition in which the part of a code, however deep, has always one outcome."""
    if condition.code == code:
        return replace(condition, outcome=pl.lit(value), hangs_on=())
    parts = tuple(replaced(part, code, value=value) for part in condition.parts)
    hangs_on = () if any(part.code == code for part in condition.parts) else condition.hangs_on
    return replace(condition, parts=parts, hangs_on=hangs_on)


def parts() -> Iterator[Any]:
    for period in PERIODS:
        plan = plan_of(LATEST, period[0])
        whole = {item.code for benefit in plan.benefits for item in benefit.common} | {
            item.code
            for benefit in plan.benefits
            for provision in benefit.provisions
            for item in provision.conditions
        }
        for condition in plan.conditions:
            if condition.code not in whole:
                name = f"{'+'.join(period)}-{condition.code}"
                yield pytest.param(period, condition.code, id=name)


@pytest.mark.parametrize(("period", "code"), list(parts()))
def test_a_case_within_a_condition_that_always_or_never_holds_breaks_a_case(
    period: tuple[str, ...], code: str
) -> None:
    for value in (True, False):

        def change(found: Benefit, *, value: bool = value) -> Benefit:
            def all_of(items: Sequence[Condition]) -> tuple[Condition, ...]:
                return tuple(replaced(item, code, value=value) for item in items)

            provisions = tuple(
                replace(item, conditions=all_of(item.conditions)) for item in found.provisions
            )
            return replace(found, provisions=provisions, common=all_of(found.common))

        assert not survives(period, change, "social_allowance"), value


def test_what_is_implied_is_a_condition_of_its_provision() -> None:
    asked: Mapping[str, set[str]] = {
        provision.code: {item.code for item in provision.conditions}
        for period in PERIODS
        for benefit in plan_of(LATEST, period[0]).benefits
        for provision in benefit.provisions
    }
    assert all(code in asked[provision] for provision, code in IMPLIED)
