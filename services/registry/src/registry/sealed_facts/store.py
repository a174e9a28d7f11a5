"""Every SQL statement about sealed facts, each under the role that alone may touch their table.

The service's own role is a member of `registry_sealed` without inheriting from it: a statement
elsewhere that forgets itself is refused by PostgreSQL.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.staging import move_rows


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row as it is stored: whom it is about, and bytes."""

    fact_id: UUID
    person_id: UUID
    commune_code: str
    content: bytes


@asynccontextmanager
async def _as_keeper(session: AsyncSession) -> AsyncIterator[None]:
    """Work as the role of sealed facts; an error ends the transaction, and the role with it."""
    await session.execute(text("SET LOCAL ROLE registry_sealed"))
    yield
    await session.execute(text("SET LOCAL ROLE NONE"))


async def current(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, SealedRow]:
    """Read what is sealed about people now."""
    async with _as_keeper(session):
        found = await session.execute(
            text(
                "SELECT fact_id, person_id, commune_code, content FROM sealed_fact"
                " WHERE person_id = ANY (:ids) AND superseded_at IS NULL"
            ),
            {"ids": list(person_ids)},
        )
        return {row["person_id"]: SealedRow(**row) for row in found.mappings()}


async def of_communes(session: AsyncSession, commune_code: str | None) -> list[SealedRow]:
    """Read what is sealed in a commune, or wherever the caller may see, to count it."""
    async with _as_keeper(session):
        found = await session.execute(
            text(
                "SELECT fact_id, person_id, commune_code, content FROM sealed_fact"
                " WHERE superseded_at IS NULL"
                " AND (cast(:commune AS text) IS NULL OR commune_code = :commune)"
            ),
            {"commune": commune_code},
        )
        return [SealedRow(**row) for row in found.mappings()]


async def replace(
    session: AsyncSession,
    gone: Sequence[UUID],
    rows: Sequence[SealedRow],
    *,
    now: datetime,
    recorded_by: str,
) -> None:
    """Supersede facts and add others."""
    async with _as_keeper(session):
        if gone:
            await session.execute(
                text(
                    "UPDATE sealed_fact SET superseded_at = :now, superseded_by = :by"
                    " WHERE fact_id = ANY (:ids) AND superseded_at IS NULL"
                ),
                {"ids": list(gone), "now": now, "by": recorded_by},
            )
        if rows:
            await session.execute(
                text(
                    "INSERT INTO sealed_fact"
                    " (fact_id, person_id, commune_code, content, recorded_at, recorded_by)"
                    " SELECT i.*, cast(:now AS timestamptz), :by FROM unnest("
                    " cast(:ids AS uuid[]), cast(:people AS uuid[]), cast(:communes AS text[]),"
                    " cast(:contents AS bytea[])) AS i"
                ),
                {
                    "ids": [row.fact_id for row in rows],
                    "people": [row.person_id for row in rows],
                    "communes": [row.commune_code for row in rows],
                    "contents": [row.content for row in rows],
                    "now": now,
                    "by": recorded_by,
                },
            )


async def move(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Let sealed facts follow the people who moved."""
    async with _as_keeper(session):
        await move_rows(session, "sealed_fact", communes)
