"""Registry events into this service's own copy."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import EVENTS
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.facts import service


async def keep_facts(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep what a batch of registry events says."""
    await service.keep(session, events, session.info["clock"].now())


HANDLERS: Handlers = [(EVENTS, keep_facts)]
