"""The consumer: one task per producer, one transaction per batch, order kept per aggregate."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import nats.errors
from nats.aio.msg import Msg

from common.contracts.catalogue import STREAMS, durable_name
from common.database.session import Database
from common.events import metrics
from common.events.dispatch import Dispatcher
from common.events.failures import is_transient
from common.events.inbox import Inbox, Verdict
from common.events.incoming import Incoming, read_message
from common.events.nats import Nats
from common.events.pull import PullSubscription

BATCH = 200
_LOG = logging.getLogger(__name__)
_WAIT_SECONDS = 2.0
_SHORTEST_DELAY = 0.3
_ALIVE_SECONDS = 20.0
"""A third of the time after which the broker delivers an unanswered message again."""
_LONGEST_DELAY = 5.0
_OVERDUE_DELIVERIES = 60
"""Deliveries of an early event after which it is parked and the alarm rings (about five minutes)."""


class Consumer:
    """Reads one producer's stream for one service."""

    def __init__(
        self,
        db: Database,
        nats_: Nats,
        dispatcher: Dispatcher,
        *,
        service: str,
        producer: str,
    ) -> None:
        """Keep the parts; `run` works."""
        self._nats = nats_
        self._stream = STREAMS[producer]
        self._durable = durable_name(service, producer)
        self._inbox = Inbox(db, dispatcher, service=service, producer=producer)
        self._labels = (service, producer)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; then the batch in hand is finished. Outages are waited out."""
        pause = _SHORTEST_DELAY
        while not stop.is_set():
            try:
                await self._nats.wait_connected(_WAIT_SECONDS)
                await self._serve(stop)
                pause = _SHORTEST_DELAY
            except TimeoutError:
                continue
            except Exception as error:  # noqa: BLE001 - this loop must survive any outage
                level = logging.WARNING if is_transient(error) else logging.ERROR
                name = type(error).__name__
                _LOG.log(level, "consumer_interrupted: %s %s", self._durable, name, exc_info=error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
                pause = min(pause * 2, _LONGEST_DELAY)

    async def _serve(self, stop: asyncio.Event) -> None:
        subscription = PullSubscription(self._nats, stream=self._stream, durable=self._durable)
        await subscription.open()
        made = self._nats.connections
        try:
            while not stop.is_set() and self._nats.connections == made:
                messages = await _unless(stop, subscription.fetch(BATCH, _WAIT_SECONDS))
                if messages:
                    await self.handle(messages)
        finally:
            await subscription.close()

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Apply messages and tell the broker what became of each."""
        batch: list[Incoming] = []
        by_sequence: dict[int, Msg] = {}
        for message in messages:
            sequence = message.metadata.sequence.stream
            by_sequence[sequence] = message
            batch.append(
                read_message(
                    message.subject, message.data, stream=self._stream, stream_seq=sequence
                )
            )
        try:
            overdue = {
                incoming.event_id
                for incoming in batch
                if by_sequence[incoming.stream_seq].metadata.num_delivered >= _OVERDUE_DELIVERIES
            }
            async with _kept_alive(messages):
                verdicts = await self._inbox.receive(batch, overdue)
        except Exception as error:
            if not is_transient(error):
                raise
            # Delivered again after a pause; what a part of the batch wrote is recognised then.
            _LOG.warning("batch_sent_back: %s", type(error).__name__, exc_info=error)
            metrics.RETRIED.labels(*self._labels).inc()
            for message in messages:
                await message.nak(delay=_delay(message))
            return
        for incoming in batch:
            message = by_sequence[incoming.stream_seq]
            if verdicts[incoming.event_id] is Verdict.EARLY:
                await message.nak(delay=_delay(message))
            else:
                await message.ack()


@contextlib.asynccontextmanager
async def _kept_alive(messages: Sequence[Msg]) -> AsyncIterator[None]:
    """Tell the broker that a long batch is still worked on, so that it is not delivered again."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(_ALIVE_SECONDS)
            for message in messages:
                await message.in_progress()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, nats.errors.Error):
            await beating


def _delay(message: Msg) -> float:
    delivered = min(int(message.metadata.num_delivered), 10)
    return min(_SHORTEST_DELAY * 1.5 ** (delivered - 1), _LONGEST_DELAY)


async def _unless(
    stop: asyncio.Event, fetching: Coroutine[Any, Any, Sequence[Msg]]
) -> Sequence[Msg]:
    """Wait for messages, or for `stop`; what then arrives unread is delivered again later."""
    fetch = asyncio.create_task(fetching)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((fetch, stopping), return_when=asyncio.FIRST_COMPLETED)
        if fetch.done():
            return fetch.result()
        return ()
    finally:
        for task in (fetch, stopping):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
