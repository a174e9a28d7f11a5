"""What intake does when something happens to a person elsewhere in the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import PersonDied, PersonRegistered
from common.events.dispatch import AnyEvent, Handlers, without_bulk
from registry.intake.domain.findings import Finding
from registry.intake.service import match_people
from registry.intake.store import results as store

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@without_bulk
async def on_registered(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Look for a death notice that waited for somebody whom an officer registers."""
    # An import looks by itself, so that a death is told before the row that it concerns.
    ids = [UUID(event.subject) for event in events if event.data.recorded_by != "intake"]
    if ids:
        await match_people(session, ids, now=session.info["clock"].now())


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note the death on every row of a list on which the person stands."""
    await store.note_deceased(
        session, [UUID(event.subject) for event in events], Finding("person_deceased")
    )


HANDLERS: Handlers = [
    ((PersonRegistered,), on_registered),
    ((PersonDied,), on_died),
]
