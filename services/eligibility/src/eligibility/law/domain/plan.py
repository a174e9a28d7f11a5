"""The plan of a regime: its rules and its benefits, built once and kept with the law."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain import decree_335_2026
from eligibility.law.domain.ages import AgeRules, first_gap
from eligibility.law.domain.common_conditions import Regime
from eligibility.law.domain.conditions import Benefit, Condition
from eligibility.law.domain.decree_20_2021 import benefits as decree_20
from eligibility.law.domain.law import LawAsOf
from eligibility.law.domain.parameters import hundredths


@dataclass(frozen=True)
class Plan:
    """The provisions of one regime, built once."""

    regime: str
    rules: Regime
    benefits: tuple[Benefit, ...]
    highest_only: str
    codes: pl.Enum
    """Every provision of every regime."""
    recipes: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """Expressions for frames of some features, built when first needed."""

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition once."""
        found = {item.code: item for benefit in self.benefits for item in benefit.conditions}
        return tuple(found.values())

    def benefit(self, code: str) -> Benefit:
        """Give a benefit by its code."""
        return next(benefit for benefit in self.benefits if benefit.code == code)


def regimes(law: LawAsOf) -> list[tuple[str, date]]:
    """Give the regimes that a decision of the law's day knows, with their first days."""
    return [(str(value.value), value.valid_from) for value in law.history("regime")]


def plan_of(law: LawAsOf, regime: str, *, gap: bool = False) -> Plan:
    """Give the plan of a regime, built when first asked for.

    Args:
        law: the law as it stands.
        regime: its code.
        gap: for rows of the month that the regime shares with the one before it.
    """
    key = f"plan:{regime}:{gap}"
    found: Plan | None = law.plans.get(key)
    if found is None:
        found = law.plans[key] = _build(law, regime, gap=gap)
    return found


def provision_codes(law: LawAsOf) -> pl.Enum:
    """Give the codes of every provision of every regime as one type."""
    found: pl.Enum | None = law.plans.get("codes")
    if found is None:
        codes = {
            item.code: None
            for code, _ in regimes(law)
            for benefit in _benefits(_rules(law, code, gap=False), law)
            for item in benefit.provisions
        }
        found = law.plans["codes"] = pl.Enum(list(codes))
    return found


def sealed_codes(law: LawAsOf) -> frozenset[str]:
    """Give the codes of provisions whose facts are sealed."""
    return frozenset(
        provision.code
        for regime, _ in regimes(law)
        for benefit in plan_of(law, regime).benefits
        for provision in benefit.provisions
        if provision.sealed
    )


def _rules(law: LawAsOf, regime: str, *, gap: bool) -> Regime:
    starts = dict(regimes(law))[regime]
    is_c = regime == "C"
    switches = {code: law.switch(code, starts) for code in _SWITCHES}
    after = {code: _month_after(law, code, start) for code, start in regimes(law)}
    gaps = first_gap([(start, after[code]) for code, start in regimes(law)])
    articles = {"A0": decree_20.ARTICLES_A, "A": decree_20.ARTICLES_A, "B": decree_20.ARTICLES_B}
    detained = str(law.value("detention_rule", starts).value)
    if detained == "as_switch":
        chosen = law.switch("detention_suspends_period_c", starts)
        detained = "suspends" if chosen == "yes" else "nothing"
    return Regime(
        code=regime,
        decree=decree_335_2026.DECREE if is_c else decree_20.DECREE,
        ages=AgeRules(after[regime], gaps.get(starts) if gap else None),
        numbers=_numbers(law, starts),
        coefficients=_coefficients(law, starts),
        rules={
            "start_month_5.6": str(law.value("start_month_5.6", starts).value),
            "start_month_5.5bc": str(law.value("start_month_5.5bc", starts).value),
            "detention": detained,
            "older_children": "kept" if is_c else "under_cap",
        },
        switches=switches,
        articles=decree_335_2026.ARTICLES if is_c else articles[regime],
        begins=starts,
        right_starts_until=_rule_until(law, "start_month_5.6", starts),
    )


def _rule_until(law: LawAsOf, code: str, on: date) -> date:
    """Give the first day on which a rule reads differently from how it reads on a day."""
    own = law.value(code, on).value
    later = (item for item in law.history(code) if item.valid_from > on and item.value != own)
    return next((item.valid_from for item in later), date.max)


_SWITCHES = (
    "partial_birth_date",
    "leap_birthday",
    "age_line_75_counts_back",
    "pension_beside_lower_income",
    "revive_students_over_22",
)


def _month_after(law: LawAsOf, regime: str, starts: date) -> bool:
    """Tell whether a change of level counts from the month after, by rule and switch."""
    after = bool(law.value("adjust_month_rule", starts).value == "month_after")
    if regime == "B":
        return after and law.switch("adjust_month_period_b", starts) == "next_month"
    if regime == "C":
        return after or law.switch("change_counts_from", starts) == "month_after"
    return after


def _numbers(law: LawAsOf, on: date) -> dict[str, int]:
    return {
        code: int(item.at(on, law.day).value)
        for code, item in law.law.parameters.items()
        if code.startswith("age_") and item.values[0].valid_from <= on
    }


def _coefficients(law: LawAsOf, on: date) -> dict[str, int]:
    prefix = "coefficient_"
    return {
        code.removeprefix(prefix): hundredths(item.at(on, law.day).value)
        for code, item in law.law.parameters.items()
        if code.startswith(prefix) and item.values[0].valid_from <= on
    }


def _benefits(rules: Regime, law: LawAsOf) -> tuple[Benefit, ...]:
    if rules.code == "C":
        return decree_335_2026.benefits_of(rules, dict(regimes(law))["C"])
    if rules.code == "B":
        return decree_20.benefits_from_july_2025(rules, _counted_back(law, rules))
    return decree_20.benefits_until_june_2025(rules)


def _counted_back(law: LawAsOf, rules: Regime) -> tuple[int, Month] | None:
    """Give the age line of the later decree that counts back to its level's first month (W7)."""
    later = law.history("age_5.5a_higher")[-1]
    level = law.history("standard_amount")[-1]
    reaches_back = level.in_force > level.valid_from and later.valid_from == level.in_force
    if rules.switches["age_line_75_counts_back"] != "yes" or not reaches_back:
        return None
    return int(later.value), Month.of(level.valid_from)


def _build(law: LawAsOf, regime: str, *, gap: bool) -> Plan:
    rules = _rules(law, regime, gap=gap)
    benefits = _benefits(rules, law)
    highest = {
        "B": decree_20.HIGHEST_ONLY_B,
        "C": decree_335_2026.HIGHEST_ONLY,
    }
    return Plan(
        regime,
        rules,
        benefits,
        highest.get(regime, decree_20.HIGHEST_ONLY_A),
        provision_codes(law),
    )


def gap_month(law: LawAsOf, regime: str) -> int | None:
    """Give the ordinal of the month that a regime shares with the one before it."""
    for (_, _), (code, start) in pairwise(regimes(law)):
        if code == regime and start.day != 1:
            return Month.of(start).ordinal
    return None
