"""The relay: moves events from the outbox to the stream, in order, one active relay per service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import asyncpg

from common.contracts.catalogue import STREAMS
from common.events import metrics, outbox_store
from common.events.failures import is_transient
from common.events.nats import Nats
from common.events.outbox_store import Connection
from common.events.publish import BATCH_MESSAGES, publish
from common.events.rewind import StreamAheadError, rewind

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 0.2
_BUSY_SECONDS = 0.02
_STANDBY_SECONDS = 0.2
_REWIND_SECONDS = 30.0
_FIGURES_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 5.0
_AHEAD_PAUSE_SECONDS = 60.0


class Relay:
    """One connection does all: it holds the lock, listens, reads and writes down.

    When that connection dies, the lock is free and this relay knows it no longer holds it.
    """

    def __init__(self, database_url: str, nats_: Nats, *, service: str) -> None:
        """Keep the parts; `run` works.

        Args:
            database_url: `postgresql://...` of the app role.
            nats_: the service's connection.
            service: the producer; names the stream.
        """
        self._url = database_url
        self._nats = nats_
        self._service = service
        self._stream = STREAMS[service]
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; outages of PostgreSQL and NATS are waited out."""
        pause = _IDLE_SECONDS
        while not stop.is_set():
            try:
                async with self._connected() as connection:
                    if not await self._becomes_active(connection, stop):
                        return
                    metrics.RELAY_ACTIVE.labels(self._service).set(1)
                    await self._serve(connection, stop)
            except StreamAheadError:
                _LOG.exception("relay_stopped")
                await _sleep(stop, _AHEAD_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 - this loop must survive any outage
                level = logging.WARNING if is_transient(error) else logging.ERROR
                _LOG.log(level, "relay_interrupted: %s", type(error).__name__, exc_info=error)
                await _sleep(stop, pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _IDLE_SECONDS
            finally:
                metrics.RELAY_ACTIVE.labels(self._service).set(0)

    async def _serve(self, connection: Connection, stop: asyncio.Event) -> None:
        checked_connection, checked_at, figures_at = -1, 0.0, 0.0
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            self._wake.clear()
            if connection.is_closed():
                msg = "the relay's database connection is gone, and its lock with it"
                raise ConnectionError(msg)
            if loop.time() - figures_at > _FIGURES_SECONDS:
                figures_at = loop.time()
                await self._show_figures(connection)
            published = 0
            if self._nats.is_connected:
                age = loop.time() - checked_at
                if self._nats.connections != checked_connection or age > _REWIND_SECONDS:
                    checked_connection, checked_at = self._nats.connections, loop.time()
                    await rewind(connection, self._nats, service=self._service, stream=self._stream)
                published = await self.publish_pending(connection)
            if published < BATCH_MESSAGES:
                await self._rest(_BUSY_SECONDS if published else _IDLE_SECONDS)

    async def publish_pending(self, connection: Connection) -> int:
        """Publish one batch of what waits; give how many events went out."""
        rows = await outbox_store.pending(connection)
        if rows:
            sequences = await publish(self._nats, self._stream, rows)
            await outbox_store.mark_published(connection, rows, sequences)
            metrics.PUBLISHED.labels(self._service).inc(len(rows))
        return len(rows)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        connection: Connection = await asyncpg.connect(
            self._url,
            timeout=10,
            command_timeout=60,
            server_settings={"application_name": f"{self._service}-relay"},
        )
        try:
            await connection.add_listener("outbox", self._on_notify)
            yield connection
        finally:
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
                await connection.close(timeout=2)

    async def _becomes_active(self, connection: Connection, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            if await outbox_store.try_lock(connection):
                return True
            await _sleep(stop, _STANDBY_SECONDS)
        return False

    async def _rest(self, seconds: float) -> None:
        """Wait for a NOTIFY, but not for long: it may be lost, and `stop` be set."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def _on_notify(self, *_: object) -> None:
        self._wake.set()

    async def _show_figures(self, connection: Connection) -> None:
        pending, oldest, parked = await outbox_store.backlog(connection)
        metrics.OUTBOX_PENDING.labels(self._service).set(pending)
        metrics.OUTBOX_OLDEST.labels(self._service).set(oldest)
        metrics.DEAD_LETTERS_OPEN.labels(self._service).set(parked)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
