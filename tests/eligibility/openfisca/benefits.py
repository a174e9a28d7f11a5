"""The benefits: who has a right in the month, its level, and what is paid of several.

law.md §1.2 (one highest only), §2 (social pension), §3 (care support and facilities), §5.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.variables import Variable
from tests.eligibility.openfisca import inputs
from tests.eligibility.openfisca.days import by, changed
from tests.eligibility.openfisca.inputs import of_month
from tests.eligibility.openfisca.kleene import (
    NO,
    YES,
    Column,
    among,
    both,
    either,
    known_when,
    neither,
    sure,
)

GROUPS = (
    ("g_5_1", "k_5_1", "begun"),
    ("g_5_2", "k_5_2", "begun"),
    ("g_5_3", "k_5_3", "begun"),
    ("g_5_5a", "k_5_5a", "begun"),
    ("g_5_5b", "k_5_5bc", "begun_5_5b"),
    ("g_5_5c", "k_5_5bc", "begun_5_5c"),
    ("g_5_5d", "k_5_5d", "begun"),
    ("g_5_7", "k_5_7", "begun"),
    ("g_5_8", "k_5_8", "begun"),
)
"""The groups of the social allowance in the order of the article."""

BESIDE_5_4 = tuple(
    place for place, (group, *_) in enumerate(GROUPS, 1) if group[:5] in {"g_5_5", "g_5_8"}
)
"""Groups beside which the single parent's allowance is paid too."""


def _standing(person: Any, period: Any, begun: str) -> Column:
    """Alive, at liberty and begun."""
    return sure(person("alive", period) & person("at_liberty", period) & person(begun, period))


def _of(level: Column, hundredths: Column) -> Column:
    return (hundredths.astype(np.int64) * level // 100).astype(np.int32)


HANOI, QUANG_NINH, HO_CHI_MINH = 1, 22, 79
FORMER = {79: "old_hochiminh", 74: "old_binhduong", 77: "old_bariavungtau"}
"""Parts of the present Hồ Chí Minh City, whose levels were one from 1/9/2025."""


@of_month(int)
class local_level:
    """What three provinces decided (law-corrections §8), for the pension too (§1.4).

    Payable is the higher of this and the national level.
    """

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        province, former = person("province", period), person("former_province", period)
        decided = parameters(period).local
        city = np.full(person.count, decided.hochiminh.new)
        for code, name in FORMER.items():
            city = np.where(former == code, np.maximum(city, decided.hochiminh[name]), city)
        coast = np.where(
            person("in_facility", period), decided.quangninh.facility, decided.quangninh.community
        )
        return np.select(
            [province == HANOI, province == QUANG_NINH, province == HO_CHI_MINH],
            [decided.hanoi, coast, city],
            0,
        )


@of_month(int)
class social_allowance_rights:
    """The best group known: place in GROUPS and coefficient packed in one number."""

    def formula(person: Any, period: Any) -> Column:
        best = np.zeros(person.count, dtype=np.int32)
        for place, (group, coefficient, begun) in enumerate(GROUPS, 1):
            right = both(person(group, period), _standing(person, period, begun))
            first = place + (0 if place in BESIDE_5_4 else 50)
            packed = person(coefficient, period) * 100 + (100 - first)
            best = np.maximum(best, np.where(right == YES, packed, 0).astype(np.int32))
        return best


@of_month(int)
class social_allowance_eligible:
    """Any of the groups."""

    def formula(person: Any, period: Any) -> Column:
        rights = [
            both(person(group, period), _standing(person, period, begun))
            for group, _, begun in GROUPS
        ]
        return either(*rights)


@of_month(int)
class social_allowance_place:
    """Which group: 1 to 9 in GROUPS, 0 none."""

    def formula(person: Any, period: Any) -> Column:
        packed = person("social_allowance_rights", period)
        return np.where(packed > 0, (100 - packed % 100) % 50, 0)


@of_month(int)
class social_allowance_coefficient:
    """Of the best group."""

    def formula(person: Any, period: Any) -> Column:
        return person("social_allowance_rights", period) // 100


@of_month(int)
class disability_allowance_eligible:
    """5.6; while the certificate starts it, its month must be known."""

    def formula_2021_07(person: Any, period: Any) -> Column:
        dated = known_when(
            ~np.isnat(person("certificate_date", period)), person("begun_disability", period)
        )
        return both(person("disability_allowance_standing", period), dated)

    def formula_2025_07(person: Any, period: Any) -> Column:
        return person("disability_allowance_standing", period)


@of_month(int)
class disability_allowance_standing:
    """5.6, whatever the month of the certificate."""

    def formula(person: Any, period: Any) -> Column:
        return both(person("g_5_6", period), _standing(person, period, "begun_disability"))


@of_month(int)
class single_parent_allowance_eligible:
    """5.4."""

    def formula(person: Any, period: Any) -> Column:
        return both(person("g_5_4", period), _standing(person, period, "begun"))


@of_month(int)
class social_pension_eligible:
    """75+, or 70 and poor or near-poor; no pension or a lower one; asked for in writing."""

    def formula_2021_07(person: Any, period: Any) -> Column:
        return np.zeros(person.count, dtype=np.int32)

    def formula_2025_07(person: Any, period: Any, parameters: Any) -> Column:
        """A monthly survivor's allowance (tuất) is above the level: its holders have Art 11.1."""
        level = parameters(period).pension
        event = person("event_day", period)
        income = person("pension_income", period)
        poor = among(person("poverty_class", period), inputs.POOR, inputs.NEAR_POOR)
        return both(
            either(
                by(person("turns_75", period), event),
                both(by(person("turns_70", period), event), poor),
            ),
            known_when(income >= 0, income < level),
            neither(sure(person("survivor_allowance", period))),
            among(person("request", period), 1, 2, 3),
            sure(person("alive", period) & person("begun_pension", period)),
        )


@of_month(int)
class social_pension_75:
    """Whether it is the pension of 75 and older."""

    def formula(person: Any, period: Any) -> Column:
        return by(person("turns_75", period), person("event_day", period))


@of_month(int)
class facility_allowance_eligible:
    """Lives in a facility."""

    def formula(person: Any, period: Any) -> Column:
        return both(
            sure(person("in_facility", period)),
            person("born", period),
            _standing(person, period, "begun"),
        )


@of_month(int)
class facility_allowance_coefficient:
    """5.0 under 4, 4.0 from 4."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        levels = parameters(period).care.facility
        opened, event = person("opened_on", period), person("event_day", period)
        grown = changed(person("turns_4", period), period, opened, event)
        grown |= np.isnat(person("birth", period))
        return np.where(grown, levels.from_4, levels.under_4)


@of_month(int)
class disabled_parent_support_eligible:
    """C2a."""

    def formula(person: Any, period: Any) -> Column:
        return both(person("g_c2a", period), _standing(person, period, "begun"))


CARE = ("C1a", "C1b", "C2c", "C2d1", "C2d2")
"""Care support, in the order of the article; a child or an elder taken in is C1."""


@of_month(int)
class care_support_rights:
    """The best case known, packed as the groups are; the second digit says whether it is sure."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        levels = parameters(period).care
        best = np.zeros(person.count, dtype=np.int32)
        for place, (right, coefficient) in enumerate(_care_cases(person, period, levels), 1):
            packed = np.where(right == YES, coefficient * 100 + (100 - place), 0)
            best = np.maximum(best, packed.astype(np.int32))
        return best


@of_month(int)
class care_support_eligible:
    """Any case of C1, C2c and C2d."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        cases = _care_cases(person, period, parameters(period).care)
        return either(*(right for right, _ in cases))


def _care_cases(person: Any, period: Any, levels: Any) -> list[tuple[Column, Column]]:
    standing = sure(
        person("alive", period) & person("begun", period) & ~person("in_facility", period)
    )
    care = person("care", period)
    fostered = both(standing, sure(care == inputs.TAKEN_IN), person("carer_qualifies", period))
    opened, event = person("opened_on", period), person("event_day", period)
    worst = both(
        person("disabled", period),
        person("born", period),
        sure(person("disability_degree", period) == inputs.VERY_SEVERE),
    )
    child = both(fostered, person("g_5_1", period))
    four = changed(person("turns_4", period), period, opened, event)
    c1a = both(child, known_when(~np.isnat(person("birth", period)), ~four))
    c1b = both(
        fostered,
        either(both(person("g_5_1", period), neither(c1a)), person("g_5_5d", period)),
    )
    grown = known_when(
        ~np.isnat(person("birth", period)),
        changed(person("turns_16", period), period, opened, event),
    )
    family = both(standing, sure(care == inputs.OWN_FAMILY), worst)
    everybody = np.ones(person.count, dtype=np.int32)
    return [
        (c1a, everybody * levels.c1a),
        (c1b, everybody * levels.c1b),
        (family, everybody * levels.c2c),
        (both(fostered, worst), everybody * levels.c2d1),
        (both(fostered, worst, neither(grown)), everybody * levels.c2d2),
    ]


def _amount(benefit: str, coefficient: str | None) -> type[Variable]:
    """The amount of a benefit that is certain; nothing for any other."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        right = person(f"{benefit}_eligible", period) == YES
        local = person("local_level", period)
        if coefficient is None:
            return np.where(right, np.maximum(parameters(period).pension, local), 0)
        level = np.maximum(parameters(period).standard, local)
        return np.where(right, _of(level, person(coefficient, period)), 0)

    return of_month(int)(type(f"{benefit}_amount", (), {"formula": formula}))


@of_month(int)
class care_support_coefficient:
    """Of the best case."""

    def formula(person: Any, period: Any) -> Column:
        return person("care_support_rights", period) // 100


@of_month(int)
class care_support_place:
    """Which case: 1 to 5 in CARE, 0 none."""

    def formula(person: Any, period: Any) -> Column:
        packed = person("care_support_rights", period)
        return np.where(packed > 0, 100 - packed % 100, 0)


def _paid(person: Any, period: Any, benefit: str) -> Column:
    """The amount that competes: nothing in a facility, whose allowance stands instead."""
    amount = person(f"{benefit}_amount", period)
    facility = person("facility_allowance_eligible", period) == YES
    return np.where(facility, NO, amount)


@of_month(int)
class combination:
    """What is paid of the monthly allowances: the sum of places in COMPETING as bits."""

    def formula(person: Any, period: Any) -> Column:
        disability = _paid(person, period, "disability_allowance")
        social = _paid(person, period, "social_allowance")
        parent = _paid(person, period, "single_parent_allowance")
        pension = _paid(person, period, "social_pension")
        place = person("social_allowance_place", period)
        beside = np.maximum(disability, np.where(np.isin(place, BESIDE_5_4), social, 0))
        single = np.maximum.reduce([pension, disability, social, parent])
        joined = (parent > 0) & (beside > 0) & (beside + parent >= single)
        wanted = np.where(joined, beside, single)
        by_disability = disability == wanted
        by_social = (social == wanted) & ~by_disability
        by_social &= ~joined | np.isin(place, BESIDE_5_4)
        by_pension = (pension == wanted) & ~joined & ~by_disability & ~by_social
        by_parent = joined | ~(by_pension | by_disability | by_social)
        picked = by_pension * 1 + by_disability * 2 + by_social * 4 + by_parent * 8
        return np.where(single > 0, picked, 0).astype(np.int32)


COMPETING = (
    "social_pension", "disability_allowance", "social_allowance", "single_parent_allowance",
)  # fmt: skip


def _payable(benefit: str) -> type[Variable]:
    bit = 1 << COMPETING.index(benefit)

    def formula(person: Any, period: Any) -> Column:
        chosen = (person("combination", period) & bit) > 0
        return np.where(chosen, person(f"{benefit}_amount", period), 0)

    return of_month(int)(type(f"{benefit}_payable", (), {"formula": formula}))


ALONE = ("facility_allowance", "disabled_parent_support", "care_support")
"""Benefits that are not merged with the allowances."""


def _alone(benefit: str) -> type[Variable]:
    def formula(person: Any, period: Any) -> Column:
        return person(f"{benefit}_amount", period)

    return of_month(int)(type(f"{benefit}_payable", (), {"formula": formula}))


@of_month(int)
class total:
    """Everything that is paid for the month."""

    def formula(person: Any, period: Any) -> Column:
        return sum(person(f"{benefit}_payable", period) for benefit in (*COMPETING, *ALONE))


def benefit_variables() -> list[type[Variable]]:
    """Every variable of this page."""
    return [
        social_allowance_rights, social_allowance_eligible, social_allowance_place,
        social_allowance_coefficient, disability_allowance_eligible, disability_allowance_standing,
        single_parent_allowance_eligible, social_pension_eligible, social_pension_75,
        facility_allowance_eligible, facility_allowance_coefficient,
        disabled_parent_support_eligible, care_support_rights, care_support_eligible,
        care_support_coefficient, care_support_place, combination, total, local_level,
        _amount("social_pension", None),
        _amount("disability_allowance", "k_5_6"),
        _amount("social_allowance", "social_allowance_coefficient"),
        _amount("single_parent_allowance", "k_5_4"),
        _amount("disabled_parent_support", "k_c2a"),
        _amount("care_support", "care_support_coefficient"),
        _amount("facility_allowance", "facility_allowance_coefficient"),
        *(_payable(benefit) for benefit in COMPETING),
        *(_alone(benefit) for benefit in ALONE),
    ]  # fmt: skip
