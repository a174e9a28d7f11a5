"""What verification does when somebody moves: what is known of them goes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common.contracts.registry import PersonCorrected, PersonMoved
from common.events.dispatch import AnyEvent, Handlers, without_bulk
from registry.verification import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@without_bulk
async def on_moved(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Take checks and tasks along into the commune where the person lives now."""
    homes = {
        event.data.person.person_id: event.data.person.commune_code
        for event in events
        if isinstance(event.data, PersonMoved) or "commune_code" in event.data.changed
    }
    if homes:
        await service.follow(session, homes)


HANDLERS: Handlers = [((PersonMoved, PersonCorrected), on_moved)]
