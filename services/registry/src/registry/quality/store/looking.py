"""What a refresh looks for: one statement for each kind, over a commune, read only.

Each gives person, key, reasons and due day. They read other rooms' tables set by set; what a room
has a service for (representatives, re-assessments) is asked there.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.session import raw
from registry.quality.domain import CHILD_BELOW_YEARS, Found, Kind

SCHEMA: Final[Mapping[str, Any]] = {
    "person_id": pl.String,
    "personal_id": pl.String,
    "former_number": pl.String,
    "name_key": pl.String,
    "full_name": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "birth_precision": pl.String,
    "commune_code": pl.String,
    "village": pl.String,
    "verification": pl.String,
}
"""The columns of `people`."""
CARDS: Final[Mapping[str, Any]] = {"person_id": pl.String, "number": pl.String}
"""The columns of identity cards (CMND) that people had besides."""
_HERE = "p.commune_code = :commune AND p.merged_into IS NULL"
_ALIVE = f"{_HERE} AND p.death_date IS NULL AND p.left_on IS NULL"
_CENTURY = "1900 + substr(p.personal_id, 4, 1)::int / 2 * 100"
_CHILD = f"(p.birth_date > cast(:today AS date) - interval '{CHILD_BELOW_YEARS} years')"
_PAID_MONTH = "(r.last_month IS NULL OR r.last_month > :month)"

_LOOK: Final[dict[Kind, str]] = {
    "missing_id": f"""
        SELECT p.person_id, '' AS key, ARRAY['no_personal_id'] AS reasons, NULL::date AS due_on
        FROM person p WHERE {_ALIVE} AND p.personal_id IS NULL
    """,
    "unverified": f"""
        SELECT p.person_id, '' AS key, ARRAY[CASE p.verification
            WHEN 'unverified' THEN 'never_confirmed' ELSE 'population_not_found' END] AS reasons,
            NULL::date AS due_on
        FROM person p WHERE {_ALIVE} AND p.verification IN ('unverified', 'not_found')
    """,
    "contradictory": f"""
        SELECT person_id, '' AS key, reasons, NULL::date AS due_on FROM (
            SELECT p.person_id, array_remove(ARRAY[
                CASE WHEN (substr(p.personal_id, 4, 1)::int % 2 = 0) <> (p.sex = 'male')
                    THEN 'sex_contradicts_id' END,
                CASE WHEN {_CENTURY} + substr(p.personal_id, 5, 2)::int
                    <> extract(year FROM p.birth_date) THEN 'birth_year_contradicts_id' END,
                CASE WHEN p.verification = 'mismatch' THEN 'population_differs' END
            ], NULL) AS reasons
            FROM person p WHERE {_ALIVE}
        ) c WHERE cardinality(reasons) > 0
    """,
    "dead_receiving": f"""
        SELECT p.person_id, r.entitlement_id::text AS key,
            ARRAY[r.reason] AS reasons, NULL::date AS due_on
        FROM person p JOIN (
            SELECT entitlement_id, person_id AS about, 'recipient_died' AS reason, last_month
            FROM quality_receiving WHERE status = 'active'
            UNION ALL
            SELECT entitlement_id, payee_person_id, 'payee_died', last_month
            FROM quality_receiving WHERE status = 'active' AND payee_person_id <> person_id
        ) r ON r.about = p.person_id
        WHERE {_HERE} AND p.death_date IS NOT NULL
            AND (r.last_month IS NULL OR r.last_month > date_trunc('month', p.death_date))
    """,
    "moved": f"""
        SELECT person_id, '' AS key, reasons, NULL::date AS due_on FROM (
            SELECT p.person_id, array_remove(ARRAY[
                CASE WHEN p.left_on IS NOT NULL AND paid.elsewhere IS NOT NULL
                    THEN 'left_and_paid' END,
                CASE WHEN p.left_on IS NULL AND paid.elsewhere THEN 'paid_elsewhere' END,
                CASE WHEN p.left_on IS NULL AND c.fields ->> 'residence' = 'differs'
                    THEN 'population_lives_elsewhere' END
            ], NULL) AS reasons
            FROM person p
            LEFT JOIN (
                SELECT r.person_id, bool_or(r.commune_code <> :commune) AS elsewhere
                FROM quality_receiving r JOIN person h ON h.person_id = r.person_id
                WHERE r.status = 'active' AND {_PAID_MONTH} AND h.commune_code = :commune
                GROUP BY r.person_id
            ) paid ON paid.person_id = p.person_id
            LEFT JOIN (
                SELECT DISTINCT ON (person_id) person_id, fields FROM verification_check
                WHERE commune_code = :commune AND fields <> '{{}}'
                ORDER BY person_id, checked_at DESC, check_id DESC
            ) c ON c.person_id = p.person_id
            WHERE {_HERE} AND p.death_date IS NULL
        ) m WHERE cardinality(reasons) > 0
    """,
    "missing_paper": f"""
        SELECT p.person_id, c.circumstance_id::text AS key, ARRAY['paper_of_' || c.kind] AS reasons,
            NULL::date AS due_on
        FROM circumstance c JOIN person p USING (person_id)
        WHERE {_ALIVE} AND c.commune_code = :commune AND c.superseded_at IS NULL
            AND (c.valid_to IS NULL OR c.valid_to > :today) AND c.paper IS NULL
            AND c.certificate_number IS NULL
            AND c.kind NOT IN ('neutral', 'pension_income', 'wage_income')
    """,
    "no_village": f"""
        SELECT p.person_id, '' AS key, ARRAY['village_unknown'] AS reasons, NULL::date AS due_on
        FROM person p WHERE {_ALIVE} AND coalesce(trim(p.village), '') = ''
    """,
    "residence_open": f"""
        SELECT p.person_id, t.task_id::text AS key, ARRAY['former_unit_divided'] AS reasons,
            NULL::date AS due_on
        FROM residence_task t JOIN person p USING (person_id)
        WHERE {_ALIVE} AND t.commune_code = :commune AND t.closed_at IS NULL
    """,
    "household_without_head": f"""
        SELECT (array_agg(p.person_id ORDER BY p.birth_date, p.person_id))[1] AS person_id,
            m.household_id::text AS key, ARRAY['head_died_or_left'] AS reasons,
            NULL::date AS due_on
        FROM household_member m JOIN person p USING (person_id)
        WHERE {_ALIVE} AND m.commune_code = :commune AND m.superseded_at IS NULL
            AND (m.valid_from IS NULL OR m.valid_from <= :today)
            AND (m.valid_to IS NULL OR m.valid_to > :today)
        GROUP BY m.household_id HAVING NOT bool_or(m.relation = 'head')
    """,
    "child_without_carer": f"""
        SELECT person_id, '' AS key, reasons, NULL::date AS due_on FROM (
            SELECT p.person_id, array_remove(ARRAY[
                CASE WHEN kept.died AND NOT kept.stands THEN 'carer_died' END,
                CASE WHEN NOT home.adult AND NOT coalesce(kept.stands, false)
                    THEN 'no_adult_in_household' END
            ], NULL) AS reasons
            FROM person p
            LEFT JOIN (
                SELECT p.household_id, bool_or(NOT {_CHILD}) AS adult FROM person p
                WHERE {_ALIVE} AND p.household_id IS NOT NULL GROUP BY p.household_id
            ) home ON home.household_id = p.household_id
            LEFT JOIN (
                SELECT r.person_id, bool_or(r.cause = 'death') AS died,
                    bool_or(r.revoked_on IS NULL AND r.cause IS DISTINCT FROM 'death'
                        AND (r.valid_to IS NULL OR r.valid_to > :today)) AS stands
                FROM representation r WHERE r.commune_code = :commune
                    AND r.superseded_at IS NULL AND r.kind IN ('guardian', 'carer')
                GROUP BY r.person_id
            ) kept ON kept.person_id = p.person_id
            WHERE {_ALIVE} AND {_CHILD}
        ) c WHERE cardinality(reasons) > 0
    """,
}
_EXPIRED = f"""
    SELECT p.person_id, c.circumstance_id::text AS key, c.valid_to AS due_on
    FROM circumstance c JOIN person p USING (person_id)
    WHERE {_ALIVE} AND c.commune_code = :commune AND c.superseded_at IS NULL
        AND c.valid_to BETWEEN cast(:today AS date) - 366 AND cast(:until AS date)
        AND c.kind NOT IN ('neutral', 'missing', 'detention', 'pregnancy')
        AND (c.paper IS NOT NULL OR c.certificate_number IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM circumstance n WHERE n.person_id = c.person_id AND n.kind = c.kind
            AND n.child_key = c.child_key AND n.superseded_at IS NULL AND n.valid_from >= c.valid_to
        )
"""
_COLUMNS = ", ".join(f"p.{name}" for name in SCHEMA)


async def join_by_hash(session: AsyncSession) -> None:
    """Let joins of this transaction take whole sets.

    A commune that was just imported has no statistics yet, and the planner would compare every row
    with every other.
    """
    await session.execute(text("SET LOCAL enable_nestloop = off"))


async def look(session: AsyncSession, commune_code: str, today: date) -> list[Found]:
    """Look for everything that one statement over a commune finds."""
    found: list[Found] = []
    values = {"commune": commune_code, "today": today, "month": today.replace(day=1)}
    for kind, statement in _LOOK.items():
        given = {name: value for name, value in values.items() if f":{name}" in statement}
        rows = await session.execute(text(statement), given)
        found += [Found(kind, row.person_id, tuple(row.reasons), row.key) for row in rows]
    return found


async def expired(
    session: AsyncSession, commune_code: str, today: date, until: date
) -> list[tuple[UUID, str, date]]:
    """Look for facts by paper that ended within a year or end soon, and that nothing follows."""
    rows = await session.execute(
        text(_EXPIRED), {"commune": commune_code, "today": today, "until": until}
    )
    return [(row.person_id, row.key, row.due_on) for row in rows]


async def people(
    session: AsyncSession, commune_code: str | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the people of a commune, or of the caller's whole scope, as columns, and their cards."""
    where = "p.merged_into IS NULL" + (" AND p.commune_code = $1" if commune_code else "")
    given: Sequence[str] = (commune_code,) if commune_code else ()
    everybody = await _columns(
        session, f"SELECT {_COLUMNS} FROM person p WHERE {where}", given, SCHEMA
    )
    cards = await _columns(
        session,
        "SELECT n.person_id, n.number FROM person_number n JOIN person p USING (person_id)"
        f" WHERE n.kind = 'cmnd' AND n.superseded_at IS NULL AND {where}",
        given,
        CARDS,
    )
    return everybody, cards


async def _columns(
    session: AsyncSession, query: str, given: Sequence[str], schema: Mapping[str, Any]
) -> pl.DataFrame:
    connection = await raw(session)
    content = io.BytesIO()
    await connection.copy_from_query(query, *given, output=content, format="csv")
    content.seek(0)
    if not content.getbuffer().nbytes:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(content, has_header=False, new_columns=list(schema), schema=schema)


async def communes_with_people(session: AsyncSession) -> list[str]:
    """Give the communes in which somebody is registered, by steps over the index."""
    rows = await session.execute(
        text(
            "WITH RECURSIVE step (code) AS ("
            "  (SELECT commune_code FROM person ORDER BY commune_code LIMIT 1) UNION ALL"
            "  SELECT (SELECT p.commune_code FROM person p WHERE p.commune_code > step.code"
            "  ORDER BY p.commune_code LIMIT 1) FROM step WHERE step.code IS NOT NULL"
            ") SELECT code FROM step WHERE code IS NOT NULL"
        )
    )
    return list(rows.scalars())
