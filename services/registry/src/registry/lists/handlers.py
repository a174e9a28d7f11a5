"""What intake does when something happens to a person elsewhere in the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.registry import PersonDied
from common.events.dispatch import AnyEvent, Handlers
from registry.lists.domain.findings import Finding
from registry.lists.store import results as store

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_died(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note the death on every row of a list on which the person stands."""
    await store.note_deceased(
        session, [UUID(event.subject) for event in events], Finding("person_deceased")
    )


HANDLERS: Handlers = [
    ((PersonDied,), on_died),
]
