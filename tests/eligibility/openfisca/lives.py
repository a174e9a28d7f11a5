"""Birthdays, the reasons that end everything, and the month from which a right is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from openfisca_core.variables import Variable
from tests.eligibility.openfisca.days import (
    DAY,
    DECREE_335,
    TWO_LEVELS,
    after,
    completed,
    first_day,
    last_day,
    month_of,
    ordinal,
    parts,
)
from tests.eligibility.openfisca.inputs import of_month
from tests.eligibility.openfisca.kleene import Column, sure

AGES = (3, 4, 16, 22, 60, 70, 75, 80)


def _birthday(age: int) -> type[Variable]:
    def formula(person: Any, period: Any) -> Column:
        return after(person("birth_place", period), person("birth_day", period), age * 12)

    return of_month(date)(type(f"turns_{age}", (), {"formula": formula}))


@of_month(int)
class birth_place:
    """The month of birth as a place in the table of months."""

    def formula(person: Any, period: Any) -> Column:
        return parts(person("birth", period))[0]


@of_month(int)
class birth_day:
    """The days of the month of birth before the birth."""

    def formula(person: Any, period: Any) -> Column:
        return np.where(person("birth_place", period) > 0, parts(person("birth", period))[1], 0)


@of_month(bool)
class fresh:
    """Signed in this very month."""

    def formula(person: Any, period: Any) -> Column:
        signed = person("signed_on", period)
        return (signed >= first_day(period)) & (signed <= last_day(period))


@of_month(date)
class event_day:
    """The day that selects the rule and sees the facts: of the signature, else the month's last."""

    def formula(person: Any, period: Any) -> Column:
        return np.where(person("fresh", period), person("signed_on", period), last_day(period))


@of_month(date)
class opened_on:
    """The day of the signature in its own month: there is no older level or right to keep.

    Elsewhere the day before the month.
    """

    def formula(person: Any, period: Any) -> Column:
        return np.where(
            person("fresh", period), person("signed_on", period), first_day(period) - DAY
        )


@of_month(bool)
class under_335:
    """Whether the row's event lies under Decree 335/2026."""

    def formula(person: Any, period: Any) -> Column:
        return person("event_day", period) >= DECREE_335


@of_month(int)
class born:
    """Born by the day of the event; who has a file is born, on whatever day."""

    def formula(person: Any, period: Any) -> Column:
        return sure(~(person("birth", period) > person("event_day", period)))


@of_month(bool)
class alive:
    """Neither dead nor declared missing before the month: both stop from the month after."""

    def formula(person: Any, period: Any) -> Column:
        opened = person("opened_on", period)
        return ~(
            (person("death_date", period) <= opened) | (person("missing_since", period) <= opened)
        )


@of_month(bool)
class at_liberty:
    """No prison sentence begun before the month, and no detention that suspends.

    Circular 02/2021 Art 2: suspended from the month after a month of detention is complete; 335 Art
    9 as read has no such ground.
    """

    def formula(person: Any, period: Any) -> Column:
        imprisoned = person("imprisoned_since", period) <= person("opened_on", period)
        detained = completed(person("detained_since", period), 1) < first_day(period)
        return ~(imprisoned | (detained & ~person("under_335", period)))


def _begun(person: Any, period: Any, month_of_right: Column | None = None) -> Column:
    """Whether the month lies at or after the first month paid (law.md §5.3, row Start).

    The signature's own date chooses the rule: until 30/6/2025 some rights are paid from the month
    in which they arose, whenever the chair signed; everything else from the month of the
    signature.
    """
    signed = person("signed_on", period)
    start = month_of(signed)
    if month_of_right is not None:
        start = np.where(signed < TWO_LEVELS, month_of_right, start)
    return np.isnat(signed) | (ordinal(period) >= start)


@of_month(bool)
class begun:
    """By the signature alone."""

    def formula(person: Any, period: Any) -> Column:
        return _begun(person, period)


@of_month(bool)
class begun_disability:
    """Under 20/2021 from the month of the certificate."""

    def formula(person: Any, period: Any) -> Column:
        return _begun(person, period, month_of(person("certificate_date", period)))


@of_month(bool)
class begun_5_5b:
    """Under 20/2021 from the month of turning 75."""

    def formula(person: Any, period: Any) -> Column:
        return _begun(person, period, month_of(person("turns_75", period)))


@of_month(bool)
class begun_5_5c:
    """Under 20/2021 from the month of turning 80."""

    def formula(person: Any, period: Any) -> Column:
        return _begun(person, period, month_of(person("turns_80", period)))


@of_month(bool)
class begun_pension:
    """People converted on 1/7/2025 need no new decision of theirs (176/2025 Art 7)."""

    def formula(person: Any, period: Any) -> Column:
        return _begun(person, period) | (person("request", period) == 2)


def life_variables() -> list[type[Variable]]:
    """Every variable of this page."""
    return [
        *(_birthday(age) for age in AGES),
        birth_place, birth_day, fresh, event_day, under_335, born, alive, at_liberty, begun,
        begun_disability, begun_5_5b, begun_5_5c,
        begun_pension, opened_on,
    ]  # fmt: skip
