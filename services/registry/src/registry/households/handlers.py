"""What households do when a person dies, moves away or turns out to be somebody else's record.

Only memberships change: the person's own event has been told, with the household they are in now.
What a death or a merge ended holds again when that is undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import (
    PersonCorrected,
    PersonDied,
    PersonMerged,
    PersonMoved,
    PersonUnmerged,
)
from common.events.dispatch import AnyEvent, Handlers
from registry.households.domain import Cause
from registry.households.service import Households, follow_merges, follow_partings, put_back
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """The dead belong to their household to the end of the day on which they died."""
    ends = {UUID(e.subject): e.data.death_date + timedelta(days=1) for e in events}
    await _end(session, ends, "death")


async def on_corrected(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Who did not die after all is in their household as before."""
    living = [
        event.data.person.person_id
        for event in events
        if "death_date" in event.data.changed and event.data.person.death_date is None
    ]
    if living:
        households = _households(session)
        await put_back(households, living, "death")
        await households.flush()


async def on_moved(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Who lives in another commune is in no household of the former one."""
    await _end(session, {UUID(e.subject): e.data.moved_on for e in events})


async def on_merged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """The record that stays takes the place in the household, unless it has one of its own."""
    households = _households(session)
    await follow_merges(households, {UUID(e.subject): e.data.into.person_id for e in events})
    await households.flush()


async def on_unmerged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Both records are in the households in which they were."""
    households = _households(session)
    await follow_partings(households, {UUID(e.subject): e.data.out_of.person_id for e in events})
    await households.flush()


def _households(session: AsyncSession) -> Households:
    people = People(
        session,
        now=session.info["clock"].now(),
        recorded_by=session.info["scope"].actor,
    )
    return Households(people)


async def _end(session: AsyncSession, ends: dict[UUID, date], cause: Cause | None = None) -> None:
    households = _households(session)
    await households.load_of(ends)
    for person_id, day in ends.items():
        households.end(person_id, day, cause)
    await households.flush()


HANDLERS: Handlers = [
    ((PersonDied,), on_died),
    ((PersonCorrected,), on_corrected),
    ((PersonMoved,), on_moved),
    ((PersonMerged,), on_merged),
    ((PersonUnmerged,), on_unmerged),
]
