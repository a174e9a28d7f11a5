"""What happens to people upstream: sealed facts move with them."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import PersonCorrected, PersonMoved
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from registry.sealed_facts import service


async def follow_people(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Take the sealed facts of those who live in another commune now along."""
    moved = {
        event.data.person.person_id: event.data.person.commune_code
        for event in events
        if isinstance(event.data, PersonMoved) or "commune_code" in event.data.changed
    }
    await service.follow(session, moved)


HANDLERS: Handlers = [((PersonCorrected, PersonMoved), follow_people)]
