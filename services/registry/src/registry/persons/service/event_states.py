"""A person as other rooms and services hear of them."""

from __future__ import annotations

from functools import lru_cache

from common.contracts.registry import PersonState
from registry.areas import service as areas
from registry.persons.domain import Person


def state_of(person: Person) -> PersonState:
    """Give a person as events carry them."""
    who = person.identity
    # Values come from checked rows or checked readings: building needs no second validation.
    return PersonState.model_construct(
        person_id=person.person_id,
        personal_id=who.personal_id,
        former_number=who.former_number,
        full_name=who.full_name,
        birth_date=who.birth_date,
        birth_precision=who.birth_precision,
        sex=who.sex,
        commune_code=who.commune_code,
        village=who.village,
        household_id=person.household_id,
        poverty_class=person.poverty_class,
        death_date=person.death_date,
        verification=person.verification,
        former_province_code=former_province(who.commune_code, who.former_commune),
        merged_into=person.merged_into,
        missing_since=person.missing_since,
    )


@lru_cache(maxsize=8192)
def former_province(commune_code: str, former_commune: str | None) -> str | None:
    """Give the province until 30/6/2025 of a place of today, None when it cannot be known.

    Remembered: a slice of a list asks the same of each of its people.
    """
    return areas.former_province_of(commune_code, former_commune)
