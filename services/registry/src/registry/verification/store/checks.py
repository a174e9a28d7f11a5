"""Every SQL statement about checks, and who is due for the next one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.staging import move_rows, stage


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One answer of the population database, compared."""

    person_id: UUID
    commune_code: str
    request_id: str
    status: str
    mismatches: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Standing:
    """What is open about a person: the last check and the reasons of open tasks."""

    mismatches: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    checked_at: datetime | None = None
    reasons: list[str] = field(default_factory=list)


async def insert_checks(
    session: AsyncSession, rows: Sequence[CheckRow], *, operation_id: UUID | None, now: datetime
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
            "fields": "jsonb",
        },
        (
            (
                new_id(),
                row.person_id,
                row.commune_code,
                row.request_id,
                row.status,
                list(row.mismatches),
                json.dumps(dict(row.fields)),
            )
            for row in rows
        ),
    )
    await session.execute(
        text(
            "INSERT INTO verification_check (check_id, person_id, commune_code, request_id, status,"
            " mismatches, fields, operation_id, checked_at)"
            " SELECT check_id, person_id, commune_code, request_id, status, mismatches,"
            " fields, cast(:operation AS uuid), cast(:now AS timestamptz)"
            " FROM pg_temp.staged_check"
        ),
        {"operation": operation_id, "now": now},
    )


async def standing(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Read the last check and the open tasks of people."""
    found: dict[UUID, Standing] = {person_id: Standing() for person_id in person_ids}
    checks = await session.execute(
        text(
            "SELECT DISTINCT ON (person_id) person_id, mismatches, fields, checked_at"
            " FROM verification_check WHERE person_id = ANY (:ids)"
            " ORDER BY person_id, checked_at DESC, check_id DESC"
        ),
        {"ids": list(person_ids)},
    )
    for row in checks.mappings():
        found[row["person_id"]].mismatches = list(row["mismatches"])
        found[row["person_id"]].fields = dict(row["fields"])
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


_OPEN = (
    "commune_code = :commune AND verification IN ('unverified', 'mismatch', 'not_found')"
    " AND coalesce(personal_id, former_number) IS NOT NULL AND merged_into IS NULL"
)


async def next_open(
    session: AsyncSession, commune_code: str, after: UUID | None, limit: int
) -> list[UUID]:
    """Read the next people of a commune whose data nobody has confirmed."""
    found = await session.execute(
        text(
            f"SELECT person_id FROM person WHERE {_OPEN}"
            " AND (cast(:after AS uuid) IS NULL OR person_id > :after)"
            " ORDER BY person_id LIMIT :limit"
        ),
        {"commune": commune_code, "after": after, "limit": limit},
    )
    return list(found.scalars())


async def count_open(session: AsyncSession, commune_code: str) -> int:
    """Count the people of a commune whose data nobody has confirmed."""
    found = await session.execute(
        text(f"SELECT count(*) FROM person WHERE {_OPEN}"), {"commune": commune_code}
    )
    return int(found.scalar_one())


async def next_due(
    session: AsyncSession, after: UUID | None, *, older_than: datetime, limit: int
) -> tuple[list[UUID], UUID | None]:
    """Look on through the people, and give who was not asked about since `older_than`.

    Gives the ids, and where to look on: None when there is nobody behind.
    """
    found = await session.execute(
        text(
            "WITH part AS MATERIALIZED (SELECT person_id, coalesce(personal_id, former_number)"
            " IS NOT NULL AND merged_into IS NULL AND death_date IS NULL AND left_on IS NULL"
            " AS asked FROM person WHERE cast(:after AS uuid) IS NULL OR person_id > :after"
            " ORDER BY person_id LIMIT :window)"
            " SELECT p.person_id, p.asked AND NOT EXISTS (SELECT FROM verification_check c"
            " WHERE c.person_id = p.person_id AND c.checked_at >= :older"
            " AND (c.status <> 'unverified' OR c.fields <> '{}')) AS due"
            " FROM part p ORDER BY p.person_id"
        ),
        {"after": after, "older": older_than, "window": limit * _WINDOW},
    )
    rows = found.all()
    due: list[UUID] = []
    for row in rows:
        if len(due) == limit:
            return due, due[-1]
        if row.due:
            due.append(row.person_id)
    at_end = len(rows) < limit * _WINDOW
    return due, None if at_end else rows[-1].person_id


_WINDOW = 20
"""How many people are looked at for each who may be asked about."""


async def round_of(session: AsyncSession, name: str, now: datetime) -> dict[str, Any]:
    """Read how far a round of checks came; begun when there was none."""
    await session.execute(
        text(
            "INSERT INTO verification_round (name, started_at) VALUES (:name, :now)"
            " ON CONFLICT DO NOTHING"
        ),
        {"name": name, "now": now},
    )
    found = await session.execute(
        text("SELECT * FROM verification_round WHERE name = :name FOR UPDATE"), {"name": name}
    )
    return dict(found.mappings().one())


async def save_round(session: AsyncSession, name: str, values: Mapping[str, Any]) -> None:
    """Write down how far a round of checks came."""
    await session.execute(
        text(
            "UPDATE verification_round SET after_id = :after_id, started_at = :started_at,"
            " finished_at = :finished_at, asked = :asked WHERE name = :name"
        ),
        {**values, "name": name},
    )


async def follow(session: AsyncSession, homes: Mapping[UUID, str]) -> None:
    """Take checks and tasks of people along into the commune where they live now."""
    for table in ("verification_check", "verification_task"):
        await move_rows(session, table, homes)
