"""One side of a conversation between two services, small enough to be watched in tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from common.contracts.registry import PersonRegistered
from common.database.ids import new_id
from common.database.session import AsyncSession, Database, Scope
from common.events.consumer import Consumer
from common.events.dispatch import AnyEvent, Dispatcher
from common.events.emit import NewEvent, emit_many
from common.events.nats import Nats
from common.events.relay import Relay
from common.runtime.clock import VN_TZ
from common.testing.databases import ServiceDatabase

SAMPLE = "common.testing.sample.migrations"
SCOPE = Scope.service("test")
NOON = datetime(2026, 11, 12, 12, tzinfo=VN_TZ)


class HandlerRefuses(ValueError):
    """What a handler says to an event that breaks one of its rules."""


def person(person_id: UUID, name: str = "Nguyễn Thị Mẫu") -> PersonRegistered:
    """Make the data of an event about a person."""
    example = PersonRegistered.example
    state = {**example["person"], "person_id": str(person_id), "full_name": name}
    return PersonRegistered.model_validate({**example, "person": state})


@dataclass
class Applied:
    """The handler of the consuming side: what it saw is written in its transaction."""

    poison: set[str] = field(default_factory=set)

    async def handle(self, session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        """Write one row per event; refuse a name that is poison."""
        for event in events:
            if event.data.person.full_name in self.poison:
                raise HandlerRefuses(event.data.person.full_name)
        await session.execute(
            text(
                "INSERT INTO thing (id, commune_code, name, version)"
                " VALUES (:id, '25000', :name, :version)"
            ),
            [
                {"id": new_id(), "name": event.subject, "version": event.sequence}
                for event in events
            ],
        )


@dataclass
class Side:
    """One service: its database, its connection to NATS, its tasks."""

    service: str
    made: ServiceDatabase
    db: Database
    nats: Nats
    applied: Applied
    dispatcher: Dispatcher
    tasks: contextlib.AsyncExitStack

    async def tell(self, *items: tuple[UUID, int], names: Sequence[str] = ()) -> None:
        """Tell events (aggregate, version) in one transaction."""
        async with self.db.transaction(SCOPE) as session:
            await emit_many(
                session,
                [
                    NewEvent(key, version, person(key, names[n] if names else "Nguyễn Thị Mẫu"))
                    for n, (key, version) in enumerate(items)
                ],
            )

    async def run(self, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        """Run a relay's or consumer's loop until the test ends."""
        stop = asyncio.Event()
        task = asyncio.create_task(work(stop))

        async def end() -> None:
            stop.set()
            await asyncio.wait_for(task, 30)

        self.tasks.push_async_callback(end)

    async def start_relay(self) -> Relay:
        """Run a relay until the test ends."""
        relay = Relay(self.db.url, self.nats, service=self.service)
        await self.run(relay.run)
        return relay

    async def start_consumer(self, producer: str) -> Consumer:
        """Run a consumer until the test ends."""
        consumer = Consumer(
            self.db, self.nats, self.dispatcher, service=self.service, producer=producer
        )
        await self.run(consumer.run)
        return consumer

    async def value(self, query: str) -> Any:
        """Ask the database for one value, as the superuser."""
        connection = await asyncpg.connect(self.made.superuser_url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database for rows, as the superuser."""
        connection = await asyncpg.connect(self.made.superuser_url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def is_there(self) -> bool:
        """Tell whether the database answers."""
        try:
            return bool(await self.value("SELECT true"))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def versions(self) -> dict[str, list[int]]:
        """Applied versions per aggregate, in the order of their application."""
        found: dict[str, list[int]] = {}
        for name, version in await self.rows("SELECT name, version FROM thing ORDER BY id"):
            found.setdefault(name, []).append(version)
        return found


async def until(question: Callable[[], Awaitable[Any]], wanted: Any, seconds: float = 40) -> None:
    """Wait for an answer; a test that waits in vain fails with the last one."""
    found: Any = None
    for _ in range(int(seconds / 0.05)):
        found = await question()
        if found == wanted:
            return
        await asyncio.sleep(0.05)
    msg = f"after {seconds} s still {found!r}, not {wanted!r}"
    raise AssertionError(msg)
