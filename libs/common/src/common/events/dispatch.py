"""Events inside a service: handed to the rooms in corridor order, in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from common.contracts.envelope import Event, EventData

if TYPE_CHECKING:
    from common.database.session import AsyncSession

AnyEvent: TypeAlias = Event[Any]
Handler: TypeAlias = "Callable[[AsyncSession, Sequence[AnyEvent]], Awaitable[None]]"
Handlers: TypeAlias = "list[tuple[tuple[type[EventData], ...], Handler]]"
"""A room's `HANDLERS`: which event types go to which function."""


def without_bulk(handler: Handler) -> Handler:
    """Mark a handler that need not hear of bulk work, because whoever does it has seen to it."""
    handler.__dict__["without_bulk"] = True
    return handler


class Dispatcher:
    """The rooms of a service in corridor order."""

    def __init__(self, rooms: Sequence[Handlers]) -> None:
        """Keep the rooms' handlers, upstream first."""
        self._handlers = tuple(entry for room in rooms for entry in room)

    @property
    def bulk_types(self) -> frozenset[type[EventData]]:
        """Event types that some room wants to hear of when they are told in bulk, too."""
        return frozenset(
            kind for kinds, handler in self._handlers if not _spared(handler) for kind in kinds
        )

    async def dispatch(
        self, session: AsyncSession, events: Sequence[AnyEvent], *, bulk: bool = False
    ) -> None:
        """Give each handler all events of its types as one list, in stream order.

        Handlers run in corridor order, so that a room downstream never reads facts older than the
        event that it handles. An error of a handler ends the transaction of the batch. Told in
        `bulk`, the events pass by the handlers that need not hear of it.
        """
        for kinds, handler in self._handlers:
            if bulk and _spared(handler):
                continue
            chosen = [event for event in events if isinstance(event.data, kinds)]
            if chosen:
                await handler(session, chosen)


def _spared(handler: Handler) -> bool:
    return getattr(handler, "without_bulk", False)
