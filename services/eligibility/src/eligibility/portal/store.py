"""Every SQL statement of `portal`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession
from eligibility.portal.domain import Outbound


async def queue(session: AsyncSession, rows: Sequence[Mapping[str, Any]], due_at: datetime) -> None:
    """Queue statuses; the same step of a dossier is queued once."""
    await session.execute(
        text("""
            INSERT INTO portal_message (message_id, dossier_code, dossier_version, commune_code,
                status, body, state, attempts, next_attempt_at, created_at)
            SELECT i.message_id, i.dossier_code, i.dossier_version, i.commune_code, i.status,
                i.body, 'queued', 0, :due, :due
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                message_id uuid, dossier_code text, dossier_version bigint, commune_code text,
                status smallint, body jsonb
            ) ON CONFLICT (dossier_code, dossier_version) DO NOTHING
        """),
        {"rows": to_json(rows).decode(), "due": due_at},
    )


async def latest(session: AsyncSession, codes: Collection[str]) -> dict[str, tuple[int, str]]:
    """Read status and last day that the portal was told last of each dossier."""
    statement = text("""
        SELECT DISTINCT ON (dossier_code) dossier_code, status,
            body ->> 'NgayKetThucTheoQuyDinh' AS due_on
        FROM portal_message WHERE dossier_code = ANY(:codes)
        ORDER BY dossier_code, dossier_version DESC
    """)
    rows = await session.execute(statement, {"codes": list(codes)})
    return {row.dossier_code: (row.status, row.due_on) for row in rows}


async def claim(
    session: AsyncSession, *, now: datetime, lease: timedelta, limit: int
) -> list[Outbound]:
    """Take what is due, of each dossier the earliest step, and keep others off it for a while."""
    statement = text("""
        UPDATE portal_message SET attempts = attempts + 1, next_attempt_at = :until
        WHERE message_id IN (
            SELECT message_id FROM portal_message m
            WHERE state = 'queued' AND next_attempt_at <= :now AND NOT EXISTS (
                SELECT 1 FROM portal_message earlier
                WHERE earlier.dossier_code = m.dossier_code AND earlier.state = 'queued'
                    AND earlier.dossier_version < m.dossier_version
            )
            ORDER BY next_attempt_at, message_id LIMIT :limit FOR UPDATE SKIP LOCKED
        ) RETURNING message_id, dossier_code, body, attempts
    """)
    values = {"now": now, "until": now + lease, "limit": limit}
    return [
        Outbound(row.message_id, row.dossier_code, row.body, row.attempts)
        for row in await session.execute(statement, values)
    ]


async def mark_sent(session: AsyncSession, message_id: UUID, now: datetime) -> None:
    """Note that the portal has a status."""
    await session.execute(
        text(
            "UPDATE portal_message SET state = 'sent', sent_at = :now, last_error = NULL"
            " WHERE message_id = :id"
        ),
        {"id": message_id, "now": now},
    )


async def mark_failed(
    session: AsyncSession,
    message_id: UUID,
    *,
    error: str,
    next_attempt_at: datetime,
    refused: bool,
) -> None:
    """Note a failed attempt; a refusal is not tried again and waits for a person."""
    await session.execute(
        text("""
            UPDATE portal_message SET last_error = :error, next_attempt_at = :next,
                state = CASE WHEN :refused THEN 'refused' ELSE state END
            WHERE message_id = :id
        """),
        {"id": message_id, "error": error, "next": next_attempt_at, "refused": refused},
    )


async def page(
    session: AsyncSession, state: str | None, after: Sequence[Any] | None, limit: int
) -> list[Any]:
    """Read the queue, oldest first."""
    clauses: list[str] = []
    values: dict[str, Any] = {"limit": limit}
    if state is not None:
        clauses.append("state = :state")
        values["state"] = state
    if after is not None:
        clauses.append("message_id > :after")
        values["after"] = UUID(str(after[-1]))
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"SELECT * FROM portal_message {where} ORDER BY message_id LIMIT :limit")
    return list(await session.execute(statement, values))
