"""What areas do when people move: the open question where they live goes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common.contracts.registry import PersonCorrected, PersonMoved
from common.events.dispatch import AnyEvent, Handlers
from registry.areas import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def follow_people(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Take the questions about those who live in another commune now along."""
    moved = {
        event.data.person.person_id: event.data.person.commune_code
        for event in events
        if isinstance(event.data, PersonMoved) or "commune_code" in event.data.changed
    }
    await service.follow(session, moved)


HANDLERS: Handlers = [((PersonCorrected, PersonMoved), follow_people)]
