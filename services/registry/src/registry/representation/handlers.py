"""What representation does when people die, move, or turn out to be one: appointments follow."""

from __future__ import annotations

from collections.abc import Sequence
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
from registry.representation import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """End what the dead held for others."""
    deaths = {UUID(event.subject): event.data.death_date for event in events}
    await service.representative_died(session, deaths, now=session.info["clock"].now())


async def follow_people(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Take the appointments of those who live in another commune now along."""
    moved = {
        event.data.person.person_id: event.data.person.commune_code
        for event in events
        if isinstance(event.data, PersonMoved) or "commune_code" in event.data.changed
    }
    await service.follow(session, moved)


async def on_corrected(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Who did not die after all holds for others what they held."""
    living = [
        event.data.person.person_id
        for event in events
        if "death_date" in event.data.changed and event.data.person.death_date is None
    ]
    if living:
        await service.death_taken_back(session, living, now=session.info["clock"].now())


async def on_merged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Appointments of and by the record that ceases are the staying one's."""
    pairs = {UUID(event.subject): event.data.into.person_id for event in events}
    await service.records_merged(session, pairs, now=session.info["clock"].now())


async def on_unmerged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Both records have the appointments that they had."""
    pairs = {UUID(event.subject): event.data.out_of.person_id for event in events}
    await service.records_parted(session, pairs, now=session.info["clock"].now())


HANDLERS: Handlers = [
    ((PersonMoved, PersonCorrected), follow_people),
    ((PersonDied,), on_died),
    ((PersonCorrected,), on_corrected),
    ((PersonMerged,), on_merged),
    ((PersonUnmerged,), on_unmerged),
]
