"""Cases and their months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record


async def insert(
    session: AsyncSession, cases: Sequence[list[Any]], months: Sequence[list[Any]]
) -> None:
    """Open cases with their months."""
    await sql.run(
        session,
        "INSERT INTO recovery_case (recovery_id, person_id, commune_code, benefit, reason, total,"
        " opened_on, list_id) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[],"
        " $5::text[], $6::bigint[], $7::date[], $8::uuid[])",
        *cases,
    )
    await sql.run(
        session,
        "INSERT INTO recovery_month (recovery_id, commune_code, person_id, benefit, month, amount,"
        " budget_year) SELECT k.*, extract(year FROM k.month)::integer"
        " FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::date[], $6::bigint[])"
        " AS k(recovery_id, commune_code, person_id, benefit, month, amount)",
        *months,
    )


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    person_id: UUID | None,
    recovery_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give cases by id."""
    return await sql.rows(
        session,
        "SELECT r.recovery_id, r.person_id, p.full_name, p.personal_id, r.commune_code, r.benefit,"
        " r.reason, r.total, r.state, r.opened_on, r.list_id, r.treasury_slip, r.withdrawn,"
        " r.collected, r.written_off, r.set_off, r.budgeted, r.noticed_on"
        " FROM recovery_case r LEFT JOIN payee_channel p USING (person_id)"
        " WHERE ($1::text IS NULL OR r.commune_code = $1)"
        " AND ($2::uuid IS NULL OR r.person_id = $2)"
        " AND ($3::uuid IS NULL OR r.recovery_id > $3)"
        " AND ($5::uuid IS NULL OR r.recovery_id = $5) ORDER BY r.recovery_id LIMIT $4",
        commune_code,
        person_id,
        after,
        limit,
        recovery_id,
    )


async def months(session: AsyncSession, cases: list[UUID]) -> list[Record]:
    """Give the months of cases."""
    return await sql.rows(
        session,
        "SELECT recovery_id, month, amount, budget_year, withdrawn FROM recovery_month"
        " WHERE recovery_id = ANY($1::uuid[]) ORDER BY recovery_id, month",
        cases,
    )


async def withdraw(session: AsyncSession, columns: Sequence[list[Any]]) -> list[Record]:
    """Take months of cases back (case, month, amount); gives the cases as they stand now."""
    return await sql.rows(
        session,
        "WITH k AS (SELECT * FROM unnest($1::uuid[], $2::date[], $3::bigint[])"
        " AS k(recovery_id, month, amount)), months AS ("
        " UPDATE recovery_month m SET withdrawn = m.withdrawn + k.amount FROM k"
        " WHERE m.recovery_id = k.recovery_id AND m.month = k.month)"
        " UPDATE recovery_case r SET withdrawn = r.withdrawn + s.part, version = r.version + 1,"
        " state = CASE WHEN r.withdrawn + s.part = r.total THEN 'withdrawn'"
        "  WHEN r.withdrawn + s.part + r.collected + r.written_off + r.set_off = r.total"
        "  THEN 'closed' ELSE r.state END"
        " FROM (SELECT k.recovery_id, least(sum(k.amount), min(c.total - c.withdrawn - c.collected"
        "   - c.written_off - c.set_off))::bigint AS part"
        "  FROM k JOIN recovery_case c USING (recovery_id) GROUP BY 1) AS s"
        " WHERE r.recovery_id = s.recovery_id"
        " RETURNING r.recovery_id, r.person_id, r.commune_code, r.benefit, r.version, s.part,"
        " r.total - r.withdrawn - r.collected - r.written_off - r.set_off AS remaining",
        *columns,
    )
