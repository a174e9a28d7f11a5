"""The groups of Article 5: who they are and their coefficients (law.md §1.1).

Each group is a pair: `g_<group>`, a Kleene condition of the month, and `k_<group>`, hundredths.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.variables import Variable
from tests.eligibility.openfisca import inputs
from tests.eligibility.openfisca.days import (
    DAY,
    by,
    changed,
    last_day,
)
from tests.eligibility.openfisca.inputs import of_month
from tests.eligibility.openfisca.kleene import (
    Column,
    among,
    both,
    either,
    known_when,
    neither,
    sure,
)

POOR = (inputs.POOR,)
POOR_OR_NEAR = (inputs.POOR, inputs.NEAR_POOR)
OCTOBER_2026 = np.datetime64("2026-10-01")
WITHOUT = (inputs.DEAD, inputs.MISSING, inputs.IN_FACILITY, inputs.DETAINED)


def _poverty(person: Any, period: Any, classes: tuple[int, ...]) -> Column:
    return among(person("poverty_class", period), *classes)


def _yes_no(person: Any, period: Any, name: str) -> Column:
    return sure(person(name, period))


def _span(person: Any, period: Any, begin: str, end: str) -> Column:
    """Whether a span of life counts: begun by the event, not ended before what opened the month."""
    ended = by(person(end, period), person("opened_on", period))
    return both(by(person(begin, period), person("event_day", period)), neither(ended))


def _changed(person: Any, period: Any, birthday: str) -> Column:
    """Whether a birthday counts for the level of the month."""
    opened, event = person("opened_on", period), person("event_day", period)
    return changed(person(birthday, period), period, opened, event)


def _by_regime(person: Any, period: Any, new: Column, old: Column) -> Column:
    return np.where(person("under_335", period), new, old)


def _child(person: Any, period: Any) -> Column:
    """Under 16; the month of the sixteenth birthday still counts."""
    return _span(person, period, "birth", "turns_16")


def _from_age(person: Any, period: Any, age: int) -> Column:
    return by(person(f"turns_{age}", period), person("event_day", period))


def _by_four(person: Any, period: Any, coefficients: Any) -> Column:
    grown = _changed(person, period, "turns_4")
    return np.where(grown, coefficients.from_4, coefficients.under_4)


@of_month(int)
class without_care:
    """5.1 a to l, but for the age.

    335: b, c, d, đ say "dead or cannot be identified"; two unidentified are not in the list. Of
    two parents of whom nothing is stated nobody says that they cannot care.
    """

    def formula(person: Any, period: Any) -> Column:
        father, mother = person("father_status", period), person("mother_status", period)
        old = both(among(father, *WITHOUT), among(mother, *WITHOUT))
        widened = (*WITHOUT, inputs.UNIDENTIFIED)
        new = both(
            among(father, *widened),
            among(mother, *widened),
            either(among(father, *WITHOUT), among(mother, *WITHOUT)),
        )
        parents = _by_regime(person, period, new, old)
        stated = (father >= 0) | (mother >= 0)
        return either(_abandoned(person, period), both(parents, sure(stated)))


def _abandoned(person: Any, period: Any) -> Column:
    return sure(person("abandoned", period) & ~person("adopted", period))


@of_month(int)
class g_5_1:
    """Child under 16 with no source of care."""

    def formula(person: Any, period: Any) -> Column:
        return both(_child(person, period), person("without_care", period))


@of_month(int)
class k_5_1:
    """2.5 under 4, 1.5 from 4."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return _by_four(person, period, parameters(period).allowance.g_5_1)


@of_month(int)
class studying:
    """General, vocational, college or first degree; under 335 continuously."""

    def formula(person: Any, period: Any) -> Column:
        level = among(person("study_level", period), 2, 3, 4, 5)
        continuous = both(level, person("study_continuous", period))
        return _by_regime(person, period, continuous, level)


@of_month(int)
class g_5_2:
    """Was 5.1 on reaching 16 and studies; until 22 under 20/2021.

    335 has no age cap, but whoever had stopped at 22 is not revived (W21). A birthday of October
    2026 left that month payable, so the person was still receiving on the 5th.
    """

    def formula(person: Any, period: Any) -> Column:
        capped = _span(person, period, "turns_16", "turns_22")
        ended = by(person("turns_22", period), OCTOBER_2026 - DAY)
        open_end = both(_from_age(person, period, 16), neither(ended))
        age = _by_regime(person, period, open_end, capped)
        return both(age, _was_5_1(person, period), person("studying", period))


def _was_5_1(person: Any, period: Any) -> Column:
    return _yes_no(person, period, "had_no_care_at_16")


@of_month(int)
class k_5_2:
    """1.5."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return np.full(person.count, parameters(period).allowance.g_5_2)


@of_month(int)
class g_5_3:
    """Child of a poor household, neutral group."""

    def formula(person: Any, period: Any) -> Column:
        sealed = _yes_no(person, period, "neutral_group")
        return both(_child(person, period), sealed, _poverty(person, period, POOR))


@of_month(int)
class k_5_3:
    """2.5 under 4, 2.0 from 4."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return _by_four(person, period, parameters(period).allowance.g_5_3)


@of_month(int)
class g_5_5a:
    """60 or older, poor, nobody obliged to support, or only one who is on the allowance."""

    def formula(person: Any, period: Any) -> Column:
        supporter = among(person("support", period), inputs.NO_SUPPORT, inputs.SUPPORT_ON_ALLOWANCE)
        old = _from_age(person, period, 60)
        return both(old, _poverty(person, period, POOR), supporter)


@of_month(int)
class k_5_5a:
    """1.5, and 2.0 from 80; under 335 2.0 from 75.

    The line at 75 is new law from 5/10/2026: whoever is 75 by then or by the end of a month has
    passed it, whatever the birthday's own day.
    """

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        levels = parameters(period).allowance.g_5_5a
        new = person("turns_75", period) <= last_day(period)
        old = _changed(person, period, "turns_80")
        return np.where(_by_regime(person, period, new, old), levels.older, levels.younger)


@of_month(int)
class g_5_5b:
    """75 to 80, poor or near-poor, specially difficult area, not 5.5a; until 30/6/2025."""

    def formula_2021_07(person: Any, period: Any) -> Column:
        age = _span(person, period, "turns_75", "turns_80")
        return both(
            age,
            _poverty(person, period, POOR_OR_NEAR),
            person("area_difficult", period),
            neither(person("g_5_5a", period)),
        )

    def formula_2025_07(person: Any, period: Any) -> Column:
        return np.zeros(person.count, dtype=np.int32)


@of_month(int)
class g_5_5c:
    """80 or older, not 5.5a, no pension, monthly SI or social allowance; until 30/6/2025."""

    def formula_2021_07(person: Any, period: Any) -> Column:
        return both(
            _from_age(person, period, 80),
            neither(person("g_5_5a", period)),
            _nothing(person, period, "pension_income"),
            neither(_yes_no(person, period, "survivor_allowance")),
            neither(_yes_no(person, period, "other_allowance")),
        )

    def formula_2025_07(person: Any, period: Any) -> Column:
        return np.zeros(person.count, dtype=np.int32)


@of_month(int)
class k_5_5bc:
    """1.0."""

    def formula_2021_07(person: Any, period: Any, parameters: Any) -> Column:
        return np.full(person.count, parameters(period).allowance.g_5_5bc)

    def formula_2025_07(person: Any, period: Any) -> Column:
        return np.zeros(person.count, dtype=np.int32)


@of_month(int)
class g_5_5d:
    """Poor elder without supporter who cannot live in the community and is taken in."""

    def formula(person: Any, period: Any) -> Column:
        return both(
            _from_age(person, period, 60),
            _poverty(person, period, POOR),
            among(person("support", period), inputs.NO_SUPPORT),
            _yes_no(person, period, "cannot_live_in_community"),
            _yes_no(person, period, "taken_in"),
        )


@of_month(int)
class k_5_5d:
    """3.0."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return np.full(person.count, parameters(period).allowance.g_5_5d)


@of_month(int)
class disabled:
    """A severe or very severe disability, certified by the day of the event."""

    def formula(person: Any, period: Any) -> Column:
        degree = person("disability_degree", period)
        certified = ~(person("certificate_date", period) > person("event_day", period))
        return sure(np.isin(degree, (inputs.SEVERE, inputs.VERY_SEVERE)) & certified)


@of_month(int)
class g_5_6:
    """Severe or very severe disability."""

    def formula(person: Any, period: Any) -> Column:
        return both(person("disabled", period), person("born", period))


@of_month(int)
class disability_age:
    """1 child, 2 adult, 3 elder, as the level of the month sees it; of unknown age: adult."""

    def formula(person: Any, period: Any) -> Column:
        adult = _changed(person, period, "turns_16")
        elder = _changed(person, period, "turns_60")
        return 1 + (adult | np.isnat(person("birth", period))).astype(np.int32) + elder


@of_month(int)
class k_5_6:
    """By degree, and more for a child or an elder."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        levels = parameters(period).allowance.g_5_6
        adult = person("disability_age", period) == 2
        worst = person("disability_degree", period) == inputs.VERY_SEVERE
        return np.where(
            worst,
            np.where(adult, levels.very_severe, levels.very_severe_child_or_elder),
            np.where(adult, levels.severe, levels.severe_child_or_elder),
        )


@of_month(int)
class g_5_7:
    """Under 3, poor or near-poor, specially difficult place, not 5.1, 5.3 or 5.6."""

    def formula(person: Any, period: Any) -> Column:
        other = either(person("g_5_1", period), person("g_5_3", period), person("g_5_6", period))
        return both(
            _span(person, period, "birth", "turns_3"),
            _poverty(person, period, POOR_OR_NEAR),
            person("area_difficult", period),
            neither(other),
        )


@of_month(int)
class k_5_7:
    """1.5."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return np.full(person.count, parameters(period).allowance.g_5_7)


@of_month(int)
class g_5_8:
    """Neutral group, poor household, no stable monthly income."""

    def formula(person: Any, period: Any) -> Column:
        allowance = neither(_yes_no(person, period, "other_allowance"))
        new = _no_income(person, period)
        return _by_regime(person, period, new, both(new, allowance))


def _no_income(person: Any, period: Any) -> Column:
    return both(
        person("born", period),
        _yes_no(person, period, "neutral_group"),
        _poverty(person, period, POOR),
        _nothing(person, period, "wage_income"),
        _nothing(person, period, "pension_income"),
        neither(_yes_no(person, period, "survivor_allowance")),
    )


def _nothing(person: Any, period: Any, name: str) -> Column:
    income = person(name, period)
    return known_when(income >= 0, income == 0)


@of_month(int)
class k_5_8:
    """1.5."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        return np.full(person.count, parameters(period).allowance.g_5_8)


def group_variables() -> list[type[Variable]]:
    """Every variable of this page."""
    return [
        without_care, g_5_1, k_5_1, studying, g_5_2, k_5_2, g_5_3, k_5_3, g_5_5a, k_5_5a, g_5_5b,
        g_5_5c, k_5_5bc, g_5_5d, k_5_5d, disabled, g_5_6, disability_age, k_5_6, g_5_7, k_5_7,
        g_5_8, k_5_8,
    ]  # fmt: skip
