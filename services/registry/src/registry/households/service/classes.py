"""Classify households, set by set; every member hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import HouseholdReclassified, PersonState
from common.database.ids import new_id
from common.web.etag import check_version
from registry.households.domain import ClassPeriod, ClassStatement, Membership
from registry.households.service.households import Households
from registry.persons.domain import Person, PersonNotFound
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def classify(people: People, statements: Sequence[ClassStatement]) -> set[UUID]:
    """Record stated classes; gives the people whose class was new or another one.

    A person without a household gets one of their own. What a household already has for the year
    is not written again. The caller flushes `people` afterwards.
    """
    wanted = {statement.person_id: statement for statement in statements}
    if not wanted:
        return set()
    households = Households(people)
    await households.load_of(wanted)
    by_household = {
        _home(households, people.get(person_id)): statement
        for person_id, statement in wanted.items()
    }
    changed = state_classes(households, by_household)
    await tell_members(households, await households.flush())
    return {s.person_id for household, s in by_household.items() if household in changed}


def state_classes(households: Households, by_household: Mapping[UUID, ClassStatement]) -> set[UUID]:
    """Record the class of each household; gives those for which it was new or another one."""
    changed: set[UUID] = set()
    for key, statement in by_household.items():
        household = households.get(key)
        rows = households.classes(key)
        if household is None or any(row.says(statement) for row in rows):
            continue
        later = [row.valid_from for row in rows if row.valid_from > statement.valid_from]
        ends = [day for day in (*later, statement.valid_to) if day is not None]
        households.set_class(
            ClassPeriod(
                class_id=new_id(),
                household_id=key,
                commune_code=household.commune_code,
                year=statement.year,
                poverty_class=statement.poverty_class,
                decision=statement.decision,
                decision_date=statement.decision_date,
                valid_from=statement.valid_from,
                valid_to=min(ends, default=None),
            )
        )
        changed.add(key)
    return changed


async def classify_person(
    session: AsyncSession,
    personal_id: str,
    statement: ClassStatement,
    *,
    expected_version: int,
    now: datetime,
) -> Person:
    """Record the class of one person's household, as an officer enters it.

    The statement's `person_id` is not read: the number says who it is.

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
    await classify(people, [replace(statement, person_id=person.person_id)])
    await people.flush()
    await audit.record(
        session,
        "household.classified",
        "person",
        person.person_id,
        {"poverty_class": statement.poverty_class, "year": statement.year},
    )
    return person


async def tell_members(
    households: Households, classified: Mapping[UUID, Sequence[ClassPeriod]]
) -> None:
    """Tell everyone who is in a household during a class about it, for the time they are in it."""
    rows = [
        (row, period)
        for key, periods in classified.items()
        for period in periods
        for row in households.members(key)
        if _overlap(row, period)
    ]
    people = households.people
    known = {person.person_id for person in people.everybody()}
    missing = {row.person_id for row, _ in rows} - known
    if missing:
        await people.load(person_ids=missing)
    here = {person.person_id: person for person in people.everybody()}
    order = {person_id: number for number, person_id in enumerate(here)}
    for row, period in sorted(
        (pair for pair in rows if pair[0].person_id in here), key=lambda p: order[p[0].person_id]
    ):
        tell_class(households, here[row.person_id], row, period)


def tell_class(
    households: Households, person: Person, row: Membership, period: ClassPeriod
) -> None:
    """Tell a person the class of the household they are in, for the time they are in it."""
    if row.on(households.today):
        person.poverty_class = households.class_now(row.household_id)
    start = max(day for day in (period.valid_from, row.valid_from) if day is not None)
    ends = [day for day in (period.valid_to, row.valid_to) if day is not None]
    households.people.tell(person, partial(_reclassified, period, (start, min(ends, default=None))))


def _overlap(row: Membership, period: ClassPeriod) -> bool:
    return (row.valid_to is None or period.valid_from < row.valid_to) and (
        row.valid_from is None or period.valid_to is None or row.valid_from < period.valid_to
    )


def _home(households: Households, person: Person) -> UUID:
    """Give a person's household; who is in none gets one of their own."""
    home = households.household_of(person.person_id)
    if home is None:
        own = households.found(person.identity.commune_code, village=person.identity.village)
        # It began when nobody wrote it down, unless the person was elsewhere before.
        earlier = [row.valid_to for row in households.memberships(person.person_id)]
        start = max((day for day in earlier if day is not None), default=None)
        households.place(person.person_id, own, "head", start)
        home = own.household_id
    person.household_id = home
    return home


def _reclassified(
    period: ClassPeriod, held: tuple[date, date | None], state: PersonState
) -> HouseholdReclassified:
    return HouseholdReclassified.model_construct(
        person=state,
        poverty_class=period.poverty_class,
        year=period.year,
        valid_from=held[0],
        valid_to=held[1],
    )
