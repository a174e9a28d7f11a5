"""Events leave in the transaction of the change: written to the outbox, handed to the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts.envelope import Event, EventData
from common.database.ids import new_id
from common.database.session import raw
from common.runtime.clock import BusinessClock

MAX_PAYLOAD_BYTES = 500 * 1024
"""Below the stream's limit for a message: one that is too large would block all behind it."""

_COLUMNS = (
    "event_id",
    "aggregate_type",
    "aggregate_id",
    "aggregate_version",
    "subject",
    "payload",
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened to which aggregate; `version` is the aggregate's own after the change."""

    aggregate_id: UUID | str
    version: int
    data: EventData


async def emit(
    session: AsyncSession, data: EventData, *, aggregate_id: UUID | str, version: int
) -> None:
    """Tell one event; see `emit_many`, which is far faster for several."""
    await emit_many(session, [NewEvent(aggregate_id, version, data)])


async def emit_many(session: AsyncSession, items: Sequence[NewEvent]) -> None:
    """Write events to the outbox and hand them to the service's rooms, in this transaction.

    The outbox comes first, so that an event that a room emits in answer follows its cause. The
    writer must hold the aggregate's row (it has just updated its version): the outbox refuses a
    version that was already used.

    Raises:
        asyncpg.UniqueViolationError: an aggregate's version was used before.
        ValueError: an event is larger than a stream takes.
    """
    if not items:
        return
    await session.flush()
    database = session.info["database"]
    clock: BusinessClock = session.info["clock"] or BusinessClock()
    now = clock.now()
    source = f"/ansinh/{database.service}"
    events = [_event(item, source, now) for item in items]
    connection = await raw(session)
    await connection.copy_records_to_table(
        "outbox", records=[_record(event) for event in events], columns=_COLUMNS
    )
    session.info["outbox_written"] = True
    dispatcher = session.info["dispatcher"]
    if dispatcher is not None:
        await dispatcher.dispatch(session, events)


def encode(event: Event[Any]) -> str:
    """Write an event as CloudEvents structured JSON."""
    return to_json(
        {
            "specversion": event.specversion,
            "id": event.id,
            "source": event.source,
            "type": event.type,
            "subject": event.subject,
            "time": event.time,
            "datacontenttype": event.datacontenttype,
            "sequence": event.sequence,
            "data": event.data,
        }
    ).decode()


def _event(item: NewEvent, source: str, now: datetime) -> Event[Any]:
    kind = type(item.data)
    # The data is already a checked model: building the envelope needs no second validation.
    return Event[Any].model_construct(
        id=new_id(),
        source=source,
        type=kind.event_type,
        subject=str(item.aggregate_id),
        time=now,
        sequence=item.version,
        data=item.data,
    )


def _record(event: Event[Any]) -> tuple[UUID, str, str, int, str, str]:
    kind: type[EventData] = type(event.data)
    payload = encode(event)
    if len(payload.encode()) > MAX_PAYLOAD_BYTES:
        msg = f"{kind.event_type} is larger than {MAX_PAYLOAD_BYTES} bytes: send it in chunks"
        raise ValueError(msg)
    return (
        event.id,
        kind.aggregate_type(),
        event.subject,
        event.sequence,
        kind.subject(),
        payload,
    )
