"""Each number, date, rule, open question and provincial level, changed, breaks a case.

The cases are those that a lawyer can read (cases/*.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.eligibility.law.case_sheet import broken_by, sheet, sheets, view_of

from common.kernel.errors import InvalidInput
from common.kernel.months import Month
from eligibility.law.domain.impossible import check_months
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue
from eligibility.law.domain.provincial import LocalLevel
from eligibility.law.store import load_law, read_documents

LAW = load_law()
LATEST = LAW.latest
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
    "loss_on_the_first": "law/test_lost_rights.py",
}
"""Open questions that the monthly engine does not read, and the tests that set them."""


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
