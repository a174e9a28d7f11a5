"""Every SQL statement about the history of people, in two times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id
from registry.persons.domain import Identity, Person
from registry.persons.store.people import IDENTITY, identity_of, values_of
from registry.staging import stage


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One row of a person's history."""

    version_id: UUID
    person_id: UUID
    identity: Identity
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


async def current_versions(
    session: AsyncSession, ids: Iterable[UUID]
) -> Mapping[UUID, list[VersionRow]]:
    """Read the rows of history that are not superseded."""
    found = await session.execute(
        text("SELECT * FROM person_version WHERE person_id = ANY (:ids) AND superseded_at IS NULL"),
        {"ids": list(ids)},
    )
    rows: dict[UUID, list[VersionRow]] = {}
    for row in found.mappings():
        rows.setdefault(row["person_id"], []).append(_version(row))
    return rows


async def history(session: AsyncSession, person_id: UUID) -> list[VersionRow]:
    """Read every row of a person's history, superseded ones too."""
    found = await session.execute(
        text(
            "SELECT * FROM person_version WHERE person_id = :id"
            " ORDER BY recorded_at, valid_from NULLS FIRST, version_id"
        ),
        {"id": person_id},
    )
    return [_version(row) for row in found.mappings()]


async def supersede(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark rows of history as superseded; nothing else of them ever changes."""
    await session.execute(
        text(
            "UPDATE person_version SET superseded_at = :now"
            " WHERE version_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids), "now": now},
    )


async def insert_versions(session: AsyncSession, rows: Sequence[VersionRow]) -> None:
    """Add rows of history."""
    columns = (
        {"version_id": "uuid", "person_id": "uuid"}
        | IDENTITY
        | {
            "valid_from": "date",
            "valid_to": "date",
            "recorded_at": "timestamptz",
            "recorded_by": "text",
        }
    )
    await stage(
        session,
        "staged_version",
        columns,
        (
            (
                row.version_id,
                row.person_id,
                *values_of(row.identity),
                row.valid_from,
                row.valid_to,
                row.recorded_at,
                row.recorded_by,
            )
            for row in rows
        ),
    )
    listed = ", ".join(columns)
    await session.execute(
        text(f"INSERT INTO person_version ({listed}) SELECT {listed} FROM pg_temp.staged_version")
    )


def new_version(
    person: Person,
    *,
    valid: tuple[date | None, date | None],
    now: datetime,
    recorded_by: str,
    identity: Identity | None = None,
) -> VersionRow:
    """Make a row of history; the present identity unless another one is given."""
    return VersionRow(
        version_id=new_id(),
        person_id=person.person_id,
        identity=identity or person.identity,
        valid_from=valid[0],
        valid_to=valid[1],
        recorded_at=now,
        recorded_by=recorded_by,
    )


def _version(row: RowMapping) -> VersionRow:
    return VersionRow(
        version_id=row["version_id"],
        person_id=row["person_id"],
        identity=identity_of(row),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        superseded_at=row["superseded_at"],
    )
