"""Every SQL statement about households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.households.domain import ClassPeriod
from registry.staging import stage

_CLASS = {
    "class_id": "uuid",
    "household_id": "uuid",
    "commune_code": "text",
    "year": "integer",
    "poverty_class": "text",
    "decision": "text",
    "valid_from": "date",
    "valid_to": "date",
}


async def insert_households(
    session: AsyncSession, rows: Sequence[tuple[UUID, str]], now: datetime
) -> None:
    """Add households: id and commune."""
    await stage(session, "staged_household", {"household_id": "uuid", "commune_code": "text"}, rows)
    await session.execute(
        text(
            "INSERT INTO household (household_id, commune_code, recorded_at)"
            " SELECT household_id, commune_code, cast(:now AS timestamptz) FROM pg_temp.staged_household"
        ),
        {"now": now},
    )


async def current(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[ClassPeriod]]:
    """Read the classes of households that are not superseded."""
    found = await session.execute(
        text(
            f"SELECT {', '.join(_CLASS)} FROM household_class"
            " WHERE household_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids)},
    )
    rows: dict[UUID, list[ClassPeriod]] = {}
    for row in found.mappings():
        rows.setdefault(row["household_id"], []).append(ClassPeriod(**row))
    return rows


async def supersede(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark classes as superseded."""
    await session.execute(
        text(
            "UPDATE household_class SET superseded_at = :now"
            " WHERE class_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids), "now": now},
    )


async def insert(
    session: AsyncSession, rows: Sequence[ClassPeriod], *, now: datetime, recorded_by: str
) -> None:
    """Add classes."""
    await stage(
        session,
        "staged_class",
        _CLASS,
        (tuple(getattr(row, name) for name in _CLASS) for row in rows),
    )
    listed = ", ".join(_CLASS)
    await session.execute(
        text(
            f"INSERT INTO household_class ({listed}, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), :by FROM pg_temp.staged_class"
        ),
        {"now": now, "by": recorded_by},
    )
