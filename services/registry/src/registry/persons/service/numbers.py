"""Numbers of one person: re-keyed with history, former identity cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Literal

from common import audit
from common.contracts.registry import PersonRekeyed, PersonState
from registry.persons.domain import (
    ChangeInFuture,
    FormerNumber,
    Identity,
    NumberUnchanged,
    Person,
    PersonExists,
    PersonKey,
)
from registry.persons.service.locked_person import Seen, people_of, take, take_seen
from registry.persons.service.people import People
from registry.persons.store import namesakes, records
from registry.persons.store.records import NumberRow

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class NewNumber:
    """The number that a person has from now on, and what was wrong with the one before.

    `cause` is `wrong` (the old number was never theirs: it may be somebody else's), `reissued` (it
    was theirs until `changed_on`, and can be nobody else's) or `first` (they had none).
    """

    personal_id: str
    cause: Literal["wrong", "reissued", "first"]
    reason: str
    changed_on: date | None = None


async def rekey_person(session: AsyncSession, seen: Seen, new: NewNumber) -> Person:
    """Give a person another number; `person_id` stays, and the old number still finds them.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        NumberUnchanged: they have this number already.
        PersonExists: the number is somebody else's, here or elsewhere.
        ChangeInFuture: not re-issued yet.
    """
    people = people_of(session, seen.now)
    person = await take_seen(people, seen)
    before = person.identity.personal_id
    if before == new.personal_id:
        raise NumberUnchanged
    if new.changed_on is not None and new.changed_on > seen.today:
        raise ChangeInFuture("changed_on")
    if await records.taken(session, [new.personal_id], except_for=person.person_id):
        raise PersonExists
    # Back to a number of before: it is no former one any more.
    await records.retire_number(session, person.person_id, new.personal_id, seen.now)
    if before is not None:
        cause: Literal["wrong", "reissued"] = "reissued" if new.cause == "reissued" else "wrong"
        people.keep_number(
            person,
            FormerNumber("personal_id", before, cause, new.reason, valid_to=new.changed_on),
        )
    since = new.changed_on if new.cause == "reissued" else None
    people.rewrite(person, replace(person.identity, personal_id=new.personal_id), valid_from=since)
    people.tell(person, partial(_rekeyed, before, new.reason, people.recorded_by))
    await people.flush()
    await audit.record(session, "person.rekeyed", "person", person.person_id, {"cause": new.cause})
    return person


async def number_is_taken(session: AsyncSession, number: str) -> bool:
    """Say whether somebody, here or elsewhere, has or had a number."""
    return bool(await records.taken(session, [number]))


def give_first_number(people: People, person: Person, number: str, *, reason: str) -> None:
    """Write down the 12 digits of somebody who had none; the caller has loaded the history."""
    people.rewrite(person, replace(person.identity, personal_id=number), valid_from=None)
    people.tell(person, partial(_rekeyed, None, reason, people.recorded_by))


async def people_like(
    people: People, commune_code: str, identities: Sequence[Identity]
) -> dict[tuple[str, int], list[Person]]:
    """Load and lock the people of a commune who share name and birth year with identities."""
    wanted = list({(one.name_key, one.birth_date.year) for one in identities})
    found = await namesakes.same_name_and_year(people.session, commune_code, wanted)
    await people.load(person_ids={one for ids in found.values() for one in ids})
    return {key: [people.get(one) for one in ids] for key, ids in found.items()}


async def add_card(session: AsyncSession, seen: Seen, former: FormerNumber) -> Person:
    """Remember an identity card (CMND) of before; a person may have had several.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        NumberUnchanged: it is known already.
    """
    people = people_of(session, seen.now)
    person = await take_seen(people, seen)
    known = {row.former.number for row in await records.numbers_of(session, person.person_id)}
    if former.number in known | {person.identity.former_number}:
        raise NumberUnchanged
    if person.identity.former_number is None:
        # The first one is the person's own former number, which other services know too.
        people.correct(person, replace(person.identity, former_number=former.number))
    else:
        people.tell_corrected(person, "former_numbers")
    people.keep_number(person, former)
    await people.flush()
    await audit.record(session, "person.card_added", "person", person.person_id)
    return person


async def numbers_of(session: AsyncSession, key: PersonKey) -> list[NumberRow]:
    """Read the numbers that a person had; audited.

    Raises:
        PersonNotFound: nobody of this key in the caller's communes.
    """
    person = await take(people_of(session, session.info["clock"].now()), key)
    await audit.record(session, "person.numbers_read", "person", person.person_id)
    return await records.numbers_of(session, person.person_id)


def _rekeyed(
    before: str | None, reason: str, recorded_by: str, state: PersonState
) -> PersonRekeyed:
    return PersonRekeyed.model_construct(
        person=state, former_personal_id=before, reason=reason, recorded_by=recorded_by
    )
