"""Every SQL statement about notices of deaths and moves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.kernel.names import search_key
from registry.notices.domain import Notice, State
from registry.staging import stage

_NAMES = tuple(field.name for field in fields(Notice))
_NOTICE = ", ".join(_NAMES)
_TYPES = {
    "notice_id": "uuid",
    "birth_date": "date",
    "happened_on": "date",
    "trusted": "boolean",
    "book_year": "integer",
    "person_id": "uuid",
}
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a notice."""

    notice_id: UUID
    state: State
    person_id: UUID | None


async def insert(
    session: AsyncSession,
    notices: Sequence[Notice],
    *,
    now: datetime,
    by: str,
    import_id: UUID | None = None,
) -> set[UUID]:
    """Keep notices; gives the ids of those that were not known by place, year and number."""
    columns = {name: _TYPES.get(name, "text") for name in _NAMES} | {"name_key": "text"}
    await stage(
        session,
        "staged_notice",
        columns,
        (
            (*(getattr(notice, name) for name in _NAMES), search_key(notice.full_name))
            for notice in notices
        ),
    )
    listed = ", ".join(columns)
    inserted = await session.execute(
        text(
            f"INSERT INTO notice ({listed}, import_id, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:import_id AS uuid), cast(:now AS timestamptz), :by"
            " FROM pg_temp.staged_notice ORDER BY notice_id"
            " ON CONFLICT (place, kind, book_year, notice_number) DO NOTHING RETURNING notice_id"
        ),
        {"now": now, "by": by, "import_id": import_id},
    )
    return set(inserted.scalars())


async def by_keys(
    session: AsyncSession, keys: Sequence[tuple[str, str, int, str]]
) -> list[dict[str, Any]]:
    """Read notices by kind, place, year of the book and number."""
    found = await session.execute(
        text(
            "SELECT n.* FROM notice n JOIN unnest(cast(:kinds AS text[]), cast(:places AS text[]),"
            " cast(:years AS integer[]), cast(:numbers AS text[]))"
            " AS k (kind, place, book_year, number)"
            " ON n.place = k.place AND n.kind = k.kind AND n.book_year = k.book_year"
            " AND n.notice_number = k.number"
        ),
        {
            "kinds": [key[0] for key in keys],
            "places": [key[1] for key in keys],
            "years": [key[2] for key in keys],
            "numbers": [key[3] for key in keys],
        },
    )
    return [dict(row) for row in found.mappings()]


async def undecided(session: AsyncSession, after: UUID | None) -> list[Notice]:
    """Read and lock the next notices that wait, or that somebody has to look at."""
    found = await session.execute(
        text(
            f"SELECT {_NOTICE} FROM notice WHERE state IN ('pending', 'to_check')"
            " AND (cast(:after AS uuid) IS NULL OR notice_id > :after)"
            f" ORDER BY notice_id LIMIT {_BATCH} FOR UPDATE"
        ),
        {"after": after},
    )
    return [_notice(row) for row in found.mappings()]


async def of_numbers(session: AsyncSession, numbers: Collection[str]) -> list[Notice]:
    """Read the undecided notices that name one of these numbers."""
    found = await session.execute(
        text(
            f"SELECT {_NOTICE} FROM notice WHERE state IN ('pending', 'to_check')"
            " AND (personal_id = ANY (:numbers) OR former_number = ANY (:numbers))"
            " ORDER BY notice_id"
        ),
        {"numbers": list(numbers)},
    )
    return [_notice(row) for row in found.mappings()]


async def awaited_numbers(session: AsyncSession) -> set[str]:
    """Read every number for which a notice of a death waits."""
    found = await session.execute(
        text(
            "SELECT unnest(ARRAY[personal_id, former_number]) AS number FROM notice"
            " WHERE state = 'pending' AND kind = 'death'"
        )
    )
    return {number for number in found.scalars() if number is not None}


async def of_people(session: AsyncSession, person_ids: Collection[UUID]) -> list[Notice]:
    """Read every notice that was found to be about one of these people."""
    found = await session.execute(
        text(f"SELECT {_NOTICE} FROM notice WHERE person_id = ANY (:ids) ORDER BY notice_id"),
        {"ids": list(person_ids)},
    )
    return [_notice(row) for row in found.mappings()]


async def recorded_deaths(
    session: AsyncSession, person_ids: Collection[UUID]
) -> dict[UUID, tuple[date, str | None]]:
    """Read which death stands of people: its day and the number of the notice that told it."""
    found = await session.execute(
        text(
            "SELECT person_id, happened_on, notice_number FROM person_vital"
            " WHERE person_id = ANY (:ids) AND kind = 'death' AND superseded_at IS NULL"
            " AND source = 'civil_status'"
        ),
        {"ids": list(person_ids)},
    )
    return {row.person_id: (row.happened_on, row.notice_number) for row in found}


async def settle(session: AsyncSession, rows: Sequence[Settled], now: datetime) -> None:
    """Write down what became of notices."""
    await stage(
        session,
        "settled_notice",
        {"notice_id": "uuid", "state": "text", "person_id": "uuid"},
        ((row.notice_id, row.state, row.person_id) for row in rows),
    )
    await session.execute(
        text(
            "UPDATE notice n SET state = s.state, person_id = s.person_id,"
            " settled_at = CASE WHEN s.state <> 'pending' THEN cast(:now AS timestamptz) END"
            " FROM pg_temp.settled_notice s WHERE n.notice_id = s.notice_id"
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
            "SELECT * FROM notice"
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
