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
