"""Moving between communes with the token of one of them.

The commune that somebody leaves sees them and may send them on. The commune that receives them sees
nobody yet: it states the number, the name and the birth date as they stand in the record (the
citizen is at its counter with their papers), and anything else gets the same 404 as a person who
does not exist, so that nobody learns from it where somebody lives.

For this one transaction the database function `open_person_move` opens the two communes of the move
and no third, and only when one of them is the caller's; row-level security stays on. Everything
that follows the person (facts, numbers, history) is moved in the same transaction by the rooms'
handlers of `person.moved`, and then the transaction is the caller's own again.

A move has two sides: the commune that somebody left finds it in its open moves and confirms it or
objects, which takes the person back (`claims`); police data that tell the same move confirm it.
Wrong particulars are told to the commune where the person lives; after a few of them nothing is
looked at any more (`common.web.attempts`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from common import audit
from common.database.session import Scope
from common.kernel import names
from common.web import attempts
from registry.areas import service as areas
from registry.persons.domain import (
    ChangeInFuture,
    CommuneNotYours,
    Person,
    PersonKey,
    PersonMergedAway,
    PersonNotFound,
)
from registry.persons.service.locked_person import Seen, people_of, take_seen
from registry.persons.store import moves, records
from registry.persons.store.moves import MoveClaim

if TYPE_CHECKING:
    from datetime import datetime

    from common.database.session import AsyncSession
    from registry.persons.service.people import People


@dataclass(frozen=True, slots=True)
class Residence:
    """Where somebody lives from a day on; without a commune outside the province."""

    commune_code: str | None
    moved_on: date
    village: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the receiving commune knows from the citizen's papers."""

    full_name: str
    birth_date: date


async def send_person(
    session: AsyncSession, seen: Seen, to: Residence, *, province_code: str
) -> Person:
    """Record that one of the caller's people lives elsewhere now.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        ChangeInFuture: not moved yet.
        CommuneNotFound, CommuneOutsideProvince: the new commune cannot be.
    """
    people = people_of(session, seen.now)
    await take_seen(people, seen)  # The caller sees them, or this is as far as it goes.
    if to.commune_code is not None:
        areas.own_commune(to.commune_code, province_code)
    if to.moved_on > seen.today:
        raise ChangeInFuture("moved_on")
    return await _move(people_of(session, seen.now), seen.key, to)


async def receive_person(
    session: AsyncSession,
    key: PersonKey,
    to: Residence,
    proof: Proof,
    *,
    now: datetime,
    province_code: str,
) -> Person:
    """Record that somebody of another commune lives in the caller's now.

    Raises:
        PersonNotFound: nobody with this number, name and birth date anywhere in the province.
        PersonMergedAway: another record stands for this human.
        ChangeInFuture: not moved yet.
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the commune cannot be.
    """
    areas.own_commune(str(to.commune_code), province_code)
    communes = session.info["scope"].communes
    if communes is not None and to.commune_code not in communes:
        raise CommuneNotYours
    if to.moved_on > now.date():
        raise ChangeInFuture("moved_on")
    target = str(key.personal_id or key.person_id)
    async with attempts.guarded(session, "person.receive", target):
        return await _move(people_of(session, now), key, to, proof)


async def _move(
    people: People, key: PersonKey, to: Residence, proof: Proof | None = None
) -> Person:
    session = people.session
    person_id = await records.open_move(session, key, to.commune_code)
    if person_id is None:
        raise PersonNotFound
    await people.load(person_ids=[person_id])
    await people.load_history([person_id])
    person = people.get(person_id)
    if proof is not None and not _proves(proof, person):
        await _tell_former_commune(session, person, to)
        raise PersonNotFound
    if person.merged_into is not None:
        raise PersonMergedAway(person.merged_into)
    came_from = person.identity.commune_code
    if to.commune_code is None:
        people.leave(person, to.moved_on)
    elif to.commune_code != came_from or person.left_on is not None:
        identity = replace(
            person.identity,
            commune_code=to.commune_code,
            village=to.village,
            address=to.address,
            former_commune=None,
        )
        before = person.identity
        people.move(person, identity, to.moved_on)
        if proof is not None and to.commune_code != came_from:
            claim = MoveClaim(
                person_id, came_from, to.commune_code, to.moved_on, before.village, before.address
            )
            await moves.insert(session, claim)
    await people.flush()
    await records.close_move(session, session.info["scope"].setting)
    await audit.record(
        session,
        "person.moved",
        "person",
        person.person_id,
        {"from": came_from, "to": to.commune_code or "outside"},
    )
    return person


async def _tell_former_commune(session: AsyncSession, person: Person, to: Residence) -> None:
    """Keep a refused claim in a transaction of its own: the request's is rolled back."""
    commune = person.identity.commune_code
    own = session.info["scope"]
    if to.commune_code is None or to.commune_code == commune:
        return
    scope = Scope(frozenset({commune, to.commune_code}), own.actor, own.client)
    async with session.info["database"].transaction(scope) as told:
        await moves.insert_refused(told, person.person_id, commune, to.commune_code, to.moved_on)
        await audit.record(told, "person.receive_refused", "person", person.person_id)


def _proves(proof: Proof, person: Person) -> bool:
    who = person.identity
    if who.birth_precision == "day":
        same_birth = proof.birth_date == who.birth_date
    else:
        same_birth = proof.birth_date.year == who.birth_date.year
    return same_birth and names.search_key(proof.full_name) == who.name_key
