"""Appointments that follow what happens to people: deaths, merges, moves, and what is undone.

What a death or a merge ends or changes is set aside, and holds again when that is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.database.ids import new_id
from common.kernel.errors import Conflict
from registry.persons.domain import Person
from registry.persons.service import People
from registry.representation import store
from registry.representation.domain import Cause, Representation, check_new
from registry.representation.service.event_states import appointed_event, revoked_event

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_ONE_HUMAN = "Người đại diện và người được đại diện là một người (gộp hồ sơ)"
_HELD_ALREADY = "Người đại diện đã giữ vai trò này (gộp hồ sơ)"
_PARTED = "Hồ sơ đã được tách lại"


async def representative_died(
    session: AsyncSession, deaths: Mapping[UUID, date], *, now: datetime
) -> int:
    """End what the dead held for others, the day after their death; gives how many ended."""
    rows = await store.held_by(session, deaths, min(deaths.values()))
    rows = [
        row
        for row in rows
        if row.revoked_on is None and _day_after(deaths, row) < (row.valid_to or date.max)
    ]
    people, here = await _people(session, now, [row.person_id for row in rows])
    ended = [row for row in rows if row.person_id in here]
    for row in ended:
        day = max(_day_after(deaths, row), row.valid_from)
        who = row.representative.person_id
        fresh = replace(
            row.ended(new_id(), day, "Người đại diện đã mất"), cause="death", cause_person=who
        )
        await _change(people, here[row.person_id], fresh)
    await people.flush()
    return len(ended)


def _day_after(deaths: Mapping[UUID, date], row: Representation) -> date:
    who = row.representative.person_id
    return deaths[who] + timedelta(days=1) if who is not None else date.max


async def death_taken_back(
    session: AsyncSession, person_ids: Collection[UUID], *, now: datetime
) -> int:
    """Let hold again what people held for others until their death was recorded by mistake."""
    return await _restore(session, person_ids, "death", now)


async def records_merged(
    session: AsyncSession, pairs: Mapping[UUID, UUID], *, now: datetime
) -> None:
    """Carry appointments from records that cease (keys) over to those that stay (values).

    For the represented the rows are new ones, beside those of the record that ceases; what that
    record held for others is held by the one that stays. An appointment that contradicts one of
    the record that stays is not carried: the own one wins.
    """
    for gone, into_id in pairs.items():
        held = await store.held_by(session, [gone], now.date())
        held = [row for row in held if row.revoked_on is None]
        theirs = [
            row
            for row in await store.of_person(session, gone)
            if row.revoked_on is None and (row.valid_to is None or row.valid_to > now.date())
        ]
        wanted = [into_id, *(row.person_id for row in held)] if held or theirs else []
        people, here = await _people(session, now, wanted)
        into = here.get(into_id)
        if into is not None:
            for row in theirs:
                await _carry(people, into, row, gone)
        for row in held:
            if row.person_id in here:
                await _hand_over(people, here[row.person_id], row, (gone, into))
        await people.flush()


async def _carry(people: People, into: Person, row: Representation, gone: UUID) -> None:
    fresh = replace(
        row,
        row_id=new_id(),
        representation_id=new_id(),
        person_id=into.person_id,
        commune_code=into.identity.commune_code,
        cause="merge",
        cause_person=gone,
    )
    if row.representative.person_id == into.person_id or not await _fits(people, fresh):
        return
    await store.insert(people.session, [fresh], now=people.now, recorded_by=people.recorded_by)
    people.tell(into, appointed_event(fresh, people.recorded_by))


async def _hand_over(
    people: People, person: Person, row: Representation, pair: tuple[UUID, Person | None]
) -> None:
    gone, into = pair
    day = max(people.now.date(), row.valid_from)
    if into is None or person.person_id == into.person_id:
        fresh = replace(row.ended(new_id(), day, _ONE_HUMAN), cause="merge", cause_person=gone)
    else:
        who = replace(row.representative, person_id=into.person_id, name=into.identity.full_name)
        fresh = replace(row, row_id=new_id(), representative=who, cause="merge", cause_person=gone)
        if not await _fits(people, fresh):
            fresh = replace(
                row.ended(new_id(), day, _HELD_ALREADY), cause="merge", cause_person=gone
            )
    await _change(people, person, fresh)


async def records_parted(
    session: AsyncSession, pairs: Mapping[UUID, UUID], *, now: datetime
) -> None:
    """Undo what `records_merged` did for records that stand again (keys)."""
    for gone, out_of in pairs.items():
        await _restore(session, [gone], "merge", now)
        rows = [
            row
            for row in await store.of_person(session, out_of)
            if row.cause == "merge" and row.cause_person == gone
        ]
        people, here = await _people(session, now, [out_of] if rows else [])
        if out_of not in here:
            continue
        await store.withdraw(session, [row.row_id for row in rows], now)
        for row in rows:
            if row.revoked_on is None:
                day = max(now.date(), row.valid_from)
                people.tell(here[out_of], revoked_event(row.ended(new_id(), day, _PARTED)))
        await people.flush()


async def _restore(
    session: AsyncSession, causes: Collection[UUID], cause: Cause, now: datetime
) -> int:
    """Let hold again what was set aside, unless somebody has changed it since."""
    rows = await store.take_from_aside(session, cause, causes)
    people, here = await _people(session, now, [row.person_id for row in rows])
    restored = 0
    for row in rows:
        present = {
            one.representation_id: one for one in await store.of_person(session, row.person_id)
        }
        stands = present.get(row.representation_id)
        if stands is None or stands.cause != cause or stands.cause_person not in causes:
            continue
        fresh = replace(row, row_id=new_id())
        if row.person_id not in here or not await _fits(people, fresh):
            continue
        await store.insert(session, [fresh], now=now, recorded_by=people.recorded_by)
        people.tell(here[row.person_id], appointed_event(fresh, people.recorded_by))
        restored += 1
    await people.flush()
    return restored


async def _change(people: People, person: Person, fresh: Representation) -> None:
    await store.insert(
        people.session, [fresh], now=people.now, recorded_by=people.recorded_by, aside=True
    )
    told = (
        appointed_event(fresh, people.recorded_by)
        if fresh.revoked_on is None
        else revoked_event(fresh)
    )
    people.tell(person, told)


async def _fits(people: People, fresh: Representation) -> bool:
    present = await store.of_person(people.session, fresh.person_id)
    others = [row for row in present if row.representation_id != fresh.representation_id]
    try:
        check_new(fresh, others)
    except Conflict:
        return False
    return True


async def _people(
    session: AsyncSession, now: datetime, ids: Collection[UUID]
) -> tuple[People, Mapping[UUID, Person]]:
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    if ids:
        await people.load(person_ids=ids)
    return people, {person.person_id: person for person in people.everybody()}


async def follow(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Put appointments of people under the commune where they live now; nothing else changes."""
    if communes:
        await store.move(session, communes)
