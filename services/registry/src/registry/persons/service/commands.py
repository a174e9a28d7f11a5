"""Commands of officers about one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from common import audit
from common.web.etag import check_version
from registry.areas import service as areas
from registry.persons.domain import (
    BirthInFuture,
    ChangeInFuture,
    CommuneNotYours,
    Identity,
    Person,
    PersonExists,
    PersonNotFound,
    PersonNumberMissing,
)
from registry.persons.service.people import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an officer states about a person, and since when a change holds."""

    identity: Identity
    valid_from: date | None = None


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
    _check_commune(session, identity.commune_code, province_code)
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    registered = await people.register([identity])
    if not registered:
        raise PersonExists
    await people.flush()
    await audit.record(session, "person.registered", "person", registered[0].person_id)
    return registered[0]


async def correct_person(
    session: AsyncSession,
    personal_id: str,
    draft: PersonDraft,
    *,
    expected_version: int,
    now: datetime,
    province_code: str,
) -> Person:
    """Correct a person, or record a change from a day on.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        PreconditionFailed: the caller's copy is out of date.
        BirthInFuture, ChangeInFuture: not born yet, or not changed yet.
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the new commune cannot be.
    """
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    check_version(person.version, expected_version)
    if draft.identity.birth_date > now.date():
        raise BirthInFuture
    if draft.valid_from is not None and draft.valid_from > now.date():
        raise ChangeInFuture
    _check_commune(session, draft.identity.commune_code, province_code)
    await people.load_history([person.person_id])
    changed = people.correct(person, draft.identity, valid_from=draft.valid_from)
    await people.flush()
    await audit.record(
        session, "person.corrected", "person", person.person_id, {"changed": list(changed)}
    )
    return person


def _check_commune(session: AsyncSession, commune_code: str, province_code: str) -> None:
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
