"""Keep what events say: rows come in sets, and what they replace is superseded, never edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from common.database.session import AsyncSession

Rows = Sequence[Mapping[str, Any]]

_PERSONS = """
    SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
        person_id uuid, version bigint, personal_id text, full_name text, birth_date date,
        birth_precision text, sex text, commune_code text, poverty_class text, death_date date,
        verification text, village text, former_province_code text, merged_into uuid
    )
"""
_COMPARED = (
    "{0}.personal_id, {0}.full_name, {0}.birth_date, {0}.birth_precision, {0}.sex,"
    " {0}.commune_code, {0}.poverty_class, {0}.death_date, {0}.verification, {0}.village,"
    " {0}.former_province_code, {0}.merged_into"
)


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
                village, former_province_code, merged_into, recorded_at)
            SELECT i.person_id, i.version, {_COMPARED.format("i")}, :now FROM ({_PERSONS}) i
            WHERE NOT EXISTS (
                SELECT 1 FROM person_fact c
                WHERE c.person_id = i.person_id AND c.superseded_at IS NULL
            )
        """),
        values,
    )


async def put_moves(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep where people lived before they moved; runs before the person's own row changes."""
    await session.execute(
        text("""
            INSERT INTO move_fact (person_id, version, commune_code, village, to_commune, moved_on,
                recorded_at)
            SELECT i.person_id, i.version, i.from_commune, CASE WHEN i.known THEN i.village ELSE (
                SELECT p.village FROM person_fact p WHERE p.person_id = i.person_id
                    AND p.superseded_at IS NULL AND p.commune_code = i.from_commune
            ) END, i.to_commune, i.moved_on, :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                person_id uuid, version bigint, from_commune text, village text, known boolean,
                to_commune text, moved_on date
            ) ON CONFLICT DO NOTHING
        """),
        {"rows": to_json(rows).decode(), "now": now},
    )


async def put_poverty(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep poverty classes by period; the highest version that covers a day wins."""
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


_CIRCUMSTANCES = """
    SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
        person_id uuid, version bigint, circumstance_id uuid, commune_code text, kind text,
        child_key text, fact jsonb, valid_from date, valid_to date, supersedes uuid, ended boolean,
        withdrawn boolean
    )
"""


async def put_circumstances(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep facts by period; what an event supersedes, ends or withdraws is closed.

    An end is a new row of the same fact with its last day; a withdrawal leaves no row.
    """
    values = {"rows": to_json(rows).decode(), "now": now}
    await session.execute(
        text(f"""
            INSERT INTO circumstance_fact (person_id, version, circumstance_id, commune_code, kind,
                child_key, fact, valid_from, valid_to, recorded_at)
            SELECT i.person_id, i.version, i.circumstance_id, i.commune_code, i.kind, i.child_key,
                i.fact, i.valid_from, i.valid_to, :now
            FROM ({_CIRCUMSTANCES}) i WHERE NOT i.ended ON CONFLICT DO NOTHING
        """),
        values,
    )
    if any(row["ended"] for row in rows):
        await session.execute(
            text(f"""
                INSERT INTO circumstance_fact (person_id, version, circumstance_id, commune_code,
                    kind, child_key, fact, valid_from, valid_to, recorded_at)
                SELECT i.person_id, i.version, i.circumstance_id, i.commune_code, f.kind,
                    f.child_key, f.fact, f.valid_from, i.valid_to, :now
                FROM ({_CIRCUMSTANCES}) i CROSS JOIN LATERAL (
                    SELECT * FROM circumstance_fact f
                    WHERE f.person_id = i.person_id AND f.circumstance_id = i.circumstance_id
                        AND f.version < i.version ORDER BY f.version DESC LIMIT 1
                ) f
                WHERE i.ended AND NOT i.withdrawn
                    AND (f.valid_from IS NULL OR f.valid_from < i.valid_to)
                ON CONFLICT DO NOTHING
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


async def put_representations(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep who may act for people or receive their money; a later event of one replaces it."""
    values = {"rows": to_json(rows).decode(), "now": now}
    given = """
        SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
            person_id uuid, version bigint, representation_id uuid, commune_code text, kind text,
            representative_person_id uuid, may_receive_money boolean, valid_from date,
            valid_to date
        )
    """
    await session.execute(
        text(f"""
            INSERT INTO representation_fact (person_id, version, representation_id, commune_code,
                kind, representative_person_id, may_receive_money, valid_from, valid_to,
                recorded_at)
            SELECT i.*, :now FROM ({given}) i ON CONFLICT DO NOTHING
        """),
        values,
    )
    await session.execute(
        text(f"""
            UPDATE representation_fact f SET superseded_at = :now FROM ({given}) i
            WHERE f.person_id = i.person_id AND f.superseded_at IS NULL AND f.version < i.version
                AND f.representation_id = i.representation_id
        """),
        values,
    )


async def put_areas(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep which communes and villages are specially difficult, by period."""
    await session.execute(
        text("""
            INSERT INTO area_fact (area_key, version, commune_code, village, difficult,
                decision_number, valid_from, valid_to, recorded_at)
            SELECT i.*, :now FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                area_key text, version bigint, commune_code text, village text, difficult boolean,
                decision_number text, valid_from date, valid_to date
            ) ON CONFLICT DO NOTHING
        """),
        {"rows": to_json(rows).decode(), "now": now},
    )


async def put_receipts(session: AsyncSession, rows: Rows, now: datetime) -> None:
    """Keep what people receive, by entitlement; the latest version wins."""
    values = {"rows": to_json(rows).decode(), "now": now}
    given = """
        SELECT * FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS r (
            entitlement_id uuid, version bigint, person_id uuid, commune_code text, benefit text,
            group_code text, status text, signed_on date, levels jsonb
        )
    """
    await session.execute(
        text(f"""
            UPDATE receipt_fact f SET superseded_at = :now FROM ({given}) i
            WHERE f.entitlement_id = i.entitlement_id AND f.superseded_at IS NULL
                AND f.version < i.version
        """),
        values,
    )
    await session.execute(
        text(f"""
            INSERT INTO receipt_fact (entitlement_id, version, person_id, commune_code, benefit,
                group_code, status, signed_on, levels, recorded_at)
            SELECT i.entitlement_id, i.version, i.person_id, i.commune_code, i.benefit,
                i.group_code, i.status, coalesce(before.signed_on, i.signed_on), i.levels, :now
            FROM ({given}) i LEFT JOIN LATERAL (
                SELECT min(f.signed_on) AS signed_on FROM receipt_fact f
                WHERE f.entitlement_id = i.entitlement_id
            ) before ON true
            WHERE NOT EXISTS (
                SELECT FROM receipt_fact c
                WHERE c.entitlement_id = i.entitlement_id AND c.superseded_at IS NULL
            )
        """),
        values,
    )
