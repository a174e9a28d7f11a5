"""The statements of the audit log: the app role may INSERT what follows and nothing else.

Actor, client, communes and time are written by the server from the transaction's settings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python
from sqlalchemy import RowMapping, text

if TYPE_CHECKING:
    import asyncpg

    from common.database.session import AsyncSession, Scope


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the audit log. `outcome` is `done`, `read` or `refused`."""

    action: str
    outcome: str
    purpose: str
    subject_type: str
    subject_id: str
    request_id: str | None
    detail: dict[str, Any]

    @property
    def detail_json(self) -> str:
        """The detail as PostgreSQL takes it."""
        return json.dumps(to_jsonable_python(self.detail), ensure_ascii=False)


async def insert(session: AsyncSession, entry: Entry) -> None:
    """Append an entry."""
    statement = text(
        "INSERT INTO audit_entry"
        " (action, outcome, purpose, subject_type, subject_id, request_id, detail)"
        " VALUES (:action, :outcome, :purpose, :subject_type, :subject_id, :request_id,"
        " cast(:detail AS jsonb))"
    )
    values = {
        "action": entry.action,
        "outcome": entry.outcome,
        "purpose": entry.purpose,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "request_id": entry.request_id,
        "detail": entry.detail_json,
    }
    await session.execute(statement, values)


async def insert_access(pool: asyncpg.Pool[asyncpg.Record], scope: Scope, entry: Entry) -> None:
    """Append an entry in a transaction of its own, one round trip."""
    await pool.execute(
        "SELECT record_access($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)",
        scope.actor, scope.client, scope.setting,
        entry.action, entry.outcome, entry.purpose, entry.subject_type, entry.subject_id,
        entry.request_id, entry.detail_json,
    )  # fmt: skip


async def accesses(
    session: AsyncSession, subjects: Sequence[str], before: int | None, limit: int
) -> Sequence[RowMapping]:
    """Read the entries about a person (by any of the subject ids), the newest first."""
    statement = text(
        "SELECT seq, recorded_at, actor, client_id, action, outcome, purpose FROM audit_entry"
        " WHERE subject_type IN ('person', 'personal_id') AND subject_id = ANY (:subjects)"
        " AND seq < coalesce(cast(:before AS bigint), 9223372036854775807)"
        " ORDER BY seq DESC LIMIT :limit"
    )
    values = {"subjects": list(subjects), "before": before, "limit": limit}
    return (await session.execute(statement, values)).mappings().all()


async def seal(session: AsyncSession) -> int:
    """Seal the entries that are not in a block yet; gives how many."""
    return int(await session.scalar(text("SELECT seal_audit()")) or 0)


async def blocks(session: AsyncSession) -> Sequence[RowMapping]:
    """Read all blocks in their order."""
    statement = text(
        "SELECT block, entries, algorithm, previous, digest FROM audit_block ORDER BY block"
    )
    return (await session.execute(statement)).mappings().all()


async def block_entries(session: AsyncSession, block: int) -> Sequence[RowMapping]:
    """Read the entries of a block as they are digested."""
    statement = text(
        "SELECT seq::text, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'),"
        " actor, client_id, communes, action, outcome, purpose, subject_type, subject_id,"
        " coalesce(request_id, ''), detail::text"
        " FROM audit_entry WHERE block = :block ORDER BY seq"
    )
    return (await session.execute(statement, {"block": block})).mappings().all()


async def unusual_readers(
    session: AsyncSession, within: timedelta, reads_max: int, refusals_max: int
) -> Sequence[RowMapping]:
    """Find actors with more reads or refusals than usual, about whom no alarm was raised yet."""
    statement = text(
        "SELECT actor, count(*) FILTER (WHERE outcome = 'read') AS reads,"
        " count(*) FILTER (WHERE outcome = 'refused') AS refusals"
        " FROM audit_entry WHERE recorded_at > clock_timestamp() - cast(:within AS interval)"
        " GROUP BY actor HAVING (count(*) FILTER (WHERE outcome = 'read') > :reads"
        " OR count(*) FILTER (WHERE outcome = 'refused') > :refusals)"
        " AND NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.subject_type = 'actor'"
        " AND a.subject_id = audit_entry.actor AND a.action = 'reading.unusual'"
        " AND a.recorded_at > clock_timestamp() - cast(:within AS interval))"
    )
    values = {"within": within, "reads": reads_max, "refusals": refusals_max}
    return (await session.execute(statement, values)).mappings().all()
