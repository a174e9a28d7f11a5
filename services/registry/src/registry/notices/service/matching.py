"""Finding whom notices are about, and bringing people to what all their notices say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.notices import store
from registry.notices.domain import (
    NOTICE_TO_CHECK,
    Decision,
    Known,
    Notice,
    decide,
    fits_without_number,
    newest_move,
)
from registry.notices.store import Settled
from registry.persons.domain import Identity, Person
from registry.persons.service import People, confirm_by_notice, correct_death, people_like
from registry.verification import service as verification

if TYPE_CHECKING:
    from common.database.session import AsyncSession

RECORDED_BY = "civil_status"


async def match_next(session: AsyncSession, after: UUID | None, *, now: datetime) -> UUID | None:
    """Match the next undecided notices; gives where to go on, None at the end.

    For the whole province: a death is often registered in another commune than that of residence.
    """
    waiting = await store.undecided(session, after)
    if not waiting:
        return None
    people = People(session, now=now, recorded_by=RECORDED_BY)
    await settle(people, waiting)
    await people.flush()
    await _confirm_moves(people, waiting)
    return waiting[-1].notice_id


async def _confirm_moves(people: People, notices: Sequence[Notice]) -> None:
    """Confirm moves that a commune stated and that trusted residence data tell too."""
    for notice in notices:
        person = people.find((notice.number,)) if notice.number else None
        if person is not None and notice.trusted and notice.to_commune is not None:
            await confirm_by_notice(people.session, person.person_id, notice.to_commune)


async def match_people(
    session: AsyncSession, person_ids: Sequence[UUID], *, now: datetime
) -> set[UUID]:
    """Look for notices that waited for these people; gives who died."""
    people = People(session, now=now, recorded_by=RECORDED_BY)
    await people.load(person_ids=person_ids)
    died = await settle_about(people, [people.get(person_id) for person_id in person_ids])
    await people.flush()
    return died


async def settle_about(
    people: People, persons: Iterable[Person], named: Iterable[str] = ()
) -> set[UUID]:
    """Decide the notices that wait for people under a number of now or of before; gives who died."""
    numbers = {*named}
    for person in persons:
        numbers |= {one for one in _numbers(person) if one}
    notices = await store.of_numbers(people.session, numbers) if numbers else []
    return await settle(people, notices) if notices else set()


async def settle(people: People, notices: Sequence[Notice]) -> set[UUID]:
    """Decide notices together with all that is known of their people; gives who died.

    The caller flushes `people`.
    """
    found, candidates = await _people_of(people, notices)
    by_person: dict[UUID, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.notice_id in found:
            by_person[found[notice.notice_id].person_id].append(notice)
    settled = _to_check(notices, candidates)
    # A task is opened when something changed: what an officer has kept does not come up again.
    tasks = [
        (person.person_id, person.identity.commune_code, NOTICE_TO_CHECK)
        for row in settled
        for person in candidates[row.notice_id]
    ]
    died: set[UUID] = set()
    stored = await store.of_people(people.session, by_person)
    deaths = await store.recorded_deaths(people.session, by_person)
    await people.load_history(list(by_person))
    for person_id, theirs in by_person.items():
        person = people.get(person_id)
        every = {one.notice_id: one for one in (*stored, *theirs) if _is_of(one, person_id, theirs)}
        told = {(one.happened_on, one.notice_number) for one in every.values()}
        by_notice = deaths.get(person_id) in told
        was_alive = person.death_date is None
        decision = await _apply(people, person, list(every.values()), by_notice=by_notice)
        if was_alive and person.death_date is not None:
            died.add(person_id)
        changed = [
            Settled(notice_id, state, person_id)
            for notice_id, state in decision.states.items()
            if (every[notice_id].state, every[notice_id].person_id) != (state, person_id)
        ]
        settled += changed
        reasons = sorted(decision.reasons) if changed else []
        tasks += [(person_id, person.identity.commune_code, reason) for reason in reasons]
    await _write(people, settled, tasks)
    return died


async def _write(
    people: People, settled: Sequence[Settled], tasks: Sequence[tuple[UUID, str, str]]
) -> None:
    if settled:
        await store.settle(people.session, settled, people.now)
    for row in settled:
        detail = {"notice": str(row.notice_id), "state": row.state}
        await audit.record(people.session, "notice.settled", "person", str(row.person_id), detail)
    await verification.open_tasks(people.session, tasks, people.now)


def _is_of(notice: Notice, person_id: UUID, theirs: Sequence[Notice]) -> bool:
    return notice.person_id == person_id or notice in theirs


async def _apply(
    people: People, person: Person, notices: Sequence[Notice], *, by_notice: bool
) -> Decision:
    """Record what the notices say, a move at a time, until nothing is left to do."""
    states = {one.notice_id: one for one in notices}
    while True:
        known = known_of(person, states.values(), by_notice=by_notice)
        decision = decide(known, list(states.values()))
        if decision.death is not None:
            by_notice = True
            await _record_death(people, person, decision.death)
        if decision.move is None:
            return decision
        _record_move(people, person, decision.move)
        moved = decision.move.notice_id
        states[moved] = replace(states[moved], state="applied")


async def _record_death(people: People, person: Person, notice: Notice) -> None:
    if person.death_date is not None:
        await correct_death(people, person, reason="thông báo khai tử khác ngày")
    people.die(
        person, notice.happened_on, source="civil_status", notice_number=notice.notice_number
    )


def _record_move(people: People, person: Person, notice: Notice) -> None:
    if notice.to_commune is None:
        people.leave(person, notice.happened_on)
        return
    identity = replace(
        person.identity,
        commune_code=notice.to_commune,
        village=None,
        address=None,
        former_commune=None,
    )
    people.move(person, identity, notice.happened_on)


def known_of(person: Person, notices: Iterable[Notice] = (), *, by_notice: bool = False) -> Known:
    """Give what is known of a person, and the last move that notices told."""
    who = person.identity
    return Known(
        full_name=who.full_name,
        birth_date=who.birth_date,
        birth_precision=who.birth_precision,
        commune_code=who.commune_code,
        death_date=person.death_date,
        left_on=person.left_on,
        moved_on=newest_move(notices),
        death_by_notice=by_notice,
    )


async def _people_of(
    people: People, notices: Sequence[Notice]
) -> tuple[dict[UUID, Person], dict[UUID, list[Person]]]:
    """Find the person of each notice by number; without one, who fits by name, birth and commune."""
    cards = {one.former_number for one in notices if one.former_number and not one.personal_id}
    await people.load(
        personal_ids={one.personal_id for one in notices if one.personal_id},
        former_numbers=cards,
    )
    found: dict[UUID, Person] = {}
    for notice in notices:
        person = people.find((notice.number,)) if notice.number else None
        if person is not None and person.merged_into is None:
            found[notice.notice_id] = person
    left = [one for one in notices if one.notice_id not in found and one.birth_date is not None]
    return found, await _candidates(people, left)


async def _candidates(people: People, notices: Sequence[Notice]) -> dict[UUID, list[Person]]:
    by_commune: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        for commune in {notice.commune_code, notice.place, notice.to_commune} - {"", None}:
            by_commune[str(commune)].append(notice)
    fitting: dict[UUID, list[Person]] = {}
    for commune, theirs in by_commune.items():
        wanted = [_identity(one) for one in theirs]
        alike = await people_like(people, commune, wanted)
        for notice, identity in zip(theirs, wanted, strict=True):
            persons = alike.get((identity.name_key, identity.birth_date.year), [])
            fits = [one for one in persons if fits_without_number(notice, known_of(one))]
            if fits:
                fitting[notice.notice_id] = fits
    return fitting


def _identity(notice: Notice) -> Identity:
    if notice.birth_date is None:
        msg = "only notices with a birth are compared without a number"
        raise ValueError(msg)
    return Identity(
        full_name=notice.full_name,
        birth_date=notice.birth_date,
        birth_precision=notice.birth_precision,
        sex="male",
        commune_code=notice.commune_code,
    )


def _to_check(notices: Sequence[Notice], candidates: dict[UUID, list[Person]]) -> list[Settled]:
    return [
        Settled(one.notice_id, "to_check", candidates[one.notice_id][0].person_id)
        for one in notices
        if one.notice_id in candidates
        and (one.state, one.person_id) != ("to_check", candidates[one.notice_id][0].person_id)
    ]


def _numbers(person: Person) -> tuple[str | None, str | None]:
    return person.identity.personal_id, person.identity.former_number
