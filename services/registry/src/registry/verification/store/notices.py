"""Every SQL statement about notices of deaths and moves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.staging import stage
from registry.verification.domain.notices import Notice, State

_NAMES = tuple(field.name for field in fields(Notice))
_NOTICE = ", ".join(_NAMES)
_TYPES = {
    "notice_id": "uuid",
    "birth_date": "date",
    "happened_on": "date",
    "trusted": "boolean",
}
_BATCH = 500


async def insert(
    session: AsyncSession, notices: Sequence[Notice], *, now: datetime, by: str
) -> set[UUID]:
    """Keep notices; gives the ids of those that were not known by number."""
    await stage(
        session,
        "staged_population_notice",
        {name: _TYPES.get(name, "text") for name in _NAMES},
        (tuple(getattr(notice, name) for name in _NAMES) for notice in notices),
    )
    inserted = await session.execute(
        text(
            f"INSERT INTO population_notice ({_NOTICE}, state, recorded_at, recorded_by)"
            f" SELECT {_NOTICE}, 'pending', cast(:now AS timestamptz), :by"
            " FROM pg_temp.staged_population_notice ORDER BY notice_id"
            " ON CONFLICT (commune_code, kind, notice_number) DO NOTHING RETURNING notice_id"
        ),
        {"now": now, "by": by},
    )
    return set(inserted.scalars())


async def by_numbers(
    session: AsyncSession, keys: Sequence[tuple[str, str, str]]
) -> list[dict[str, Any]]:
    """Read notices by commune, kind and number."""
    found = await session.execute(
        text(
            "SELECT n.* FROM population_notice n JOIN unnest(cast(:communes AS text[]),"
            " cast(:kinds AS text[]), cast(:numbers AS text[])) AS k (commune_code, kind, number)"
            " ON n.commune_code = k.commune_code AND n.kind = k.kind"
            " AND n.notice_number = k.number"
        ),
        {
            "communes": [key[0] for key in keys],
            "kinds": [key[1] for key in keys],
            "numbers": [key[2] for key in keys],
        },
    )
    return [dict(row) for row in found.mappings()]


async def pending(session: AsyncSession, after: UUID | None) -> list[Notice]:
    """Read and lock the next notices that wait."""
    found = await session.execute(
        text(
            f"SELECT {_NOTICE} FROM population_notice WHERE state = 'pending'"
            " AND (cast(:after AS uuid) IS NULL OR notice_id > :after)"
            f" ORDER BY notice_id LIMIT {_BATCH} FOR UPDATE"
        ),
        {"after": after},
    )
    return [_notice(row) for row in found.mappings()]


async def last_moves(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, date]:
    """Read the day of the last move that a notice told of people."""
    found = await session.execute(
        text(
            "SELECT person_id, max(happened_on) AS moved_on FROM population_notice"
            " WHERE kind = 'move' AND state = 'applied' AND person_id = ANY (:ids)"
            " GROUP BY person_id"
        ),
        {"ids": list(person_ids)},
    )
    return {row.person_id: row.moved_on for row in found}


async def settle(
    session: AsyncSession, rows: Sequence[tuple[UUID, State, UUID]], now: datetime
) -> None:
    """Write down what became of notices (notice, state, person)."""
    await stage(
        session,
        "settled_population_notice",
        {"notice_id": "uuid", "state": "text", "person_id": "uuid"},
        rows,
    )
    await session.execute(
        text(
            "UPDATE population_notice n SET state = s.state, person_id = s.person_id,"
            " settled_at = :now FROM pg_temp.settled_population_notice s"
            " WHERE n.notice_id = s.notice_id"
        ),
        {"now": now},
    )


async def listed(
    session: AsyncSession,
    communes: Collection[str] | None,
    *,
    kind: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of notices, in the order in which they came."""
    found = await session.execute(
        text(
            "SELECT * FROM population_notice"
            " WHERE (cast(:communes AS text[]) IS NULL OR commune_code = ANY (:communes))"
            " AND (cast(:kind AS text) IS NULL OR kind = :kind)"
            " AND (cast(:state AS text) IS NULL OR state = :state)"
            " AND (cast(:after AS uuid) IS NULL OR notice_id > :after)"
            " ORDER BY notice_id LIMIT :limit"
        ),
        {
            "communes": None if communes is None else list(communes),
            "kind": kind,
            "state": state,
            "after": after,
            "limit": limit,
        },
    )
    return [dict(row) for row in found.mappings()]


def _notice(row: RowMapping) -> Notice:
    return Notice(**row)
