"""What households do when a person dies, moves away or turns out to be somebody else's record.

Only the membership ends: the person's own event has been told, with the version that it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import PersonDied, PersonMerged, PersonMoved
from common.events.dispatch import AnyEvent, Handlers
from registry.households.service import Households
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """The dead belong to their household to the end of the day on which they died."""
    ends = {UUID(e.subject): e.data.death_date + timedelta(days=1) for e in events}
    await _end(session, ends)


async def on_moved(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Who lives in another commune is in no household of the former one."""
    await _end(session, {UUID(e.subject): e.data.moved_on for e in events})


async def on_merged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """A record that ceased is in no household; the one that stays is where it was."""
    today = session.info["clock"].today()
    await _end(session, {UUID(e.subject): today for e in events})


async def _end(session: AsyncSession, ends: dict[UUID, date]) -> None:
    people = People(
        session,
        now=session.info["clock"].now(),
        recorded_by=session.info["scope"].actor,
    )
    households = Households(people)
    await households.load_of(ends)
    for person_id, day in ends.items():
        households.end(person_id, day)
    await households.flush()


HANDLERS: Handlers = [
    ((PersonDied,), on_died),
    ((PersonMoved,), on_moved),
    ((PersonMerged,), on_merged),
]
