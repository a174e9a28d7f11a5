"""Numbers that payment follows, by the day."""

from __future__ import annotations

from datetime import date

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record


async def rule(session: AsyncSession, code: str, on: date) -> Record | None:
    """Give a number as it stands on a day."""
    return await sql.row(
        session,
        "SELECT code, valid_from, value, basis, source FROM payment_rule"
        " WHERE code = $1 AND valid_from <= $2 ORDER BY valid_from DESC LIMIT 1",
        code,
        on,
    )


async def rules(session: AsyncSession, on: date) -> list[Record]:
    """Give every number as it stands on a day."""
    return await sql.rows(
        session,
        "SELECT DISTINCT ON (code) code, valid_from, value, basis, source FROM payment_rule"
        " WHERE valid_from <= $1 ORDER BY code, valid_from DESC",
        on,
    )
