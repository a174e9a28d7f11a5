"""How many people of each commune are paid which benefit in a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text

from common.database.session import AsyncSession


async def paid_in(
    session: AsyncSession, month: date, communes: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Read people and đồng by commune, benefit and group of what is paid in a month.

    Rows of a sealed group (its neutral code) come one for each person, the others added up. What was
    taken over and has no level yet counts with its listed amount.
    """
    which = "" if communes is None else "AND e.commune_code = ANY(:communes)"
    statement = text(f"""
        WITH paid AS (
            SELECT e.commune_code, e.benefit, e.group_code, e.person_id, CASE
                WHEN e.group_code ~ '^[A-Z0-9]{{6}}$' THEN e.person_id END AS sealed_person,
                coalesce(l.amount, CASE WHEN e.paid_from <= :month AND NOT EXISTS (
                    SELECT FROM entitlement_level o WHERE o.entitlement_id = e.entitlement_id
                        AND o.superseded_at IS NULL
                ) THEN e.listed_amount END) AS amount
            FROM entitlement e LEFT JOIN entitlement_level l ON l.entitlement_id = e.entitlement_id
                AND l.superseded_at IS NULL AND l.from_month <= :month
                AND coalesce(l.to_month, 'infinity'::date) >= :month
            WHERE e.status = 'active' {which}
        )
        SELECT commune_code, benefit, group_code, sealed_person,
            count(DISTINCT person_id) AS people, cast(sum(amount) AS bigint) AS amount
        FROM paid WHERE amount > 0
        GROUP BY commune_code, benefit, group_code, sealed_person
        ORDER BY commune_code, benefit, group_code, sealed_person
    """)
    values: dict[str, Any] = {"month": month}
    if communes is not None:
        values["communes"] = list(communes)
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]


async def next_versions(session: AsyncSession, communes: Sequence[str]) -> dict[str, int]:
    """Count one more group count of each commune; gives the versions."""
    statement = text("""
        INSERT INTO group_count AS g (commune_code, version)
        SELECT code, 1 FROM unnest(cast(:communes AS text[])) AS code ORDER BY code
        ON CONFLICT (commune_code) DO UPDATE SET version = g.version + 1
        RETURNING commune_code, version
    """)
    rows = await session.execute(statement, {"communes": list(communes)})
    return {row.commune_code: row.version for row in rows}
