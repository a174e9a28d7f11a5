"""SQL of the relay, on its own asyncpg connection (the one that holds the lock)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

import asyncpg
from sqlalchemy import text

from common.database.session import AsyncSession
from common.events.publish import BATCH_MESSAGES, Outgoing

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_BATCH_BYTES = 8 * 1024 * 1024


async def try_lock(connection: Connection) -> bool:
    """Become the only active relay of this database; PostgreSQL frees the lock of the dead."""
    return bool(
        await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended('relay', 0))")
    )


async def pending(connection: Connection) -> list[Outgoing]:
    """Read the oldest events not yet published, as many as one batch takes.

    By `published_at`, never by the last id seen: ids are given out before the commit, so a
    transaction that commits late would be skipped for ever.
    """
    rows = await connection.fetch(
        "SELECT id, event_id, subject, payload FROM outbox"
        " WHERE published_at IS NULL ORDER BY id LIMIT $1",
        BATCH_MESSAGES,
    )
    chosen: list[Outgoing] = []
    size = 0
    for row in rows:
        payload = row["payload"].encode()
        size += len(payload)
        if chosen and size > _BATCH_BYTES:
            break
        chosen.append(Outgoing(row["id"], row["event_id"], row["subject"], payload))
    return chosen


async def mark_published(
    connection: Connection, rows: Sequence[Outgoing], sequences: Sequence[int]
) -> None:
    """Write down that rows are in the stream, and where."""
    await connection.execute(
        "UPDATE outbox o SET published_at = clock_timestamp(), stream_seq = p.seq"
        " FROM unnest($1::bigint[], $2::bigint[]) AS p (id, seq) WHERE o.id = p.id",
        [row.row_id for row in rows],
        list(sequences),
    )


async def last_sequence(connection: Connection) -> int:
    """Give the highest stream sequence that the outbox knows, 0 for none."""
    return int(await connection.fetchval("SELECT coalesce(max(stream_seq), 0) FROM outbox"))


async def event_at(connection: Connection, sequence: int) -> UUID | None:
    """Give the event that the outbox believes to stand at a sequence of the stream."""
    found: UUID | None = await connection.fetchval(
        "SELECT event_id FROM outbox WHERE stream_seq = $1 ORDER BY id DESC LIMIT 1", sequence
    )
    return found


async def wrote(connection: Connection, event_id: UUID) -> bool:
    """Tell whether an event is from this outbox."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM outbox WHERE event_id = $1)", event_id
        )
    )


async def forget_published(connection: Connection, after: int) -> int:
    """Let events above a sequence be published again; give how many."""
    done = await connection.execute(
        "UPDATE outbox SET published_at = NULL, stream_seq = NULL WHERE stream_seq > $1", after
    )
    return int(done.rsplit(" ", 1)[-1])


async def backlog(connection: Connection) -> tuple[int, float, int]:
    """Give pending events, the age in seconds of the oldest, and open dead letters."""
    row = await connection.fetchrow("""
        SELECT count(*) AS pending,
               coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS oldest,
               (SELECT count(*) FROM dead_letter WHERE status = 'open') AS parked
        FROM outbox WHERE published_at IS NULL
    """)
    if row is None:
        return 0, 0.0, 0
    return int(row["pending"]), float(row["oldest"]), int(row["parked"])


async def count_pending(session: AsyncSession) -> int:
    """Count the events not yet published, as a request may ask."""
    counted = await session.execute(text("SELECT count(*) FROM outbox WHERE published_at IS NULL"))
    return int(counted.scalar_one())
