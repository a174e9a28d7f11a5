"""The outbox, not the stream, is the record: find what a stream has lost and publish it again.

A stream can fall behind after a power failure or when its store is replaced by an older copy.
"""

from __future__ import annotations

import logging
from uuid import UUID

import nats.js.errors
from nats.js.api import Header

from common.events import metrics, outbox_store
from common.events.nats import Nats
from common.events.outbox_store import Connection

_LOG = logging.getLogger(__name__)


class StreamAheadError(RuntimeError):
    """The stream holds events that this outbox never wrote: the database was set back.

    Publishing stops. Somebody must compare the two and decide (runbook: database restored).
    """


async def rewind(connection: Connection, nats_: Nats, *, service: str, stream: str) -> int:
    """Compare stream and outbox; let what the stream lost be published again; give how many.

    Both agree up to some sequence and differ behind it, so the border is found by halving.

    Raises:
        StreamAheadError: see there.
        ConnectionError, TimeoutError, nats.errors.Error: NATS does not answer.
    """
    state = (await nats_.jetstream.stream_info(stream)).state
    last, first = int(state.last_seq), int(state.first_seq)
    if state.messages:
        newest = await _event_in_stream(nats_, stream, last)
        ahead = newest is not None and not await outbox_store.wrote(connection, newest)
        metrics.STREAM_AHEAD.labels(service).set(ahead)
        if ahead:
            msg = f"stream {stream} holds events at {last} that the outbox of {service} never wrote"
            raise StreamAheadError(msg)
    known = await outbox_store.last_sequence(connection)
    agreed = await _agreed(connection, nats_, stream, first, min(last, known))
    if agreed >= known:
        return 0
    lost = await outbox_store.forget_published(connection, agreed)
    metrics.REWOUND.labels(service).inc(lost)
    _LOG.warning("relay_rewound: %s lost %d events after %d", stream, lost, agreed)
    return lost


async def _agreed(connection: Connection, nats_: Nats, stream: str, first: int, last: int) -> int:
    """Give the highest sequence up to which stream and outbox hold the same events."""
    if last < first:
        # Nothing left to compare: an empty stream remembers its last sequence, a new one has 0.
        return last
    if await _same(connection, nats_, stream, last):
        return last
    low, high = first - 1, last
    while high - low > 1:
        middle = (low + high) // 2
        if await _same(connection, nats_, stream, middle):
            low = middle
        else:
            high = middle
    return low


async def _same(connection: Connection, nats_: Nats, stream: str, sequence: int) -> bool:
    expected = await outbox_store.event_at(connection, sequence)
    if expected is None:
        # Not ours to compare (a repeat that was dropped leaves no row): does not contradict.
        return True
    return await _event_in_stream(nats_, stream, sequence) == expected


async def _event_in_stream(nats_: Nats, stream: str, sequence: int) -> UUID | None:
    try:
        message = await nats_.jetstream.get_msg(stream, seq=sequence)
    except nats.js.errors.NotFoundError:
        return None
    text = (message.headers or {}).get(Header.MSG_ID.value)
    return UUID(text) if text else None
