"""Publishing to a stream: atomic batches (ADR-50), and one by one where a batch is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import nats.js.errors
from nats.js.api import Header, PubAck

from common.events.nats import Nats

BATCH_MESSAGES = 1000
"""Most messages of one atomic batch (limit of the server)."""
_ACK_SECONDS = 10.0
_DUPLICATE_IN_BATCH = 10201


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event of the outbox, ready to go."""

    row_id: int
    event_id: UUID
    subject: str
    payload: bytes


async def publish(nats_: Nats, stream: str, rows: Sequence[Outgoing]) -> list[int]:
    """Publish rows in order, all or none per batch; give their sequences in the stream.

    When some were published before (the relay died before it could write that down), the batch is
    refused as a whole; then they go one by one, and the server's memory of ids drops the repeats.

    Raises:
        ConnectionError, TimeoutError, nats.errors.Error: not known to be published; do it again.
    """
    if len(rows) > 1:
        try:
            return await _atomic(nats_, stream, rows)
        except nats.js.errors.APIError as error:
            if error.err_code != _DUPLICATE_IN_BATCH:
                raise
    return [await _single(nats_, stream, row) for row in rows]


async def _atomic(nats_: Nats, stream: str, rows: Sequence[Outgoing]) -> list[int]:
    client = nats_.client
    # A batch id must be new on each try: the server may still hold a half of the last one.
    batch_id = uuid4().hex

    def headers(position: int) -> dict[str, str]:
        return {
            Header.MSG_ID.value: str(rows[position].event_id),
            Header.EXPECTED_STREAM.value: stream,
            Header.BATCH_ID.value: batch_id,
            Header.BATCH_SEQUENCE.value: str(position + 1),
        }

    first, last = rows[0], rows[-1]
    answer = await client.request(
        first.subject, first.payload, timeout=_ACK_SECONDS, headers=headers(0)
    )
    _refuse_error(answer.data)
    for position, row in enumerate(rows[1:-1], start=1):
        await client.publish(row.subject, row.payload, headers=headers(position))
        if position % 100 == 0:
            await asyncio.sleep(0)
    closing = headers(len(rows) - 1) | {Header.BATCH_COMMIT.value: "1"}
    answer = await client.request(last.subject, last.payload, timeout=_ACK_SECONDS, headers=closing)
    _refuse_error(answer.data)
    ack = PubAck.from_response(json.loads(answer.data))
    if ack.batch_size != len(rows):
        msg = f"the stream took {ack.batch_size} of {len(rows)} messages"
        raise nats.js.errors.Error(msg)
    return list(range(ack.seq - len(rows) + 1, ack.seq + 1))


async def _single(nats_: Nats, stream: str, row: Outgoing) -> int:
    ack = await nats_.jetstream.publish(
        row.subject,
        row.payload,
        timeout=_ACK_SECONDS,
        headers={
            Header.MSG_ID.value: str(row.event_id),
            Header.EXPECTED_STREAM.value: stream,
        },
    )
    return int(ack.seq)


def _refuse_error(data: bytes) -> None:
    if data:
        answer = json.loads(data)
        if "error" in answer:
            raise nats.js.errors.APIError(**answer["error"])
