"""What representation does when somebody dies: the dead act for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import PersonDied
from common.events.dispatch import AnyEvent, Handlers
from registry.representation import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """End what the dead held for others."""
    deaths = {UUID(event.subject): event.data.death_date for event in events}
    await service.representative_died(session, deaths, now=session.info["clock"].now())


HANDLERS: Handlers = [((PersonDied,), on_died)]
