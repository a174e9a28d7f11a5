"""Every SQL statement about circumstances: added and superseded, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.circumstances.domain import Circumstance, Fact
from registry.staging import stage

_FACT = {
    "person_id": "uuid",
    "kind": "text",
    "degree": "text",
    "certificate_number": "text",
    "certificate_date": "date",
    "monthly_amount": "bigint",
    "valid_from": "date",
    "valid_to": "date",
}
_ROW = {"circumstance_id": "uuid", "commune_code": "text", "supersedes": "uuid"}


async def current(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Circumstance]]:
    """Read the facts of people that are not superseded."""
    listed = ", ".join(_ROW | _FACT)
    found = await session.execute(
        text(
            f"SELECT {listed} FROM circumstance"
            " WHERE person_id = ANY (:ids) AND superseded_at IS NULL"
            " ORDER BY person_id, kind, valid_from NULLS FIRST"
        ),
        {"ids": list(ids)},
    )
    rows: dict[UUID, list[Circumstance]] = {}
    for row in found.mappings():
        fact = Fact(**{name: row[name] for name in _FACT})
        rows.setdefault(fact.person_id, []).append(
            Circumstance(row["circumstance_id"], row["commune_code"], fact, row["supersedes"])
        )
    return rows


async def supersede(session: AsyncSession, ids: Iterable[UUID], now: datetime) -> None:
    """Mark facts as superseded."""
    await session.execute(
        text(
            "UPDATE circumstance SET superseded_at = :now"
            " WHERE circumstance_id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids), "now": now},
    )


async def insert(
    session: AsyncSession, rows: Sequence[Circumstance], *, now: datetime, recorded_by: str
) -> None:
    """Add facts."""
    await stage(
        session,
        "staged_circumstance",
        _ROW | _FACT,
        (
            (
                row.circumstance_id,
                row.commune_code,
                row.supersedes,
                *(getattr(row.fact, name) for name in _FACT),
            )
            for row in rows
        ),
    )
    listed = ", ".join(_ROW | _FACT)
    await session.execute(
        text(
            f"INSERT INTO circumstance ({listed}, recorded_at, recorded_by)"
            f" SELECT {listed}, cast(:now AS timestamptz), :by FROM pg_temp.staged_circumstance"
        ),
        {"now": now, "by": recorded_by},
    )
