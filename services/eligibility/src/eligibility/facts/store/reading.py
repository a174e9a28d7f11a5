"""Read what is known of people: now, and on any day as it was known at any instant."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import text

from common.database.rows import whole_province
from common.database.session import AsyncSession, raw
from eligibility.facts.store.state import COLUMNS, NAMES, state

_POLARS: dict[str, type[pl.DataType]] = {
    "uuid": pl.String,
    "text": pl.String,
    "date": pl.Date,
    "boolean": pl.String,
    "bigint": pl.Int64,
}
KINDS: dict[str, type[pl.DataType]] = {name: _POLARS[kind] for name, kind in COLUMNS}
"""Column -> the type in which its text is read; booleans come as `t` and `f`."""

_BOOLEANS = tuple(name for name, kind in COLUMNS if kind == "boolean")
CHILDREN = pl.List(pl.Struct({"birth_date": pl.Date, "studying": pl.Boolean}))


def typed(source: io.BytesIO, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Read rows of a COPY into the law's types."""
    source.seek(0)
    frame = pl.read_csv(source, schema=dict(schema))
    months = pl.col("receiving_since")
    children = pl.col("children")
    return frame.with_columns(
        *(pl.col(name) == "t" for name in _BOOLEANS if name in schema),
        children.str.json_decode(
            pl.List(pl.Struct({"birth_date": pl.String, "studying": pl.Boolean}))
        )
        .list.eval(
            pl.struct(
                pl.element().struct.field("birth_date").str.to_date(),
                pl.element().struct.field("studying"),
            )
        )
        .cast(CHILDREN),
        (months.dt.year() * 12 + months.dt.month().cast(pl.Int32) - 1)
        .cast(pl.Int32)
        .alias("receiving_since_month"),
        pl.col("neutral_code").is_not_null().alias("neutral_group"),
    ).drop("receiving_since")


async def read_days(
    session: AsyncSession, person_ids: Sequence[UUID], days: Sequence[date], known: datetime | None
) -> pl.DataFrame:
    """Read the facts of people on days, as known at an instant; None: as known now."""
    target = io.BytesIO()
    connection = await raw(session)
    arguments: list[Any] = [list(person_ids), list(days)]
    instant = "'infinity'::timestamptz"
    if known is not None:
        arguments.append(known)
        instant = "$3::timestamptz"
    query = state("$1::uuid[]", "$2::date[]", instant)
    async with whole_province(session):
        await connection.copy_from_query(
            query, *arguments, output=target, format="csv", header=True
        )
    return typed(target, {name: KINDS[name] for name in NAMES})


async def read_changes(
    session: AsyncSession,
    person_ids: Sequence[UUID],
    days: tuple[date, date],
    known: datetime | None,
) -> pl.DataFrame:
    """Read the days on which what is true of people begins or ends, as known at an instant.

    Args:
        session: the transaction.
        person_ids: whom to read; what merged records say counts too.
        days: first and last day, both included.
        known: the instant; None: now.

    Returns:
        `person_id` (text) and `day`, each pair once.
    """
    statement = text(f"""
        WITH asked AS MATERIALIZED (
            SELECT a.person_id, coalesce(a.merged_into, a.person_id) AS root FROM person_fact a
            WHERE a.person_id = ANY(:ids) AND {_VALID.format("a")}
        ), sources AS MATERIALIZED (
            SELECT DISTINCT k.person_id AS asked, m.person_id AS source FROM asked k
            JOIN person_fact m ON (m.person_id IN (k.person_id, k.root) OR m.merged_into = k.root)
                AND {_VALID.format("m")}
        ), changes AS (
            SELECT s.asked, x.day FROM sources s
            JOIN circumstance_fact f ON f.person_id = s.source AND {_VALID.format("f")}
            CROSS JOIN LATERAL (VALUES (f.valid_from), (f.valid_to)) AS x (day)
            UNION
            SELECT s.asked, x.day FROM sources s
            JOIN poverty_fact f ON f.person_id = s.source
                AND f.recorded_at <= coalesce(cast(:known AS timestamptz), 'infinity')
            CROSS JOIN LATERAL (VALUES (f.valid_from), (f.valid_to)) AS x (day)
            UNION
            SELECT k.person_id, f.moved_on FROM asked k
            JOIN move_fact f ON f.person_id = k.root
                AND f.recorded_at <= coalesce(cast(:known AS timestamptz), 'infinity')
        )
        SELECT DISTINCT asked::text AS person_id, day FROM changes
        WHERE day BETWEEN :first AND :last ORDER BY 1, 2
    """)
    values = {"ids": list(person_ids), "first": days[0], "last": days[1], "known": known}
    async with whole_province(session):
        rows = [tuple(row) for row in await session.execute(statement, values)]
    return pl.DataFrame(rows, schema={"person_id": pl.String, "day": pl.Date}, orient="row")


async def read_area_changes(
    session: AsyncSession, days: tuple[date, date], known: datetime | None
) -> pl.DataFrame:
    """Read the days on which a place begins or ceases to be specially difficult.

    Returns:
        `commune_code` and `day`, each pair once.
    """
    statement = text("""
        SELECT DISTINCT a.commune_code, x.day FROM area_fact a
        CROSS JOIN LATERAL (VALUES (a.valid_from), (a.valid_to)) AS x (day)
        WHERE x.day BETWEEN :first AND :last
            AND a.recorded_at <= coalesce(cast(:known AS timestamptz), 'infinity')
    """)
    values = {"first": days[0], "last": days[1], "known": known}
    async with whole_province(session):
        rows = [tuple(row) for row in await session.execute(statement, values)]
    return pl.DataFrame(rows, schema={"commune_code": pl.String, "day": pl.Date}, orient="row")


_VALID = (
    "{0}.recorded_at <= coalesce(cast(:known AS timestamptz), 'infinity')"
    " AND ({0}.superseded_at IS NULL"
    " OR {0}.superseded_at > coalesce(cast(:known AS timestamptz), 'infinity'))"
)


async def read_areas(
    session: AsyncSession, days: Sequence[date], known: datetime | None
) -> pl.DataFrame:
    """Read which communes and villages are specially difficult on days (no village: all of it)."""
    statement = text("""
        SELECT DISTINCT ON (d.day, a.commune_code, a.village) d.day, a.commune_code, a.village,
            a.difficult
        FROM unnest(cast(:days AS date[])) AS d (day)
        JOIN area_fact a ON a.valid_from <= d.day AND (a.valid_to IS NULL OR a.valid_to > d.day)
        WHERE a.recorded_at <= coalesce(cast(:known AS timestamptz), 'infinity')
        ORDER BY d.day, a.commune_code, a.village, a.recorded_at DESC, a.version DESC
    """)
    async with whole_province(session):
        found = await session.execute(statement, {"days": list(days), "known": known})
        rows = [tuple(row) for row in found]
    schema = {
        "day": pl.Date,
        "commune_code": pl.String,
        "village": pl.String,
        "difficult": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


async def receipts(session: AsyncSession, person_id: UUID, month: date) -> Mapping[str, int]:
    """Read what a person is being paid in a month (its first day), đồng by benefit."""
    statement = text("""
        SELECT f.benefit, max(l.amount) AS amount FROM receipt_fact f
        CROSS JOIN LATERAL jsonb_to_recordset(f.levels) AS l (
            from_month date, to_month date, amount bigint
        )
        WHERE f.person_id = :person AND f.superseded_at IS NULL AND f.status = 'active'
            AND l.amount > 0
            AND :month BETWEEN l.from_month AND coalesce(l.to_month, 'infinity'::date)
        GROUP BY f.benefit
    """)
    rows = await session.execute(statement, {"person": person_id, "month": month})
    return {row.benefit: row.amount for row in rows}


async def had_in(session: AsyncSession, person_id: UUID, month: date) -> Mapping[str, int]:
    """Read what a person was owed in a month (its first day), đồng by benefit.

    What a death holds, or a later decision stopped, was had until then; what is suspended was not.
    """
    statement = text("""
        SELECT f.benefit, max(l.amount) AS amount FROM receipt_fact f
        CROSS JOIN LATERAL jsonb_to_recordset(f.levels) AS l (
            from_month date, to_month date, amount bigint
        )
        WHERE f.person_id = :person AND f.superseded_at IS NULL AND f.status <> 'suspended'
            AND l.amount > 0
            AND :month BETWEEN l.from_month AND coalesce(l.to_month, 'infinity'::date)
        GROUP BY f.benefit
    """)
    async with whole_province(session):
        rows = await session.execute(statement, {"person": person_id, "month": month})
        return {row.benefit: row.amount for row in rows}


async def find_person(
    session: AsyncSession, *, person_id: UUID | None = None, personal_id: str | None = None
) -> Any | None:
    """Read the current version of a person by one of the two ids."""
    column, value = (
        ("person_id", person_id) if person_id is not None else ("personal_id", personal_id)
    )
    statement = text(f"""
        SELECT * FROM person_fact WHERE superseded_at IS NULL AND {column} = :value
        ORDER BY merged_into IS NOT NULL, version DESC LIMIT 1
    """)
    return (await session.execute(statement, {"value": value})).one_or_none()


async def ids_of(session: AsyncSession, personal_ids: Sequence[str]) -> Mapping[str, UUID]:
    """Read who carries each number now; of merged records the one that stays."""
    statement = text("""
        SELECT DISTINCT ON (personal_id) personal_id, coalesce(merged_into, person_id) AS person_id
        FROM person_fact WHERE superseded_at IS NULL AND personal_id = ANY(:ids)
        ORDER BY personal_id, merged_into IS NOT NULL, version DESC
    """)
    rows = await session.execute(statement, {"ids": list(personal_ids)})
    return {row.personal_id: row.person_id for row in rows}


async def places(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Read where people live now; who moved out of the province has no place."""
    statement = text("""
        SELECT p.person_id, p.commune_code FROM person_fact p
        LEFT JOIN LATERAL (
            SELECT m.to_commune FROM move_fact m WHERE m.person_id = p.person_id
            ORDER BY m.version DESC LIMIT 1
        ) last ON true
        WHERE p.superseded_at IS NULL AND p.person_id = ANY(:ids)
            AND (last IS NULL OR last.to_commune IS NOT NULL)
    """)
    async with whole_province(session):
        rows = await session.execute(statement, {"ids": list(person_ids)})
        return {row.person_id: row.commune_code for row in rows}


async def names(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Read the names of people, for those who may see them."""
    statement = text(
        "SELECT person_id, full_name FROM person_fact"
        " WHERE superseded_at IS NULL AND person_id = ANY(:ids)"
    )
    rows = await session.execute(statement, {"ids": list(person_ids)})
    return {row.person_id: row.full_name for row in rows}


async def deaths(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """Read the days of death of those who are known to have died."""
    statement = text(
        "SELECT person_id, death_date FROM person_fact WHERE superseded_at IS NULL"
        " AND death_date IS NOT NULL AND person_id = ANY(:ids)"
    )
    rows = await session.execute(statement, {"ids": list(person_ids)})
    return {row.person_id: row.death_date for row in rows}
