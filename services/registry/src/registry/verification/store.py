"""Every SQL statement about checks and tasks of verification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.staging import stage


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One answer of the population database, compared."""

    person_id: UUID
    commune_code: str
    request_id: str
    status: str
    mismatches: tuple[str, ...]


@dataclass(slots=True)
class Standing:
    """What is open about a person: the last check and the reasons of open tasks."""

    mismatches: list[str] = field(default_factory=list)
    checked_at: datetime | None = None
    reasons: list[str] = field(default_factory=list)


async def insert_checks(
    session: AsyncSession, rows: Sequence[CheckRow], *, operation_id: UUID, now: datetime
) -> None:
    """Add checks."""
    await stage(
        session,
        "staged_check",
        {
            "check_id": "uuid",
            "person_id": "uuid",
            "commune_code": "text",
            "request_id": "text",
            "status": "text",
            "mismatches": "text[]",
        },
        (
            (
                new_id(),
                row.person_id,
                row.commune_code,
                row.request_id,
                row.status,
                list(row.mismatches),
            )
            for row in rows
        ),
    )
    await session.execute(
        text(
            "INSERT INTO verification_check (check_id, person_id, commune_code, request_id, status,"
            " mismatches, operation_id, checked_at)"
            " SELECT check_id, person_id, commune_code, request_id, status, mismatches,"
            " cast(:operation AS uuid), cast(:now AS timestamptz)"
            " FROM pg_temp.staged_check"
        ),
        {"operation": operation_id, "now": now},
    )


async def open_tasks(
    session: AsyncSession, rows: Sequence[tuple[UUID, str, str]], now: datetime
) -> None:
    """Open tasks (person, commune, reason); one that is open already stays one."""
    await stage(
        session,
        "staged_task",
        {"task_id": "uuid", "person_id": "uuid", "commune_code": "text", "reason": "text"},
        ((new_id(), *row) for row in rows),
    )
    await session.execute(
        text(
            "INSERT INTO verification_task (task_id, person_id, commune_code, reason, opened_at)"
            " SELECT task_id, person_id, commune_code, reason, cast(:now AS timestamptz) FROM pg_temp.staged_task"
            " ON CONFLICT DO NOTHING"
        ),
        {"now": now},
    )


async def close_tasks(session: AsyncSession, person_ids: Iterable[UUID], now: datetime) -> None:
    """Close the tasks of people who agree with the population database."""
    await session.execute(
        text(
            "UPDATE verification_task SET closed_at = :now"
            " WHERE person_id = ANY (:ids) AND closed_at IS NULL"
        ),
        {"ids": list(person_ids), "now": now},
    )


async def standing(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Read the last check and the open tasks of people."""
    found: dict[UUID, Standing] = {person_id: Standing() for person_id in person_ids}
    checks = await session.execute(
        text(
            "SELECT DISTINCT ON (person_id) person_id, mismatches, checked_at"
            " FROM verification_check WHERE person_id = ANY (:ids)"
            " ORDER BY person_id, checked_at DESC, check_id DESC"
        ),
        {"ids": list(person_ids)},
    )
    for row in checks.mappings():
        found[row["person_id"]].mismatches = list(row["mismatches"])
        found[row["person_id"]].checked_at = row["checked_at"]
    tasks = await session.execute(
        text(
            "SELECT person_id, reason FROM verification_task"
            " WHERE person_id = ANY (:ids) AND closed_at IS NULL ORDER BY opened_at, reason"
        ),
        {"ids": list(person_ids)},
    )
    for row in tasks.mappings():
        found[row["person_id"]].reasons.append(row["reason"])
    return found
