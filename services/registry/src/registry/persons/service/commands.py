"""Registering and correcting one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from common import audit
from registry.persons.domain import (
    BirthInFuture,
    ChangeInFuture,
    Identity,
    Person,
    PersonExists,
    PersonKey,
    PersonNumberMissing,
)
from registry.persons.service.locked_person import Seen, check_commune, people_of, take_seen

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an officer states about a person, and since when a change holds.

    `unsaid` names the fields about which nothing was said: they stay as they are.
    """

    identity: Identity
    valid_from: date | None = None
    unsaid: frozenset[str] = frozenset()


async def register_person(
    session: AsyncSession, identity: Identity, *, now: datetime, province_code: str
) -> Person:
    """Register a person.

    Raises:
        PersonNumberMissing: no number at all.
        BirthInFuture: not born yet.
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
        PersonExists: the number is registered, here or elsewhere.
    """
    if identity.personal_id is None and identity.former_number is None:
        raise PersonNumberMissing
    if identity.birth_date > now.date():
        raise BirthInFuture
    check_commune(session, identity.commune_code, province_code)
    people = people_of(session, now)
    registered = await people.register([identity])
    if not registered:
        raise PersonExists
    await people.flush()
    await audit.record(session, "person.registered", "person", registered[0].person_id)
    return registered[0]


async def correct_person(
    session: AsyncSession,
    key: PersonKey | str,
    draft: PersonDraft,
    *,
    expected_version: int,
    now: datetime,
    province_code: str,
) -> Person:
    """Correct a person, or record a change from a day on; the number changes by a re-key only.

    Raises:
        PersonNotFound: nobody of this key in the caller's communes.
        PreconditionFailed: the caller's copy is out of date.
        PersonMergedAway: another record stands for this human.
        PersonNumberMissing: neither the 12 digits nor a former number would be left.
        BirthInFuture, ChangeInFuture: not born yet, or not changed yet.
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the new commune cannot be.
    """
    people = people_of(session, now)
    named = PersonKey(personal_id=key) if isinstance(key, str) else key
    person = await take_seen(people, Seen(named, expected_version, now))
    kept = {name: getattr(person.identity, name) for name in draft.unsaid}
    identity = replace(draft.identity, personal_id=person.identity.personal_id, **kept)
    if identity.personal_id is None and identity.former_number is None:
        raise PersonNumberMissing
    if identity.birth_date > now.date():
        raise BirthInFuture
    if draft.valid_from is not None and draft.valid_from > now.date():
        raise ChangeInFuture
    check_commune(session, identity.commune_code, province_code)
    changed = people.correct(person, identity, valid_from=draft.valid_from)
    await people.flush()
    await audit.record(
        session, "person.corrected", "person", person.person_id, {"changed": list(changed)}
    )
    return person
