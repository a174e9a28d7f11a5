"""Entries of the office's year; they never change, a later one replaces them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from common.database.session import AsyncSession
from reporting.activities.domain import Activity

_COLUMNS = (
    "activity_id, commune_code, kind, happened_on, subject, quantity, amount, reference, source,"
    " recorded_by, replaces, withdrawn"
)
_STANDS = "NOT a.withdrawn AND NOT EXISTS (SELECT FROM activity b WHERE b.replaces = a.activity_id)"
_INSERT = text(
    f"INSERT INTO activity ({_COLUMNS}) VALUES ({', '.join(f':{c}' for c in _COLUMNS.split(', '))})"
)
_FIND = text(f"SELECT {_COLUMNS} FROM activity WHERE activity_id = :activity_id")
_REPLACED = text("SELECT EXISTS (SELECT FROM activity WHERE replaces = :activity_id)")
_PAGE = text(f"""
SELECT {_COLUMNS} FROM activity a
WHERE {_STANDS} AND (CAST(:kind AS text) IS NULL OR kind = :kind)
  AND (CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))
  AND happened_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
  AND (CAST(:after AS uuid) IS NULL OR activity_id < :after)
ORDER BY activity_id DESC LIMIT :limit
""")
_SUMS = text(f"""
SELECT kind, sum(coalesce(quantity, 1))::bigint AS quantity,
       coalesce(sum(amount), 0)::bigint AS amount, count(*) AS entries
FROM activity a
WHERE {_STANDS} AND happened_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
  AND (CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))
GROUP BY kind
""")
_LATEST = text(f"""
SELECT kind, sum(quantity)::bigint AS quantity FROM (
    SELECT DISTINCT ON (kind, subject, commune_code) kind, quantity FROM activity a
    WHERE {_STANDS} AND happened_on <= CAST(:last AS date) AND kind = ANY (CAST(:kinds AS text[]))
      AND (CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))
    ORDER BY kind, subject, commune_code, happened_on DESC, activity_id DESC) newest
GROUP BY kind
""")


async def insert(session: AsyncSession, activity: Activity) -> None:
    """Keep an entry."""
    await session.execute(_INSERT, asdict(activity))


async def find(session: AsyncSession, activity_id: UUID) -> Activity | None:
    """Give an entry, None when absent or not the caller's to see."""
    row = (await session.execute(_FIND, {"activity_id": activity_id})).mappings().one_or_none()
    return None if row is None else Activity(**row)


async def is_replaced(session: AsyncSession, activity_id: UUID) -> bool:
    """Tell whether a later entry stands in its place."""
    return bool((await session.execute(_REPLACED, {"activity_id": activity_id})).scalar_one())


async def page(
    session: AsyncSession, filters: Mapping[str, Any], *, after: UUID | None, limit: int
) -> list[Activity]:
    """List entries that stand, the newest first."""
    rows = await session.execute(_PAGE, {**filters, "after": after, "limit": limit})
    return [Activity(**row) for row in rows.mappings()]


async def sums(
    session: AsyncSession, communes: Sequence[str] | None, first: date, last: date
) -> dict[str, tuple[int, int]]:
    """Add up quantity (an entry without one counts 1) and đồng of a period by kind."""
    scope = None if communes is None else list(communes)
    rows = await session.execute(_SUMS, {"communes": scope, "first": first, "last": last})
    return {row.kind: (row.quantity, row.amount) for row in rows.all()}


async def latest(
    session: AsyncSession, communes: Sequence[str] | None, kinds: Sequence[str], last: date
) -> dict[str, int]:
    """Add up the newest figure of each commune up to a day, by kind."""
    scope = None if communes is None else list(communes)
    rows = await session.execute(_LATEST, {"communes": scope, "kinds": list(kinds), "last": last})
    return {row.kind: row.quantity for row in rows.all()}
