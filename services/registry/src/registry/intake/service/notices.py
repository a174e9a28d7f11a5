"""Death notices that waited for their person: found at registration, at an import, and at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from registry.intake.domain.imports import Notice
from registry.intake.store import notices as store
from registry.persons.domain import Identity, Person, may_be_same
from registry.persons.service import People
from registry.verification import service as verification

if TYPE_CHECKING:
    from common.database.session import AsyncSession

CONTRADICTS = "notice_does_not_match"


def is_about(notice: Notice, identity: Identity) -> bool:
    """Say whether a notice with a person's number can be about them: name or birth agrees."""
    if notice.birth_date is None:
        return notice_identity(notice, identity).name_key == identity.name_key
    return may_be_same(identity, notice_identity(notice, identity))


def notice_identity(notice: Notice, like: Identity) -> Identity:
    """Give the identity that a notice states; what it does not state is taken from `like`."""
    return Identity(
        full_name=notice.full_name,
        birth_date=notice.birth_date or like.birth_date,
        birth_precision=notice.birth_precision,
        sex=like.sex,
        commune_code=like.commune_code,
    )


def by_number(notices: Iterable[Notice]) -> dict[str, Notice]:
    """Index notices by the number they name; the first one counts."""
    found: dict[str, Notice] = {}
    for notice in notices:
        number = notice.personal_id or notice.former_number
        if number is not None:
            found.setdefault(number, notice)
    return found


def person_of(people: People, notice: Notice) -> Person | None:
    """Find whom a notice names among loaded people, by a number of now or of before.

    The number of a merged record finds the record that stands.
    """
    number = notice.personal_id or notice.former_number
    return None if number is None else people.find((number,))


def numbers_of(person: Person) -> list[str]:
    """Give the numbers under which a notice may wait for a person."""
    who = person.identity
    return [number for number in (who.personal_id, who.former_number) if number]


def matches(
    persons: Iterable[Person],
    numbers: Mapping[UUID, Sequence[str]],
    waiting: Mapping[str, Notice],
) -> list[tuple[Person, Notice]]:
    """Pair people with the notice that waits for one of their numbers, the present one first."""
    found = []
    for person in persons:
        notice = next((waiting[n] for n in numbers[person.person_id] if n in waiting), None)
        if notice is not None:
            found.append((person, notice))
    return found


async def apply(people: People, found: Iterable[tuple[Person, Notice]]) -> set[UUID]:
    """Record the deaths of people for whom a notice waited; gives who died.

    A notice whose name and birth both differ kills nobody: somebody has to look.
    """
    settled: list[tuple[UUID, str, UUID]] = []
    doubtful: list[tuple[UUID, str, str]] = []
    died: set[UUID] = set()
    for person, notice in found:
        if is_about(notice, person.identity):
            settled.append((notice.notice_id, "matched", person.person_id))
            if person.death_date is None:
                people.die(
                    person,
                    notice.death_date,
                    source="civil_status",
                    notice_number=notice.notice_number,
                )
                died.add(person.person_id)
        else:
            settled.append((notice.notice_id, "contradicts", person.person_id))
            doubtful.append((person.person_id, person.identity.commune_code, CONTRADICTS))
    if settled:
        await store.settle(people.session, settled, people.now)
    await verification.open_tasks(people.session, doubtful, people.now)
    return died


async def match_people(
    session: AsyncSession, person_ids: Sequence[UUID], *, now: datetime
) -> set[UUID]:
    """Look for notices that waited for these people."""
    people = People(session, now=now, recorded_by="civil_status")
    await people.load(person_ids=person_ids)
    persons = [people.get(person_id) for person_id in person_ids]
    numbers = {person.person_id: numbers_of(person) for person in persons}
    every = [number for theirs in numbers.values() for number in theirs]
    waiting = by_number(await store.pending(session, every, every))
    died = await apply(people, matches(persons, numbers, waiting))
    await people.flush()
    return died


async def match_waiting(session: AsyncSession, after: UUID | None, *, now: datetime) -> UUID | None:
    """Look for the people of the next waiting notices; gives where to go on, None at the end.

    For the whole province: a death is often registered in another commune than that of residence.
    """
    waiting = await store.waiting(session, after)
    if not waiting:
        return None
    people = People(session, now=now, recorded_by="civil_status")
    await people.load(
        personal_ids=[n.personal_id for n in waiting if n.personal_id],
        former_numbers=[n.former_number for n in waiting if n.former_number and not n.personal_id],
    )
    found = [(person_of(people, notice), notice) for notice in by_number(waiting).values()]
    await apply(people, [(person, notice) for person, notice in found if person is not None])
    await people.flush()
    return waiting[-1].notice_id
