"""Months that were paid before this system paid; each is recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database.rows import whole_province
from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_RECORD_PAID = """
WITH listed AS (
  SELECT DISTINCT ON (r.person_id, r.benefit, m.month)
    r.person_id, r.benefit, m.month::date AS month, r.commune_code, r.amount, r.import_id,
    r.row_number, r.recorded_by
  FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::text[], $6::bigint[], $7::uuid[],
    $8::integer[], $9::text[]) WITH ORDINALITY AS r(person_id, benefit, paid_from, paid_to,
    commune_code, amount, import_id, row_number, recorded_by, place)
  CROSS JOIN LATERAL generate_series(r.paid_from, r.paid_to, interval '1 month') AS m(month)
  ORDER BY r.person_id, r.benefit, m.month, r.place DESC
), ours AS (
  SELECT o.person_id, o.benefit, o.month, sum(o.amount)::bigint AS amount FROM obligation o
  JOIN (SELECT DISTINCT person_id FROM listed) AS l USING (person_id)
  WHERE o.state IN ('issued', 'settled') AND o.component = 'main'
    AND o.kind IN ('regular', 'arrears')
  GROUP BY 1, 2, 3
), judged AS (
  SELECT l.*, coalesce(o.amount, p.amount) AS known, o.amount IS NOT NULL AS paid_here
  FROM listed l LEFT JOIN ours o USING (person_id, benefit, month)
  LEFT JOIN paid_month p ON (p.person_id, p.benefit, p.month) = (l.person_id, l.benefit, l.month)
    AND p.source = 'commune_list'
), added AS (
  INSERT INTO paid_month (person_id, benefit, month, source, commune_code, amount, import_id,
    row_number)
  SELECT person_id, benefit, month, 'commune_list', commune_code, amount, import_id, row_number
  FROM judged WHERE known IS NULL
  ON CONFLICT DO NOTHING
)
INSERT INTO recorded_change (change_id, person_id, benefit, month, commune_code, kind, known_amount,
  new_amount, import_id, row_number, proposed_by, proposed_at)
SELECT uuidv7(), person_id, benefit, month, commune_code,
  CASE WHEN paid_here THEN 'paid_here' ELSE 'differs' END, known, amount, import_id, row_number,
  recorded_by, $10
FROM judged WHERE known IS NOT NULL AND known <> amount
ON CONFLICT DO NOTHING
"""
"""A month is recorded once. Another amount for it, or for a month that we paid, is only proposed:
the same money must not count twice, and a list taken in again must not make arrears."""


async def record_paid(session: AsyncSession, columns: Sequence[list[Any]], now: datetime) -> None:
    """Record months as paid; whatever contradicts what is known is proposed only."""
    async with whole_province(session):
        await sql.run(session, _RECORD_PAID, *columns, now)


async def record_extra(session: AsyncSession, columns: Sequence[list[Any]], source: str) -> None:
    """Record money that a person received although an obligation did not carry it."""
    await sql.run(
        session,
        "INSERT INTO paid_month (person_id, benefit, month, source, commune_code, amount,"
        " import_id, row_number) SELECT k.person_id, k.benefit, k.month, $6, k.commune_code,"
        " sum(k.amount), NULL, NULL FROM unnest($1::uuid[], $2::text[], $3::date[], $4::text[],"
        " $5::bigint[]) AS k(person_id, benefit, month, commune_code, amount)"
        " GROUP BY 1, 2, 3, 5 ON CONFLICT DO NOTHING",
        *columns,
        source,
    )


_CHANGES = """
change_id, person_id, benefit, month, commune_code, kind, known_amount, new_amount, import_id,
row_number, proposed_by, proposed_at, state, decided_by, decided_at, reason
"""

_APPLY = """
WITH wanted AS (
  SELECT * FROM recorded_change WHERE change_id = ANY($1::uuid[])
), removed AS (
  DELETE FROM paid_month p USING wanted k WHERE k.new_amount = 0
   AND (p.person_id, p.benefit, p.month) = (k.person_id, k.benefit, k.month)
   AND p.source = 'commune_list'
)
INSERT INTO paid_month AS p (person_id, benefit, month, source, commune_code, amount, import_id,
  row_number)
SELECT person_id, benefit, month, 'commune_list', commune_code, new_amount, import_id, row_number
FROM wanted WHERE new_amount > 0
ON CONFLICT (person_id, benefit, month, source) DO UPDATE SET amount = excluded.amount,
  import_id = excluded.import_id, row_number = excluded.row_number
"""
"""For a month that we paid the recorded amount stands beside ours: the person had both."""

_TAKE_BACK = """
INSERT INTO recorded_change (change_id, person_id, benefit, month, commune_code, kind, known_amount,
  new_amount, import_id, row_number, proposed_by, proposed_at)
SELECT uuidv7(), person_id, benefit, month, commune_code, 'taken_back', amount, 0, import_id,
  row_number, $2, $3
FROM paid_month WHERE import_id = $1 AND source = 'commune_list'
ON CONFLICT DO NOTHING
"""


async def changes(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give changes in the order in which they were proposed."""
    return await sql.rows(
        session,
        f"SELECT {_CHANGES} FROM recorded_change WHERE state = $1"
        " AND ($2::text IS NULL OR commune_code = $2)"
        " AND ($3::uuid IS NULL OR change_id > $3) ORDER BY change_id LIMIT $4",
        state,
        commune_code,
        after,
        limit,
    )


async def find_change(session: AsyncSession, change_id: UUID) -> Record | None:
    """Give a change, locked."""
    return await sql.row(
        session,
        f"SELECT {_CHANGES} FROM recorded_change WHERE change_id = $1 FOR UPDATE",
        change_id,
    )


async def decide_change(
    session: AsyncSession, change_id: UUID, *, state: str, by: str, reason: str, now: datetime
) -> None:
    """Close a change; a confirmed one takes effect."""
    await sql.run(
        session,
        "UPDATE recorded_change SET state = $2, decided_by = $3, reason = $4, decided_at = $5"
        " WHERE change_id = $1",
        change_id,
        state,
        by,
        reason,
        now,
    )
    if state == "confirmed":
        await sql.run(session, _APPLY, [change_id])


async def take_back(session: AsyncSession, import_id: UUID, *, by: str, now: datetime) -> int:
    """Propose to take the months of an import back; gives how many."""
    return await sql.run(session, _TAKE_BACK, import_id, by, now)


async def of_import(session: AsyncSession, import_id: UUID, by: str) -> list[UUID]:
    """Give the taken-back months of an import that wait for somebody else than `by`."""
    rows = await sql.rows(
        session,
        "SELECT change_id FROM recorded_change WHERE import_id = $1 AND kind = 'taken_back'"
        " AND state = 'pending' AND proposed_by <> $2 FOR UPDATE",
        import_id,
        by,
    )
    return [row["change_id"] for row in rows]
