"""SQL of the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_POST = """
INSERT INTO ledger_transfer (transfer_id, commune_code, month, code, debit_account,
  credit_account, amount, list_id, subject_id, posted_on)
SELECT name_uuid('transfer:' || k.code || ':' || k.key), $8, $9, k.code, k.debit, k.credit,
  k.amount, k.list_id, k.subject_id, $10
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::uuid[], $7::uuid[])
  AS k(code, debit, credit, amount, key, list_id, subject_id)
ON CONFLICT (transfer_id) DO NOTHING
"""

_OPEN_MONTH = """
SELECT coalesce(
  (SELECT (max(p.month) + interval '1 month')::date FROM ledger_period p
    WHERE p.commune_code = $1 AND p.month >= $2
      AND EXISTS (SELECT FROM ledger_period q WHERE q.commune_code = $1 AND q.month = $2)),
  $2)
"""

_BALANCES = """
WITH moves AS (
  SELECT debit_account AS code, amount AS debit, 0::bigint AS credit FROM ledger_transfer
   WHERE ($1::date IS NULL OR month = $1) AND ($2::text IS NULL OR commune_code = $2)
  UNION ALL
  SELECT credit_account, 0, amount FROM ledger_transfer
   WHERE ($1::date IS NULL OR month = $1) AND ($2::text IS NULL OR commune_code = $2)
)
SELECT a.code, a.name, a.normal_side, coalesce(sum(m.debit), 0)::bigint AS debits,
  coalesce(sum(m.credit), 0)::bigint AS credits,
  (coalesce(sum(m.debit - m.credit), 0)
   * CASE a.normal_side WHEN 'debit' THEN 1 ELSE -1 END)::bigint AS balance
FROM ledger_account a LEFT JOIN moves m USING (code)
GROUP BY a.code, a.name, a.normal_side ORDER BY a.code
"""


async def post(
    session: AsyncSession,
    columns: Sequence[list[Any]],
    *,
    commune_code: str,
    month: date,
    posted_on: date,
) -> None:
    """Insert transfers; an id that exists is left alone."""
    await sql.run(session, _POST, *columns, commune_code, month, posted_on)


async def open_month(session: AsyncSession, commune_code: str, month: date) -> date:
    """Give the month itself when it is open, else the first after the closed ones."""
    found: date = await sql.value(session, _OPEN_MONTH, commune_code, month)
    return found


async def close_month(
    session: AsyncSession, commune_code: str, month: date, closed_on: date
) -> None:
    """Close a month; closing it again changes nothing."""
    await sql.run(
        session,
        "INSERT INTO ledger_period (commune_code, month, closed_on, closed_by)"
        " VALUES ($1, $2, $3, coalesce(current_setting('app.actor', true), ''))"
        " ON CONFLICT (commune_code, month) DO NOTHING",
        commune_code,
        month,
        closed_on,
    )


async def balances(
    session: AsyncSession, month: date | None, commune_code: str | None
) -> list[Record]:
    """Give debits, credits and balance of each account."""
    return await sql.rows(session, _BALANCES, month, commune_code)


async def transfers(
    session: AsyncSession,
    *,
    month: date | None,
    list_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Record]:
    """Give transfers in the order in which they were recorded."""
    return await sql.rows(
        session,
        "SELECT transfer_id, commune_code, month, code, debit_account, credit_account, amount,"
        " list_id, subject_id, posted_on, recorded_at FROM ledger_transfer"
        " WHERE ($1::date IS NULL OR month = $1) AND ($2::uuid IS NULL OR list_id = $2)"
        " AND ($3::timestamptz IS NULL OR (recorded_at, transfer_id) > ($3, $4::uuid))"
        " ORDER BY recorded_at, transfer_id LIMIT $5",
        month,
        list_id,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


_TRIAL = """
WITH moves AS (
  SELECT debit_account AS code, month, amount AS debit, 0::bigint AS credit FROM ledger_transfer
   WHERE month <= $1 AND ($2::text IS NULL OR commune_code = $2)
  UNION ALL
  SELECT credit_account, month, 0, amount FROM ledger_transfer
   WHERE month <= $1 AND ($2::text IS NULL OR commune_code = $2)
), sums AS (
  SELECT code, coalesce(sum(debit - credit) FILTER (WHERE month < $1), 0)::bigint AS opening,
    coalesce(sum(debit) FILTER (WHERE month = $1), 0)::bigint AS debits,
    coalesce(sum(credit) FILTER (WHERE month = $1), 0)::bigint AS credits
  FROM moves GROUP BY code
)
SELECT a.code, a.name, a.normal_side, greatest(coalesce(s.opening, 0), 0) AS opening_debit,
  greatest(-coalesce(s.opening, 0), 0) AS opening_credit, coalesce(s.debits, 0) AS debits,
  coalesce(s.credits, 0) AS credits,
  greatest(coalesce(s.opening + s.debits - s.credits, 0), 0) AS closing_debit,
  greatest(-coalesce(s.opening + s.debits - s.credits, 0), 0) AS closing_credit
FROM ledger_account a LEFT JOIN sums s USING (code) ORDER BY a.code
"""

_DAYS = """
WITH moves AS (
  SELECT debit_account AS code, posted_on, amount AS debit, 0::bigint AS credit
    FROM ledger_transfer WHERE posted_on <= $2 AND ($3::text IS NULL OR commune_code = $3)
  UNION ALL
  SELECT credit_account, posted_on, 0, amount
    FROM ledger_transfer WHERE posted_on <= $2 AND ($3::text IS NULL OR commune_code = $3)
), days AS (
  SELECT code, greatest(posted_on, $1::date - 1) AS day, sum(debit)::bigint AS debits,
    sum(credit)::bigint AS credits FROM moves GROUP BY 1, 2
), running AS (
  SELECT d.code, d.day, d.debits, d.credits,
    sum(d.debits - d.credits) OVER (PARTITION BY d.code ORDER BY d.day)::bigint AS position
  FROM days d
)
SELECT r.day, r.code, r.debits, r.credits,
  (r.position * CASE a.normal_side WHEN 'debit' THEN 1 ELSE -1 END)::bigint AS balance
FROM running r JOIN ledger_account a USING (code) WHERE r.day >= $1
ORDER BY r.day, r.code
"""


async def trial_balance(
    session: AsyncSession, month: date, commune_code: str | None
) -> list[Record]:
    """Give opening, movements and closing of each account for a month."""
    return await sql.rows(session, _TRIAL, month, commune_code)


async def balances_by_day(
    session: AsyncSession, first: date, last: date, commune_code: str | None
) -> list[Record]:
    """Give each account's movements and balance on each day on which it moved."""
    return await sql.rows(session, _DAYS, first, last, commune_code)


async def periods(session: AsyncSession, commune_code: str | None) -> list[Record]:
    """Give the closed months, the newest first."""
    return await sql.rows(
        session,
        "SELECT commune_code, month, closed_on, closed_by FROM ledger_period"
        " WHERE ($1::text IS NULL OR commune_code = $1) ORDER BY month DESC, commune_code"
        " LIMIT 2000",
        commune_code,
    )


async def is_closed(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Tell whether a month is closed."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM ledger_period WHERE commune_code = $1 AND month = $2)",
        commune_code,
        month,
    )
    return found


async def open_before(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Tell whether an earlier month has entries and is not closed."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM ledger_transfer t WHERE t.commune_code = $1 AND t.month < $2"
        " AND NOT EXISTS (SELECT FROM ledger_period p"
        "  WHERE p.commune_code = t.commune_code AND p.month = t.month))",
        commune_code,
        month,
    )
    return found
