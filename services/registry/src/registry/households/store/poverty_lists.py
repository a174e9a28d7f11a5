"""Poverty lists: what was sent, what became of each row and each household."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.households.domain.poverty_list import ListedRow, RowOutcome
from registry.staging import stage

_LIST = (
    "list_id, commune_code, year, decision_number, decision_date, complete, file_sha256,"
    " file_size, operation_id, row_count, applied_slices, created_at, created_by"
)


@dataclass(frozen=True, slots=True)
class PovertyList:
    """A list as it was sent, and how far it came."""

    list_id: UUID
    commune_code: str
    year: int
    decision_number: str
    decision_date: date
    complete: bool
    file_sha256: str
    file_size: int
    operation_id: UUID
    row_count: int | None
    applied_slices: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row."""

    row: ListedRow
    outcome: RowOutcome
    person_id: UUID | None
    household_id: UUID | None


async def lock_commune(session: AsyncSession, commune_code: str) -> None:
    """Let one request at a time send a list of a commune."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('poverty_list:' || :code, 0))"),
        {"code": commune_code},
    )


async def find_same(
    session: AsyncSession, commune_code: str, year: int, sha256: str
) -> PovertyList | None:
    """Find a list by its bytes."""
    found = await session.execute(
        text(
            f"SELECT {_LIST} FROM poverty_list WHERE commune_code = :commune AND year = :year"
            " AND file_sha256 = :sha"
        ),
        {"commune": commune_code, "year": year, "sha": sha256},
    )
    row = found.mappings().one_or_none()
    return PovertyList(**row) if row else None


async def find(session: AsyncSession, list_id: UUID) -> PovertyList | None:
    """Read a list."""
    found = await session.execute(
        text(f"SELECT {_LIST} FROM poverty_list WHERE list_id = :id"), {"id": list_id}
    )
    row = found.mappings().one_or_none()
    return PovertyList(**row) if row else None


async def of_commune(session: AsyncSession, commune_code: str) -> list[PovertyList]:
    """Read the lists of a commune, the latest first."""
    found = await session.execute(
        text(
            f"SELECT {_LIST} FROM poverty_list WHERE commune_code = :commune"
            " ORDER BY year DESC, created_at DESC LIMIT 100"
        ),
        {"commune": commune_code},
    )
    return [PovertyList(**row) for row in found.mappings()]


async def insert(session: AsyncSession, made: PovertyList, sealed: bytes) -> None:
    """Keep a list and its sealed file."""
    names = [name.strip() for name in _LIST.split(",")]
    await session.execute(
        text(
            f"INSERT INTO poverty_list ({_LIST}) VALUES ({', '.join(f':{name}' for name in names)})"
        ),
        asdict(made),
    )
    await session.execute(
        text(
            "INSERT INTO poverty_list_upload (list_id, commune_code, content)"
            " VALUES (:id, :commune, :content)"
        ),
        {"id": made.list_id, "commune": made.commune_code, "content": sealed},
    )


async def set_operation(session: AsyncSession, list_id: UUID, operation_id: UUID) -> None:
    """Let another operation go on with a list."""
    await session.execute(
        text("UPDATE poverty_list SET operation_id = :operation WHERE list_id = :id"),
        {"id": list_id, "operation": operation_id},
    )


async def sealed_file(session: AsyncSession, list_id: UUID) -> bytes:
    """Read the sealed file of a list."""
    found = await session.execute(
        text("SELECT content FROM poverty_list_upload WHERE list_id = :id"), {"id": list_id}
    )
    return bytes(found.scalar_one())


async def note_slice(session: AsyncSession, made: PovertyList, slices: int, rows: int) -> None:
    """Note how far a list came, in the transaction of the slice."""
    await session.execute(
        text("UPDATE poverty_list SET applied_slices = :n, row_count = :rows WHERE list_id = :id"),
        {"id": made.list_id, "n": slices, "rows": rows},
    )


async def insert_rows(
    session: AsyncSession, made: PovertyList, results: Sequence[RowResult]
) -> None:
    """Note what became of rows."""
    columns = {
        "list_id": "uuid",
        "row_number": "integer",
        "commune_code": "text",
        "household_code": "text",
        "outcome": "text",
        "person_id": "uuid",
        "household_id": "uuid",
        "findings": "text",
    }
    await stage(
        session,
        "staged_poverty_row",
        columns,
        (
            (
                *(made.list_id, one.row.number, made.commune_code, one.row.household_code),
                *(one.outcome, one.person_id, one.household_id),
                json.dumps([asdict(note) for note in one.row.notes], ensure_ascii=False),
            )
            for one in results
        ),
    )
    listed = ", ".join(columns)
    await session.execute(
        text(
            f"INSERT INTO poverty_list_row ({listed})"
            f" SELECT {listed.replace('findings', 'findings::jsonb')} FROM staged_poverty_row"
        )
    )


async def insert_changes(
    session: AsyncSession, made: PovertyList, rows: Sequence[tuple[UUID, str, str, str, bool]]
) -> None:
    """Note what became of households: id, class before and after, change, new to the registry."""
    columns = {
        "list_id": "uuid",
        "commune_code": "text",
        "household_id": "uuid",
        "before": "text",
        "after": "text",
        "change": "text",
        "is_new": "boolean",
    }
    await stage(
        session,
        "staged_poverty_change",
        columns,
        ((made.list_id, made.commune_code, *row) for row in rows),
    )
    listed = ", ".join(columns)
    await session.execute(
        text(
            f"INSERT INTO poverty_list_change ({listed}) SELECT {listed}"
            " FROM staged_poverty_change ON CONFLICT DO NOTHING"
        )
    )


async def changed_households(session: AsyncSession, list_id: UUID) -> set[UUID]:
    """Give the households about which a list said something."""
    found = await session.execute(
        text("SELECT household_id FROM poverty_list_change WHERE list_id = :id"), {"id": list_id}
    )
    return set(found.scalars())


async def counts(session: AsyncSession, list_id: UUID) -> tuple[dict[str, int], dict[str, int]]:
    """Count rows by outcome, and households by change (and those that are new)."""
    rows = await session.execute(
        text("SELECT outcome, count(*) FROM poverty_list_row WHERE list_id = :id GROUP BY 1"),
        {"id": list_id},
    )
    changes = await session.execute(
        text(
            "SELECT change, count(*) FROM poverty_list_change WHERE list_id = :id GROUP BY 1"
            " UNION ALL SELECT 'new', count(*) FROM poverty_list_change"
            " WHERE list_id = :id AND is_new HAVING count(*) > 0"
        ),
        {"id": list_id},
    )
    return {row[0]: row[1] for row in rows}, {row[0]: row[1] for row in changes}


async def rows(
    session: AsyncSession, list_id: UUID, outcome: str | None, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of a list's rows."""
    found = await session.execute(
        text(
            "SELECT row_number, household_code, outcome, person_id, household_id, findings"
            " FROM poverty_list_row WHERE list_id = :id AND row_number > :after"
            " AND (cast(:outcome AS text) IS NULL OR outcome = :outcome)"
            " ORDER BY row_number LIMIT :limit"
        ),
        {"id": list_id, "outcome": outcome, "after": after, "limit": limit},
    )
    return [dict(row) for row in found.mappings()]


async def changes(
    session: AsyncSession, list_id: UUID, change: str | None, *, after: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of what became of households."""
    found = await session.execute(
        text(
            "SELECT c.household_id, c.before, c.after, c.change, c.is_new,"
            " (SELECT m.person_id FROM household_member m WHERE m.household_id = c.household_id"
            "  AND m.relation = 'head' AND m.superseded_at IS NULL AND m.valid_to IS NULL"
            "  ORDER BY m.valid_from DESC NULLS LAST LIMIT 1) AS head_person_id,"
            " ARRAY(SELECT k.code FROM household_code k WHERE k.household_id = c.household_id"
            "  ORDER BY k.code) AS codes"
            " FROM poverty_list_change c WHERE c.list_id = :id"
            " AND (cast(:after AS uuid) IS NULL OR c.household_id > :after)"
            " AND (cast(:change AS text) IS NULL OR c.change = :change)"
            " ORDER BY c.household_id LIMIT :limit"
        ),
        {"id": list_id, "change": change, "after": after, "limit": limit},
    )
    return [dict(row) for row in found.mappings()]
