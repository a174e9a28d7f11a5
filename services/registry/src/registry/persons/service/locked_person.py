"""One person under change by an officer: found by key, at the version the officer saw, locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from common.web.etag import check_version
from registry.areas import service as areas
from registry.persons.domain import (
    CommuneNotYours,
    Person,
    PersonKey,
    PersonMergedAway,
    PersonNotFound,
)
from registry.persons.service.people import People
from registry.persons.store import people as store
from registry.persons.store import records

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Seen:
    """What an officer looked at before a command, and when they give it.

    Attributes:
        key: how they name the person.
        version: of the person, as they saw it (If-Match).
        now: the business moment.
    """

    key: PersonKey
    version: int
    now: datetime

    @property
    def today(self) -> date:
        """The day of the command."""
        return self.now.date()


def people_of(session: AsyncSession, now: datetime) -> People:
    """Begin to change people in the name of the transaction's actor."""
    return People(session, now=now, recorded_by=session.info["scope"].actor)


async def take(people: People, key: PersonKey) -> Person:
    """Load and lock the very record that a key names, with its history.

    Raises:
        PersonNotFound: nobody of that key in the caller's communes.
    """
    if key.person_id is not None:
        found = await store.by_ids(people.session, [key.person_id], lock=False)
    else:
        found = await store.by_personal_ids(people.session, [str(key.personal_id)], lock=False)
        if not found:
            holders = await records.holders_of(people.session, [str(key.personal_id)])
            found = await store.by_ids(people.session, set(holders.values()), lock=False)
    if not found:
        raise PersonNotFound
    person_id = found[0].person_id
    await people.load(person_ids=[person_id])
    await people.load_history([person_id])
    return people.get(person_id)


async def take_seen(people: People, seen: Seen) -> Person:
    """Load and lock a person at the version that the officer saw.

    Raises:
        PersonNotFound: nobody of that key in the caller's communes.
        PreconditionFailed: the officer's copy is out of date.
        PersonMergedAway: another record stands for this human.
    """
    person = await take(people, seen.key)
    check_version(person.version, seen.version)
    if person.merged_into is not None:
        raise PersonMergedAway(person.merged_into)
    return person


def check_commune(session: AsyncSession, commune_code: str, province_code: str) -> None:
    """Refuse a commune that is not of this province or not the caller's.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: it cannot be.
    """
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
