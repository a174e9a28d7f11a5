"""Every SQL statement about tasks of verification."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.staging import stage
from registry.verification.domain import Task
from registry.verification.domain.tasks import OF_CHECKS

_TASK = (
    "task_id, person_id, commune_code, reason, fields, answer, opened_at, closed_at, closed_by,"
    " resolution, note"
)


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that a check gives rise to."""

    person_id: UUID
    commune_code: str
    reason: str
    fields: tuple[str, ...] = ()
    answer: bytes | None = None
    digest: bytes | None = None


async def open_tasks(
    session: AsyncSession, rows: Sequence[tuple[UUID, str, str]], now: datetime
) -> None:
    """Open tasks (person, commune, reason); one that is open already stays one."""
    await open_with_answers(session, [NewTask(*row) for row in rows], now)


async def open_with_answers(session: AsyncSession, rows: Sequence[NewTask], now: datetime) -> None:
    """Open tasks; one that is open learns what was answered last.

    What an officer has looked at and kept as it is does not come up again while both sides say the
    same.
    """
    await stage(
        session,
        "staged_task",
        {
            "task_id": "uuid",
            "person_id": "uuid",
            "commune_code": "text",
            "reason": "text",
            "fields": "text[]",
            "answer": "bytea",
            "digest": "bytea",
        },
        (
            (
                new_id(),
                row.person_id,
                row.commune_code,
                row.reason,
                list(row.fields),
                row.answer,
                row.digest,
            )
            for row in rows
        ),
    )
    await session.execute(
        text(
            "INSERT INTO verification_task (task_id, person_id, commune_code, reason, fields,"
            " answer, digest, opened_at)"
            " SELECT DISTINCT ON (person_id, reason) task_id, person_id, commune_code, reason,"
            " fields, answer, digest, cast(:now AS timestamptz) FROM pg_temp.staged_task s"
            " WHERE NOT EXISTS (SELECT FROM verification_task k WHERE k.person_id = s.person_id"
            " AND k.reason = s.reason AND k.resolution = 'kept' AND k.digest = s.digest)"
            " ON CONFLICT (person_id, reason) WHERE closed_at IS NULL DO UPDATE"
            " SET fields = excluded.fields, answer = excluded.answer, digest = excluded.digest"
        ),
        {"now": now},
    )


async def close_answered(
    session: AsyncSession,
    standing: Mapping[UUID, str | None],
    agreed: Iterable[UUID],
    now: datetime,
) -> None:
    """Close what a new answer settles.

    Args:
        session: the transaction.
        standing: person -> the reason that their last check gives, None when it gives none.
        agreed: who agrees now; whatever was open about their data is settled, but no notice is.
        now: the moment.
    """
    await session.execute(
        text(
            "UPDATE verification_task t SET closed_at = :now, resolution = 'agrees', answer = NULL"
            " FROM unnest(cast(:ids AS uuid[]), cast(:reasons AS text[])) AS s (person_id, reason)"
            " WHERE t.person_id = s.person_id AND t.closed_at IS NULL"
            " AND (t.reason = ANY (:of_checks) OR (t.person_id = ANY (:agreed)"
            " AND t.reason NOT LIKE '%notice%'))"
            " AND t.reason IS DISTINCT FROM s.reason"
        ),
        {
            "now": now,
            "ids": list(standing),
            "reasons": list(standing.values()),
            "agreed": list(agreed),
            "of_checks": list(OF_CHECKS),
        },
    )


async def listed(
    session: AsyncSession,
    communes: Collection[str] | None,
    *,
    reason: str | None,
    is_open: bool,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of tasks with their people, oldest first."""
    found = await session.execute(
        text(
            "SELECT t.task_id, t.person_id, t.commune_code, t.reason, t.fields, t.opened_at,"
            " t.closed_at, t.closed_by, t.resolution, t.note, p.personal_id, p.full_name"
            " FROM verification_task t JOIN person p USING (person_id)"
            " WHERE (cast(:communes AS text[]) IS NULL OR t.commune_code = ANY (:communes))"
            " AND (cast(:reason AS text) IS NULL OR t.reason = :reason)"
            " AND (t.closed_at IS NULL) = :open"
            " AND (cast(:after AS uuid) IS NULL OR t.task_id > :after)"
            " ORDER BY t.task_id LIMIT :limit"
        ),
        {
            "communes": None if communes is None else list(communes),
            "reason": reason,
            "open": is_open,
            "after": after,
            "limit": limit,
        },
    )
    return [dict(row) for row in found.mappings()]


async def one(session: AsyncSession, task_id: UUID, *, lock: bool = False) -> Task | None:
    """Read a task."""
    found = await session.execute(
        text(
            f"SELECT {_TASK} FROM verification_task WHERE task_id = :id"
            f"{' FOR UPDATE' if lock else ''}"
        ),
        {"id": task_id},
    )
    row = found.mappings().one_or_none()
    return _task(row) if row is not None else None


async def close(session: AsyncSession, task_id: UUID, values: Mapping[str, Any]) -> None:
    """Close a task; what the population database told is forgotten with it."""
    await session.execute(
        text(
            "UPDATE verification_task SET closed_at = :now, closed_by = :by, note = :note,"
            " resolution = :resolution, answer = NULL WHERE task_id = :id"
        ),
        {**values, "id": task_id},
    )


def _task(row: RowMapping) -> Task:
    return Task(**{**row, "fields": tuple(row["fields"])})
