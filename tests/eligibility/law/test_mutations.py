"""Each number, date, rule, open question and condition of the monthly law, changed, breaks a case.

The cases are those that a lawyer can read (cases/*.yaml). What no case can tell apart, because
another condition of the same provision says it already, is named with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.eligibility.law.case_sheet import Sheet, broken_by, sheet, sheets, view_of

from common.kernel.errors import InvalidInput
from common.kernel.months import Month
from eligibility.law.domain.conditions import Benefit, Condition, Provision
from eligibility.law.domain.impossible import check_months
from eligibility.law.domain.law import Law, LawAsOf
from eligibility.law.domain.parameters import DatedValue
from eligibility.law.domain.plan import plan_of
from eligibility.law.domain.provincial import LocalLevel
from eligibility.law.store import load_law, read_documents

LAW = load_law()
LATEST = LAW.latest
EVERYTHING = (None, ())
PERIODS = (("A0", "A"), ("B",), ("C",))
"""Regimes of the same words: Decree 76/2024 changed the amount alone."""
MONTHLY = ("amounts.yaml", "coefficients.yaml", "ages.yaml", "months.yaml", "regimes.yaml")
TESTS = Path(__file__).resolve().parents[1]

ELSEWHERE = {
    "start_month_rule": "procedures/test_life_of_entitlement.py",
    "stop_month_rule": "procedures/test_life_of_entitlement.py",
    "disability_reassessment": "reviews",
}
"""Parameters that the monthly engine does not read, and where they are proved."""

OWN_TEST = {"regime", "law_known_until"}
SWITCHED_ELSEWHERE = {
    "make_up_days_count": "procedures/test_deadlines.py",
    "period_b_by_analogy": "procedures/test_deadlines.py",
    "emergency_death_beside_funeral": "law_one_off/test_properties.py",
    "funeral_level_july_to_october_2026": "law_one_off/test_properties.py",
    "uncollected_on_resume": "procedures/test_life_of_entitlement.py",
}
"""Open questions that the monthly engine does not read, and the tests that set them."""

IMPLIED = {
    ("5.1_under_4", "under_16"): "under_4 says it",
    ("5.3_under_4", "under_16"): "under_4 says it",
    ("C1a", "under_16"): "under_4 says it",
    ("5.5a_80", "aged_60"): "older says it",
    ("5.5a_75", "aged_60"): "older says it",
    ("C2a2", "pregnant_or_child"): "pregnant_and_child_or_two says it",
}
"""Conditions of the law's words that another condition of the same provision contains."""


def test_the_law_as_loaded_breaks_no_case() -> None:
    assert broken_by(LAW) == []


# --- numbers, dates and rules -----------------------------------------------------------------


def with_values(code: str, values: Sequence[DatedValue], law: Law = LAW) -> Law:
    parameter = replace(law.parameters[code], values=tuple(values))
    return replace(law, parameters={**law.parameters, code: parameter})


def with_value(code: str, number: int, content: Any) -> Law:
    values = list(LAW.parameters[code].values)
    values[number] = replace(values[number], value=content)
    return with_values(code, values)


RULES = {
    "month_of_change": "month_after",
    "month_after": "month_of_change",
    "month_of_certificate": "month_signed",
    "month_signed": "month_of_certificate",
    "month_of_age": "month_signed",
}


def others(code: str, value: DatedValue) -> Iterator[Any]:
    """Give what the value is changed to: the nearest numbers, or the other rule."""
    unit = LAW.parameters[code].unit
    if unit == "rule":
        yield RULES[value.value]
    elif unit == "coefficient":
        yield value.value + type(value.value)("0.01")
    elif unit == "years":
        yield from (value.value - 1, value.value + 1)
    else:
        yield value.value + 1


def monthly_parameters() -> list[str]:
    documents = read_documents()
    return [code for name in MONTHLY for code in documents[name]["parameters"]]


def values_changed() -> Iterator[Any]:
    for code in monthly_parameters():
        if code in ELSEWHERE or code in OWN_TEST:
            continue
        for number, value in enumerate(LAW.parameters[code].values):
            for other in others(code, value):
                yield pytest.param(code, number, other, id=f"{code}[{number}]={other}")


@pytest.mark.parametrize(("code", "number", "other"), list(values_changed()))
def test_a_changed_value_breaks_a_case(code: str, number: int, other: Any) -> None:
    by_name = LAW.parameters[code].unit != "years"  # an age is part of the name of its provision
    assert broken_by(with_value(code, number, other), by_name=by_name)


def amounts_shifted() -> Iterator[Any]:
    """Give each amount that begins a month beside its own, or comes into force a day beside."""
    for code in ("standard_amount", "social_pension_level"):
        for number, value in enumerate(LAW.parameters[code].values[1:], start=1):
            for months in (-1, 1):
                day = (Month.of(value.valid_from) + months).first_day
                known = value.in_force if value.in_force > value.valid_from else day
                changed = replace(value, valid_from=day, in_force=known)
                yield pytest.param(code, number, changed, id=f"{code}[{number}] {months} months")
            if value.in_force > value.valid_from:
                for days in (-1, 1):
                    changed = replace(value, in_force=value.in_force + timedelta(days=days))
                    yield pytest.param(code, number, changed, id=f"{code}[{number}] {days} days")


@pytest.mark.parametrize(("code", "number", "value"), list(amounts_shifted()))
def test_an_amount_that_begins_at_another_time_breaks_a_case(
    code: str, number: int, value: DatedValue
) -> None:
    values = list(LAW.parameters[code].values)
    values[number] = value
    assert broken_by(with_values(code, values))


def moved(value: DatedValue, begins: date, days: int) -> DatedValue:
    """Give a value that begins, or comes into force, on a day as if that day were another."""
    other = begins + timedelta(days=days)
    return replace(
        value,
        valid_from=other if value.valid_from == begins else value.valid_from,
        in_force=other if value.in_force == begins else value.in_force,
    )


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("regime", ["B", "C"])
def test_a_decree_in_force_a_day_earlier_or_later_breaks_a_case(regime: str, days: int) -> None:
    """Between A0 and A no words changed, only the amount, and that has its own month."""
    (begins,) = (
        item.valid_from for item in LAW.parameters["regime"].values if item.value == regime
    )
    parameters = {
        code: replace(item, values=tuple(moved(value, begins, days) for value in item.values))
        for code, item in LAW.parameters.items()
    }
    assert broken_by(replace(LAW, parameters=parameters))


def test_the_last_known_month_is_a_bound() -> None:
    last = Month.parse(LAW.parameters["law_known_until"].values[-1].value)
    check_months(last, last, LAW, ("/from", "/to"))
    with pytest.raises(InvalidInput):
        check_months(last, last + 1, LAW, ("/from", "/to"))
    shorter = with_value("law_known_until", 0, str(last + -1))
    with pytest.raises(InvalidInput):
        check_months(last, last, shorter, ("/from", "/to"))


@pytest.mark.parametrize("code", sorted(ELSEWHERE))
def test_what_the_monthly_engine_does_not_read_is_proved_where_it_is_read(code: str) -> None:
    assert code in {*LAW.parameters}
    assert (TESTS / ELSEWHERE[code]).exists()


# --- open questions ---------------------------------------------------------------------------


def options() -> Iterator[Any]:
    for code, switch in LAW.switches.items():
        for option in switch.options:
            yield pytest.param(code, option, id=f"{code}={option}")


@pytest.mark.parametrize(("code", "option"), list(options()))
def test_each_position_of_a_switch_has_a_case_that_no_other_position_gives(
    code: str, option: str
) -> None:
    if code in SWITCHED_ELSEWHERE:
        text = (TESTS / SWITCHED_ELSEWHERE[code]).read_text("utf-8")
        assert f'"{code}"' in text
        return
    usual = LAW.switches[code].default.values[-1].value
    if option == usual:
        (other,) = set(LAW.switches[code].options) - {option}
        switch = LAW.switches[code]
        default = replace(switch.default, values=(replace(switch.default.values[-1], value=other),))
        switches = {**LAW.switches, code: replace(switch, default=default)}
        assert broken_by(replace(LAW, switches=switches))
        return
    key = next(key for key in sheets() if (code, option) in key[1])
    without = (key[0], tuple(item for item in key[1] if item != (code, option)))
    assert sheet(key).wrong(view_of(LAW, without))


# --- levels of provinces ----------------------------------------------------------------------


def above_national(level: LocalLevel, day: date) -> bool:
    return level.kind == "absolute" or level.amount > LATEST.value("standard_amount", day).value


def levels() -> Iterator[Any]:
    """Give each level with another amount, and a month shorter where that can be seen."""
    for code, province in LAW.provinces.items():
        for number, level in enumerate(province.levels):
            name = f"{code}[{number}]"
            yield pytest.param(code, number, replace(level, amount=level.amount + 1), id=name)
            if above_national(level, level.valid_from):
                later = replace(level, valid_from=(Month.of(level.valid_from) + 1).first_day)
                yield pytest.param(code, number, later, id=f"{name} later")
            if level.valid_to is not None and above_national(level, level.valid_to):
                sooner = replace(level, valid_to=(Month.of(level.valid_to) + -1).last_day)
                yield pytest.param(code, number, sooner, id=f"{name} shorter")


@pytest.mark.parametrize(("province", "number", "level"), list(levels()))
def test_a_changed_level_of_a_province_breaks_a_case(
    province: str, number: int, level: LocalLevel
) -> None:
    own = LAW.provinces[province]
    changed = list(own.levels)
    changed[number] = level
    provinces = {**LAW.provinces, province: replace(own, levels=tuple(changed))}
    assert broken_by(replace(LAW, provinces=provinces))


# --- provisions and conditions ----------------------------------------------------------------

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
