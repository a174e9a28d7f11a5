"""Every SQL statement of `facts`: versions are added and superseded, never edited."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession, raw

Rows = Sequence[Mapping[str, Any]]

_PERSONS = """
    SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
        person_id uuid, version bigint, personal_id text, full_name text, birth_date date,
        birth_precision text, sex text, commune_code text, poverty_class text, death_date date,
        verification text
    )
"""
_COMPARED = (
    "{0}.personal_id, {0}.full_name, {0}.birth_date, {0}.birth_precision, {0}.sex,"
    " {0}.commune_code, {0}.poverty_class, {0}.death_date, {0}.verification"
)
_CIRCUMSTANCES = """
    SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
        person_id uuid, version bigint, circumstance_id uuid, commune_code text, kind text,
        degree text, certificate_date date, monthly_amount bigint, valid_from date, valid_to date,
        supersedes uuid
    )
"""


async def put_persons(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep new versions of people whose data changed; the latest version wins."""
    values = {"rows": to_json(rows).decode(), "now": now}
    await session.execute(
        text(f"""
            UPDATE person_fact f SET superseded_at = :now FROM ({_PERSONS}) i
            WHERE f.person_id = i.person_id AND f.superseded_at IS NULL AND i.version > f.version
                AND ({_COMPARED.format("i")}) IS DISTINCT FROM ({_COMPARED.format("f")})
        """),
        values,
    )
    await session.execute(
        text(f"""
            INSERT INTO person_fact (person_id, version, personal_id, full_name, birth_date,
                birth_precision, sex, commune_code, poverty_class, death_date, verification,
                recorded_at)
            SELECT i.person_id, i.version, {_COMPARED.format("i")}, :now FROM ({_PERSONS}) i
            WHERE NOT EXISTS (
                SELECT 1 FROM person_fact c
                WHERE c.person_id = i.person_id AND c.superseded_at IS NULL
            )
        """),
        values,
    )


async def put_poverty(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep poverty classes by period; the highest version that covers a month wins."""
    await session.execute(
        text("""
            INSERT INTO poverty_fact (person_id, version, commune_code, poverty_class, year,
                valid_from, valid_to, recorded_at)
            SELECT i.*, :now FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                person_id uuid, version bigint, commune_code text, poverty_class text,
                year integer, valid_from date, valid_to date
            ) ON CONFLICT DO NOTHING
        """),
        {"rows": to_json(rows).decode(), "now": now},
    )


async def put_circumstances(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep disability and pension-income periods; what an event supersedes is closed."""
    values = {"rows": to_json(rows).decode(), "now": now}
    await session.execute(
        text(f"""
            INSERT INTO circumstance_fact (person_id, version, circumstance_id, commune_code, kind,
                degree, certificate_date, monthly_amount, valid_from, valid_to, recorded_at)
            SELECT i.person_id, i.version, i.circumstance_id, i.commune_code, i.kind, i.degree,
                i.certificate_date, i.monthly_amount, i.valid_from, i.valid_to, :now
            FROM ({_CIRCUMSTANCES}) i ON CONFLICT DO NOTHING
        """),
        values,
    )
    await session.execute(
        text(f"""
            UPDATE circumstance_fact f SET superseded_at = :now FROM ({_CIRCUMSTANCES}) i
            WHERE f.person_id = i.person_id AND f.superseded_at IS NULL AND f.version < i.version
                AND f.circumstance_id IN (i.circumstance_id, i.supersedes)
        """),
        values,
    )


async def put_receipts(session: AsyncSession, rows: Rows) -> None:
    """Keep what people receive, one row per entitlement; the latest version wins."""
    await session.execute(
        text("""
            INSERT INTO receipt_fact AS f (entitlement_id, person_id, commune_code, benefit, status,
                levels, version)
            SELECT i.* FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                entitlement_id uuid, person_id uuid, commune_code text, benefit text, status text,
                levels jsonb, version bigint
            )
            ON CONFLICT (entitlement_id) DO UPDATE SET person_id = excluded.person_id,
                commune_code = excluded.commune_code, benefit = excluded.benefit,
                status = excluded.status, levels = excluded.levels, version = excluded.version
            WHERE f.version < excluded.version
        """),
        {"rows": to_json(rows).decode()},
    )


async def receipts(session: AsyncSession, person_id: UUID, month: date) -> Mapping[str, int]:
    """Read what a person is being paid in a month (its first day), đồng by benefit."""
    statement = text("""
        SELECT f.benefit, max(l.amount) AS amount FROM receipt_fact f
        CROSS JOIN LATERAL jsonb_to_recordset(f.levels) AS l (
            from_month date, to_month date, amount bigint
        )
        WHERE f.person_id = :person AND f.status = 'active' AND l.amount > 0
            AND :month BETWEEN l.from_month AND coalesce(l.to_month, 'infinity'::date)
        GROUP BY f.benefit
    """)
    rows = await session.execute(statement, {"person": person_id, "month": month})
    return {row.benefit: row.amount for row in rows}


async def find_person(
    session: AsyncSession, *, person_id: UUID | None = None, personal_id: str | None = None
) -> Any | None:
    """Read the current version of a person by one of the two ids."""
    column, value = (
        ("person_id", person_id) if person_id is not None else ("personal_id", personal_id)
    )
    statement = text(f"SELECT * FROM person_fact WHERE superseded_at IS NULL AND {column} = :value")
    return (await session.execute(statement, {"value": value})).one_or_none()


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


_MONTHS = """
    SELECT p.person_id, (extract(year FROM m.first) * 12 + extract(month FROM m.first) - 1)::int
            AS month,
        p.birth_date, p.birth_precision, p.sex, p.death_date,
        coalesce(v.poverty_class, nullif(p.poverty_class, 'none')) AS poverty_class,
        d.degree AS disability_degree, d.certificate_date, i.monthly_amount AS pension_income
    FROM person_fact p
    CROSS JOIN (
        SELECT f::date AS first, (f + interval '1 month - 1 day')::date AS last
        FROM generate_series($2::date, $3::date, interval '1 month') f
    ) m
    LEFT JOIN LATERAL (
        SELECT poverty_class FROM poverty_fact f
        WHERE f.person_id = p.person_id AND f.valid_from <= m.last
            AND (f.valid_to IS NULL OR f.valid_to >= m.last)
        ORDER BY f.version DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT degree, certificate_date FROM circumstance_fact f
        WHERE f.person_id = p.person_id AND f.kind = 'disability' AND f.superseded_at IS NULL
            AND (f.valid_from IS NULL OR f.valid_from <= m.last)
            AND (f.valid_to IS NULL OR f.valid_to >= m.last)
        ORDER BY f.version DESC LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT monthly_amount FROM circumstance_fact f
        WHERE f.person_id = p.person_id AND f.kind = 'pension_income' AND f.superseded_at IS NULL
            AND (f.valid_from IS NULL OR f.valid_from <= m.last)
            AND (f.valid_to IS NULL OR f.valid_to >= m.last)
        ORDER BY f.version DESC LIMIT 1
    ) i ON true
    WHERE p.superseded_at IS NULL AND p.person_id = ANY($1::uuid[])
"""

MONTHS_SCHEMA: dict[str, type[pl.DataType]] = {
    "person_id": pl.String,
    "month": pl.Int32,
    "birth_date": pl.Date,
    "birth_precision": pl.String,
    "sex": pl.String,
    "death_date": pl.Date,
    "poverty_class": pl.String,
    "disability_degree": pl.String,
    "certificate_date": pl.Date,
    "pension_income": pl.Int64,
}


async def read_months(
    session: AsyncSession, person_ids: Sequence[UUID], first: date, last: date
) -> pl.DataFrame:
    """Read the facts of people for each month, as they stand on its last day."""
    target = io.BytesIO()
    connection = await raw(session)
    await connection.copy_from_query(
        _MONTHS, list(person_ids), first, last, output=target, format="csv", header=True
    )
    target.seek(0)
    return pl.read_csv(target, schema=MONTHS_SCHEMA)
