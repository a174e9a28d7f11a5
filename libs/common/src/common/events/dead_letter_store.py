"""SQL of parked events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.events.failures import Failure

_COLUMNS = (
    "id, producer, event_id, stream_seq, subject, aggregate_type, aggregate_id, aggregate_version,"
    " payload, reason, detail, status, attempts, parked_at, resolved_at, resolved_by"
)
_SAME_AGGREGATE = """
    status = 'open' AND producer = :producer
    AND CASE WHEN :aggregate_id = '' THEN id = :id
        ELSE aggregate_type = :aggregate_type AND aggregate_id = :aggregate_id END
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parked event. `payload` may hold a person's data: never show or log it."""

    id: UUID
    producer: str
    event_id: UUID
    stream_seq: int
    subject: str
    aggregate_type: str
    aggregate_id: str
    aggregate_version: int
    payload: str
    reason: str
    detail: str
    status: str
    attempts: int
    parked_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


async def select(
    session: AsyncSession, *, status: str, after: UUID | None, limit: int
) -> list[DeadLetter]:
    """Read letters of a status in the order of their parking."""
    rows = await session.execute(
        text(
            f"SELECT {_COLUMNS} FROM dead_letter WHERE status = :status"
            " AND (CAST(:after AS uuid) IS NULL OR id > CAST(:after AS uuid))"
            " ORDER BY id LIMIT :limit"
        ),
        {"status": status, "after": after, "limit": limit},
    )
    return [_letter(row) for row in rows]


async def find(session: AsyncSession, letter_id: UUID) -> DeadLetter | None:
    """Read one letter."""
    rows = await session.execute(
        text(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = :id"), {"id": letter_id}
    )
    row = rows.one_or_none()
    return None if row is None else _letter(row)


async def head(session: AsyncSession, letter: DeadLetter) -> DeadLetter | None:
    """Read the first open letter of the same aggregate (one without an aggregate is alone)."""
    rows = await session.execute(
        text(
            f"SELECT {_COLUMNS} FROM dead_letter WHERE {_SAME_AGGREGATE}"
            " ORDER BY aggregate_version, id LIMIT 1"
        ),
        _key(letter),
    )
    row = rows.one_or_none()
    return None if row is None else _letter(row)


async def heads(session: AsyncSession) -> list[UUID]:
    """Give the first open letter of each aggregate, in the order of their parking."""
    rows = await session.execute(
        text("""
            SELECT id FROM (
                SELECT DISTINCT ON (
                    producer, aggregate_type, aggregate_id,
                    CASE WHEN aggregate_id = '' THEN id END
                ) id
                FROM dead_letter WHERE status = 'open'
                ORDER BY producer, aggregate_type, aggregate_id,
                    CASE WHEN aggregate_id = '' THEN id END, aggregate_version
            ) AS first_of_each ORDER BY id
        """)
    )
    return list(rows.scalars())


async def count_open(session: AsyncSession, letter: DeadLetter) -> int:
    """Count the open letters of the same aggregate."""
    rows = await session.execute(
        text(f"SELECT count(*) FROM dead_letter WHERE {_SAME_AGGREGATE}"), _key(letter)
    )
    return int(rows.scalar_one())


async def resolve(
    session: AsyncSession, letter_id: UUID, *, status: str, actor: str, note: str
) -> None:
    """Close a letter."""
    await session.execute(
        text(
            "UPDATE dead_letter SET status = :status, resolved_at = clock_timestamp(),"
            " resolved_by = :actor, detail = CASE WHEN :note = '' THEN detail ELSE :note END"
            " WHERE id = :id"
        ),
        {"status": status, "actor": actor, "note": note, "id": letter_id},
    )


async def note_attempt(session: AsyncSession, letter_id: UUID, failure: Failure) -> None:
    """Keep the newest reason of a letter that failed again."""
    await session.execute(
        text(
            "UPDATE dead_letter SET attempts = attempts + 1, reason = :reason, detail = :detail"
            " WHERE id = :id AND status = 'open'"
        ),
        {"reason": failure.reason, "detail": failure.detail, "id": letter_id},
    )


def _key(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "producer": letter.producer,
        "aggregate_type": letter.aggregate_type,
        "aggregate_id": letter.aggregate_id,
    }


def _letter(row: Row[*tuple[Any, ...]]) -> DeadLetter:
    return DeadLetter(**row._asdict())
