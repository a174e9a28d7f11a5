"""Classify households, set by set; every member hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import HouseholdReclassified, PersonState
from common.database.ids import new_id
from common.web.etag import check_version
from registry.households import store
from registry.households.domain import ClassPeriod, ClassStatement, PovertyClass
from registry.persons.domain import Person, PersonNotFound, replace_period
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def classify(people: People, statements: Sequence[ClassStatement]) -> set[UUID]:
    """Record stated classes; gives the people whose class was new or another one.

    A person without a household gets one of their own. What a household already has for the year
    is not written again.
    """
    wanted = {s.person_id: s for s in statements}
    if not wanted:
        return set()
    await _found_households(people, [people.get(person_id) for person_id in wanted])
    by_household = {
        household: statement
        for person_id, statement in wanted.items()
        if (household := people.get(person_id).household_id) is not None
    }
    current = await store.current(people.session, by_household)
    superseded: list[UUID] = []
    fresh: list[ClassPeriod] = []
    changed: dict[UUID, ClassPeriod] = {}
    for household, statement in by_household.items():
        rows = current.get(household, [])
        if _is_known(rows, statement):
            continue
        person = people.get(statement.person_id)
        later = [row.valid_from for row in rows if row.valid_from > statement.valid_from]
        period = _period(
            household, person.identity.commune_code, statement, min(later, default=None)
        )
        replacement = replace_period(rows, period.valid_from, period.valid_to)
        superseded += [row.class_id for row in replacement.superseded]
        fresh += [
            replace(row, class_id=new_id(), valid_from=start or row.valid_from, valid_to=end)
            for row, start, end in replacement.kept
        ]
        fresh.append(period)
        changed[household] = period
    if superseded:
        await store.supersede(people.session, superseded, people.now)
    if fresh:
        await store.insert(people.session, fresh, now=people.now, recorded_by=people.recorded_by)
    await _tell_members(people, changed)
    return {s.person_id for household, s in by_household.items() if household in changed}


async def classify_person(
    session: AsyncSession,
    personal_id: str,
    statement: tuple[PovertyClass, int, str | None],
    *,
    expected_version: int,
    now: datetime,
) -> Person:
    """Record the class of one person's household, as an officer enters it.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        PreconditionFailed: the caller's copy is out of date.
    """
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    check_version(person.version, expected_version)
    poverty_class, year, decision = statement
    await classify(people, [ClassStatement(person.person_id, poverty_class, year, decision)])
    await people.flush()
    await audit.record(
        session,
        "household.classified",
        "person",
        person.person_id,
        {"poverty_class": poverty_class, "year": year},
    )
    return person


async def _found_households(people: People, persons: Sequence[Person]) -> None:
    new: list[tuple[UUID, str]] = []
    for person in persons:
        if person.household_id is None:
            person.household_id = new_id()
            new.append((person.household_id, person.identity.commune_code))
    if new:
        await store.insert_households(people.session, new, people.now)


def _is_known(rows: Sequence[ClassPeriod], statement: ClassStatement) -> bool:
    return any(
        row.year == statement.year
        and row.poverty_class == statement.poverty_class
        and statement.decision in {None, row.decision}
        for row in rows
    )


def _period(
    household: UUID, commune_code: str, statement: ClassStatement, until: date | None
) -> ClassPeriod:
    return ClassPeriod(
        class_id=new_id(),
        household_id=household,
        commune_code=commune_code,
        year=statement.year,
        poverty_class=statement.poverty_class,
        decision=statement.decision,
        valid_from=statement.valid_from,
        valid_to=until,
    )


async def _tell_members(people: People, changed: dict[UUID, ClassPeriod]) -> None:
    for person in await people.members_of(changed):
        if person.household_id is None:
            continue
        period = changed[person.household_id]
        if period.valid_to is None:
            person.poverty_class = period.poverty_class
        people.tell(person, partial(_reclassified, period))


def _reclassified(period: ClassPeriod, state: PersonState) -> HouseholdReclassified:
    return HouseholdReclassified.model_construct(
        person=state,
        poverty_class=period.poverty_class,
        year=period.year,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
    )
