from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest_asyncio

from common.contracts.envelope import Event, EventData
from common.contracts.registry import PersonRegistered
from common.database.ids import new_id
from common.database.session import Database
from common.events.dispatch import Dispatcher
from common.events.emit import encode
from common.events.nats import Nats
from common.testing.clocks import FixedBusinessClock
from common.testing.databases import DatabaseMaker
from common.testing.nats_server import PASSWORD, NatsServer
from common.testing.sample.side import NOON, SAMPLE, Applied, Side


@pytest_asyncio.fixture
async def side_on(
    nats_server: NatsServer,
) -> AsyncIterator[Callable[[DatabaseMaker, str], Awaitable[Side]]]:
    """Make a side on the given database server."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(databases: DatabaseMaker, service: str) -> Side:
            made = await databases.make(service, package=SAMPLE)
            applied = Applied()
            dispatcher = Dispatcher([[((PersonRegistered,), applied.handle)]])
            # Only the consuming side has rooms; a producer's own would apply its events twice.
            own = dispatcher if service != "registry" else None
            db = Database(
                made.url,
                pool_size=4,
                dispatcher=own,
                clock=FixedBusinessClock(NOON),
                service=service,
            )
            await db.open()
            stack.push_async_callback(db.close)
            nats = Nats(nats_server.url, service=service, user=service, password=PASSWORD)
            await nats.open()
            stack.push_async_callback(nats.close)
            tasks = await stack.enter_async_context(contextlib.AsyncExitStack())
            return Side(service, made, db, nats, applied, dispatcher, tasks)

        yield make


@pytest_asyncio.fixture
async def registry(
    side_on: Callable[[DatabaseMaker, str], Awaitable[Side]], databases: DatabaseMaker
) -> Side:
    return await side_on(databases, "registry")


@pytest_asyncio.fixture
async def eligibility(
    side_on: Callable[[DatabaseMaker, str], Awaitable[Side]], databases: DatabaseMaker
) -> Side:
    return await side_on(databases, "eligibility")


@pytest_asyncio.fixture
async def publish(nats_server: NatsServer) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Put an event on the stream without any outbox, as often and in any order as wanted."""
    client = await nats_server.connect()

    async def send(
        data: EventData,
        aggregate_id: UUID,
        version: int,
        *,
        event_id: UUID | None = None,
        message_id: str | None = None,
        payload: bytes | None = None,
    ) -> None:
        event = Event[Any].model_construct(
            id=event_id or new_id(),
            source="/ansinh/registry",
            type=data.event_type,
            subject=str(aggregate_id),
            time=NOON,
            sequence=version,
            data=data,
        )
        await client.jetstream().publish(
            data.subject(),
            payload if payload is not None else encode(event).encode(),
            headers={"Nats-Msg-Id": message_id or str(event.id)},
        )

    yield send
    await client.close()
