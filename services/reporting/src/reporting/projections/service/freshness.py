"""Up to which moment each producer's events are included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.contracts.envelope import Event
from common.database.session import AsyncSession
from reporting.projections import store


async def note(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    """Remember the newest event of a producer."""
    if events:
        producer = events[0].type.split(".", 1)[0]
        await store.note_freshness(session, producer, max(event.time for event in events))
