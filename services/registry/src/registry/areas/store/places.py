"""Every SQL statement about villages, difficult areas and open questions of residence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.rows import fetch, insert_many
from registry.areas import tables
from registry.areas.domain.villages import Difficulty, ResidenceTask, VillageName
from registry.staging import move_rows, stage

_VILLAGE = (
    "row_id, village_id, unit_code, name, nullif(former_unit_code, '') AS former_unit_code,"
    " decision_number, valid_from, valid_to"
)
_DIFFICULTY = (
    "difficulty_id, unit_code, village, difficult, decision_number, decision_date, valid_from,"
    " valid_to"
)
_TASK = (
    "task_id, person_id, commune_code, former_unit_codes, candidates, village, opened_at,"
    " closed_at, settled_code"
)
_HOLDS = (
    "(valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR valid_to > :on)"
    " AND superseded_at IS NULL"
)


async def villages_of(session: AsyncSession, unit_code: str, on: date) -> list[VillageName]:
    """Read the villages of a commune on a day, by name."""
    return await fetch(
        session,
        VillageName,
        f"SELECT {_VILLAGE} FROM village_name WHERE unit_code = :code AND {_HOLDS}"
        " ORDER BY name_key, former_unit_code, village_id",
        {"code": unit_code, "on": on},
    )


async def names_of(session: AsyncSession, village_id: UUID) -> list[VillageName]:
    """Read and lock the current names of one village."""
    return await fetch(
        session,
        VillageName,
        f"SELECT {_VILLAGE} FROM village_name WHERE village_id = :id"
        " AND superseded_at IS NULL ORDER BY valid_from NULLS FIRST FOR UPDATE",
        {"id": village_id},
    )


async def communes_with(
    session: AsyncSession, former_units: Collection[str], village_key: str
) -> set[str]:
    """Give the communes that hold a village of former units, whenever it had that name."""
    found = await session.execute(
        text(
            "SELECT DISTINCT unit_code FROM village_name WHERE former_unit_code = ANY (:units)"
            " AND name_key = :key AND superseded_at IS NULL"
        ),
        {"units": list(former_units), "key": village_key},
    )
    return set(found.scalars())


async def supersede_villages(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark names as superseded."""
    await session.execute(
        text("UPDATE village_name SET superseded_at = :now WHERE row_id = ANY (:ids)"),
        {"ids": list(ids), "now": now},
    )


async def insert_villages(
    session: AsyncSession, rows: Sequence[VillageName], *, now: datetime, recorded_by: str
) -> None:
    """Add names of villages."""
    await insert_many(
        session,
        tables.VillageName,
        [
            {
                **asdict(row),
                "name_key": row.name_key,
                "former_unit_code": row.former_unit_code or "",
            }
            for row in rows
        ],
        recorded_at=now,
        recorded_by=recorded_by,
    )


async def lock_unit(session: AsyncSession, unit_code: str) -> None:
    """Let one transaction at a time write a unit's villages."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('area:' || :code, 0))"),
        {"code": unit_code},
    )


async def name_taken(session: AsyncSession, row: VillageName) -> bool:
    """Say whether another village of the commune and former unit has the name at that time."""
    found = await session.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM village_name WHERE unit_code = :unit_code"
            " AND name_key = :key AND former_unit_code = :former AND superseded_at IS NULL"
            " AND daterange(valid_from, valid_to)"
            " && daterange(cast(:valid_from AS date), cast(:valid_to AS date)))"
        ),
        {
            "unit_code": row.unit_code,
            "key": row.name_key,
            "former": row.former_unit_code or "",
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        },
    )
    return bool(found.scalar_one())


async def next_version(session: AsyncSession, unit_code: str) -> int:
    """Count a unit's version up; holds the unit until the end of the transaction."""
    found = await session.execute(
        text(
            "INSERT INTO area (unit_code, version) VALUES (:code, 1)"
            " ON CONFLICT (unit_code) DO UPDATE SET version = area.version + 1 RETURNING version"
        ),
        {"code": unit_code},
    )
    return int(found.scalar_one())


async def difficulties(session: AsyncSession, codes: Collection[str]) -> list[Difficulty]:
    """Read what decisions say of units, in order of time."""
    return await fetch(
        session,
        Difficulty,
        f"SELECT {_DIFFICULTY} FROM area_difficulty WHERE unit_code = ANY (:codes)"
        " AND superseded_at IS NULL ORDER BY unit_code, village_key, valid_from",
        {"codes": list(codes)},
    )


async def supersede_difficulties(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark statements as superseded."""
    await session.execute(
        text("UPDATE area_difficulty SET superseded_at = :now WHERE difficulty_id = ANY (:ids)"),
        {"ids": list(ids), "now": now},
    )


async def insert_difficulties(
    session: AsyncSession, rows: Sequence[Difficulty], *, now: datetime, recorded_by: str
) -> None:
    """Add what a decision says."""
    values = [{**asdict(row), "village_key": row.village_key} for row in rows]
    await insert_many(
        session, tables.AreaDifficulty, values, recorded_at=now, recorded_by=recorded_by
    )


_STAGED_TASK = {
    "task_id": "uuid",
    "person_id": "uuid",
    "commune_code": "text",
    "former_unit_codes": "text[]",
    "candidates": "text[]",
    "village": "text",
    "village_key": "text",
}


async def open_tasks(
    session: AsyncSession, rows: Sequence[tuple[Any, ...]], *, now: datetime, opened_by: str
) -> int:
    """Open questions of residence, one for each person; gives how many were new.

    What was settled for the commune where the person is, is not asked again.
    """
    await stage(session, "staged_residence_task", _STAGED_TASK, rows)
    listed = ", ".join(_STAGED_TASK)
    opened = await session.execute(
        text(
            f"INSERT INTO residence_task ({listed}, opened_at, opened_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), :by"
            " FROM pg_temp.staged_residence_task s WHERE NOT EXISTS ("
            "  SELECT FROM residence_task t WHERE t.person_id = s.person_id"
            "  AND t.settled_code = s.commune_code AND t.former_unit_codes = s.former_unit_codes)"
            " ON CONFLICT DO NOTHING RETURNING task_id"
        ),
        {"now": now, "by": opened_by},
    )
    return len(opened.all())


async def move_tasks(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Let the questions about people who moved be seen by the officers of their new commune."""
    await move_rows(session, "residence_task", communes)


async def tasks(
    session: AsyncSession, commune_code: str, *, after: UUID | None, limit: int
) -> list[ResidenceTask]:
    """Read a page of a commune's open questions, oldest first."""
    found = await session.execute(
        text(
            f"SELECT {_TASK} FROM residence_task WHERE commune_code = :commune"
            " AND closed_at IS NULL AND (cast(:after AS uuid) IS NULL OR task_id > :after)"
            " ORDER BY task_id LIMIT :limit"
        ),
        {"commune": commune_code, "after": after, "limit": limit},
    )
    return [_task(row) for row in found.mappings()]


async def task(session: AsyncSession, task_id: UUID) -> ResidenceTask | None:
    """Read and lock one question."""
    found = await session.execute(
        text(f"SELECT {_TASK} FROM residence_task WHERE task_id = :id FOR UPDATE"), {"id": task_id}
    )
    row = found.mappings().one_or_none()
    return _task(row) if row else None


async def same_village(
    session: AsyncSession, former_units: Collection[str], village_key: str
) -> list[ResidenceTask]:
    """Read and lock the open questions that one answer about a village settles."""
    found = await session.execute(
        text(
            f"SELECT {_TASK} FROM residence_task WHERE former_unit_codes = :units"
            " AND village_key = :key AND closed_at IS NULL ORDER BY task_id FOR UPDATE"
        ),
        {"units": sorted(former_units), "key": village_key},
    )
    return [_task(row) for row in found.mappings()]


async def close_tasks(
    session: AsyncSession, ids: Iterable[UUID], settled_code: str, *, now: datetime, by: str
) -> None:
    """Settle questions."""
    await session.execute(
        text(
            "UPDATE residence_task SET closed_at = :now, closed_by = :by, settled_code = :code"
            " WHERE task_id = ANY (:ids) AND closed_at IS NULL"
        ),
        {"ids": list(ids), "code": settled_code, "now": now, "by": by},
    )


def _task(row: RowMapping) -> ResidenceTask:
    values = dict(row)
    for name in ("former_unit_codes", "candidates"):
        values[name] = tuple(values[name])
    return ResidenceTask(**values)
