"""What one person gets in a month, beside the month before; and how far the lists of a month are."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_SLIP = """
SELECT l.line_id, l.full_name, l.benefit, l.method, l.partner, l.account_masked, l.payee_name,
  l.regular, l.arrears, l.arrears_months, l.carried, l.total, l.one_off_id, b.regular AS previous,
  s.decision_number
FROM sealed_line l
LEFT JOIN sealed_line b ON b.person_id = l.person_id AND b.benefit = l.benefit
  AND b.one_off_id IS NULL AND l.one_off_id IS NULL
  AND b.list_month = (l.list_month - interval '1 month')::date
LEFT JOIN entitlement_status s ON s.person_id = l.person_id AND s.benefit = l.benefit
WHERE l.person_id = $1 AND l.list_month = $2
ORDER BY l.one_off_id NULLS FIRST, l.benefit
"""


async def slip(session: AsyncSession, person_id: UUID, month: date) -> list[Record]:
    """Give the lines of a person in the sealed lists of a month, with last month's amounts."""
    return await sql.rows(session, _SLIP, person_id, month)


async def progress(session: AsyncSession, month: date, commune_code: str | None) -> list[Record]:
    """Give the monthly lists of a month with the days on which they were sealed."""
    return await sql.rows(
        session,
        "SELECT commune_code, state, sealed_on FROM payment_list WHERE month = $1 AND number = 0"
        " AND ($2::text IS NULL OR commune_code = $2) ORDER BY commune_code",
        month,
        commune_code,
    )


async def previous_regular(session: AsyncSession, commune_code: str, month: date) -> Record | None:
    """Give lines and regular total of the sealed list of the month before."""
    return await sql.row(
        session,
        "SELECT lines, regular FROM payment_list WHERE commune_code = $1 AND number = 0"
        " AND month = ($2::date - interval '1 month')::date AND state IN ('sealed', 'reconciled')",
        commune_code,
        month,
    )
