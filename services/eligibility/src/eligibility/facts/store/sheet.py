"""The flat sheet of what is known now, a row per person, kept from the dated rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import polars as pl
from sqlalchemy import text

from common.database.session import AsyncSession, raw
from eligibility.facts.store.reading import KINDS, typed
from eligibility.facts.store.state import NAMES, state

_KEPT = tuple(name for name in NAMES if name != "day")

_BOUNDS = """
    SELECT person_id,
        coalesce(max(changed) FILTER (WHERE changed <= {day}), '-infinity') AS plain_from,
        coalesce(min(changed) FILTER (WHERE changed > {day}), 'infinity') AS plain_to
    FROM (
        SELECT a.person_id, x.changed FROM asked a
        JOIN person_fact m ON m.superseded_at IS NULL
            AND (m.person_id IN (a.person_id, a.root) OR m.merged_into = a.root)
        JOIN circumstance_fact f ON f.person_id = m.person_id AND f.superseded_at IS NULL
        CROSS JOIN LATERAL (VALUES (f.valid_from), (f.valid_to),
            (CASE f.kind WHEN 'child'
                THEN ((f.fact ->> 'birth_date')::date + interval '16 years')::date END)
        ) AS x (changed)
        UNION ALL
        SELECT a.person_id, x.changed FROM asked a
        JOIN person_fact m ON m.superseded_at IS NULL
            AND (m.person_id IN (a.person_id, a.root) OR m.merged_into = a.root)
        JOIN poverty_fact f ON f.person_id = m.person_id
        CROSS JOIN LATERAL (VALUES (f.valid_from), (f.valid_to)) AS x (changed)
        UNION ALL
        SELECT a.person_id, f.moved_on FROM asked a JOIN move_fact f ON f.person_id = a.root
    ) changes GROUP BY person_id
"""

_REFRESH = """
    WITH asked AS MATERIALIZED (
        SELECT person_id, coalesce(merged_into, person_id) AS root FROM person_fact
        WHERE person_id = ANY(:people) AND superseded_at IS NULL
    ), now AS MATERIALIZED ({state}), bounds AS MATERIALIZED ({bounds})
    INSERT INTO fact_sheet (day, plain_from, plain_to, {names})
    SELECT :day, coalesce(b.plain_from, '-infinity'), coalesce(b.plain_to, 'infinity'), {listed}
    FROM now n LEFT JOIN bounds b USING (person_id)
    ON CONFLICT (person_id) DO UPDATE SET day = excluded.day, plain_from = excluded.plain_from,
        plain_to = excluded.plain_to, {replaced}
"""


async def refresh(session: AsyncSession, person_ids: Sequence[UUID], day: date) -> None:
    """Make the sheet of people anew from their dated rows, for a day."""
    people = "cast(:people AS uuid[])"
    statement = _REFRESH.format(
        state=state(people, "ARRAY[cast(:day AS date)]", "'infinity'::timestamptz"),
        bounds=_BOUNDS.format(day="cast(:day AS date)"),
        names=", ".join(_KEPT),
        listed=", ".join(f"n.{name}" for name in _KEPT),
        replaced=", ".join(f"{name} = excluded.{name}" for name in _KEPT if name != "person_id"),
    )
    await session.execute(text(statement), {"people": list(person_ids), "day": day})


async def outdated(session: AsyncSession, day: date, limit: int) -> list[UUID]:
    """Name people without a sheet, and those whose sheet ended before a day."""
    statement = text("""
        (SELECT p.person_id FROM person_fact p
        WHERE p.superseded_at IS NULL AND NOT EXISTS (
            SELECT FROM fact_sheet f WHERE f.person_id = p.person_id
        ) LIMIT :limit)
        UNION
        (SELECT person_id FROM fact_sheet WHERE plain_to <= :day AND day < :day LIMIT :limit)
        LIMIT :limit
    """)
    return list(await session.scalars(statement, {"day": day, "limit": limit}))


async def with_merged(session: AsyncSession, person_ids: Sequence[UUID]) -> list[UUID]:
    """Give people with every record that stands, or stood, for the same human."""
    statement = text("""
        WITH roots AS MATERIALIZED (
            SELECT unnest(cast(:ids AS uuid[])) AS id
            UNION SELECT merged_into FROM person_fact
            WHERE person_id = ANY(:ids) AND merged_into IS NOT NULL
        )
        SELECT id FROM roots
        UNION SELECT f.person_id FROM person_fact f JOIN roots ON f.merged_into = roots.id
    """)
    return list(await session.scalars(statement, {"ids": list(person_ids)}))


_SHEET = f"""
    SELECT {", ".join(_KEPT)}, plain_from <= $1 AND plain_to > $2 AS plain
    FROM fact_sheet
    WHERE ($3::text[] IS NULL OR commune_code = ANY($3::text[]))
        AND person_id > coalesce($4, '00000000-0000-0000-0000-000000000000'::uuid)
    ORDER BY person_id LIMIT $5
"""


async def read_sheet(
    session: AsyncSession,
    days: tuple[date, date],
    *,
    communes: Sequence[str] | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """Read a slice of the sheet; `plain` says whether the row holds from one day to the other."""
    target = io.BytesIO()
    connection = await raw(session)
    given = None if communes is None else list(communes)
    await connection.copy_from_query(
        _SHEET, *days, given, after, limit, output=target, format="csv", header=True
    )
    schema: dict[str, type[pl.DataType]] = {name: KINDS[name] for name in _KEPT}
    schema["plain"] = pl.String
    return typed(target, schema).with_columns(pl.col("plain") == "t")


DIFFERING = """
    WITH s AS MATERIALIZED (
        SELECT day, array_agg(person_id) AS people FROM fact_sheet GROUP BY day
    )
    SELECT f.person_id FROM s CROSS JOIN LATERAL ({state}) n
    FULL JOIN fact_sheet f ON f.person_id = n.person_id AND f.day = n.day
    WHERE ({left}) IS DISTINCT FROM ({right})
    UNION ALL
    SELECT p.person_id FROM person_fact p
    WHERE p.superseded_at IS NULL AND NOT EXISTS (
        SELECT FROM fact_sheet f WHERE f.person_id = p.person_id
    )
""".format(
    state=state("s.people", "ARRAY[s.day]", "'infinity'::timestamptz"),
    left=", ".join(f"f.{name}" for name in _KEPT),
    right=", ".join(f"n.{name}" for name in _KEPT),
)
"""People whose sheet is not what their dated rows say."""


async def count_sheet(session: AsyncSession, communes: Sequence[str] | None) -> int:
    """Count the people of a sweep."""
    statement = text("""
        SELECT count(*) FROM fact_sheet
        WHERE cast(:communes AS text[]) IS NULL OR commune_code = ANY(cast(:communes AS text[]))
    """)
    found = await session.scalar(
        statement, {"communes": None if communes is None else list(communes)}
    )
    return int(found or 0)
