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


async def limit_of(session: AsyncSession, subject: str, on: date) -> int | None:
    """Give the limit of an approver on a day; None: nobody set one."""
    found: int | None = await sql.value(
        session,
        "SELECT amount FROM approver_limit WHERE subject = $1 AND valid_from <= $2"
        " AND confirmed_by IS NOT NULL ORDER BY valid_from DESC LIMIT 1",
        subject,
        on,
    )
    return found


async def limits(session: AsyncSession) -> list[Record]:
    """Give every limit, also those that wait for a second person."""
    return await sql.rows(
        session,
        "SELECT subject, valid_from, amount, entered_by, confirmed_by FROM approver_limit"
        " ORDER BY subject, valid_from",
    )


async def enter_limit(
    session: AsyncSession, subject: str, valid_from: date, amount: int, by: str
) -> bool:
    """Enter a limit; gives whether it is new."""
    return bool(
        await sql.run(
            session,
            "INSERT INTO approver_limit (subject, valid_from, amount, entered_by)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            subject,
            valid_from,
            amount,
            by,
        )
    )


async def confirm_limit(session: AsyncSession, subject: str, valid_from: date, by: str) -> bool:
    """A second person lets a limit count; gives whether it waited for them."""
    return bool(
        await sql.run(
            session,
            "UPDATE approver_limit SET confirmed_by = $3 WHERE subject = $1 AND valid_from = $2"
            " AND confirmed_by IS NULL AND entered_by <> $3 AND subject <> $3",
            subject,
            valid_from,
            by,
        )
    )
