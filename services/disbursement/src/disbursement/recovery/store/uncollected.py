"""Who collected nothing for months, and what of it goes back to the budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_REPORT = """
WITH told AS (
  SELECT DISTINCT person_id, benefit FROM payment_outcome WHERE payment_id = ANY($1::uuid[])
), missed AS (
  SELECT o.person_id, o.benefit, o.month, o.amount, o.commune_code, o.partner,
    (extract(year FROM o.month) * 12 + extract(month FROM o.month)
      - row_number() OVER (PARTITION BY o.person_id, o.benefit ORDER BY o.month)) AS run
  FROM payment_outcome o JOIN told USING (person_id, benefit)
  JOIN sealed_line l ON l.line_id = o.payment_id
  WHERE o.state = 'uncollected' AND l.one_off_id IS NULL
), runs AS (
  SELECT DISTINCT ON (person_id, benefit) person_id, benefit, max(month) AS last_month,
    min(month) AS first_month, array_agg(month ORDER BY month) AS months,
    (array_agg(amount ORDER BY month DESC))[1] AS amount,
    (array_agg(commune_code ORDER BY month DESC))[1] AS commune_code,
    (array_agg(partner ORDER BY month DESC))[1] AS partner
  FROM missed GROUP BY person_id, benefit, run ORDER BY person_id, benefit, max(month) DESC
)
INSERT INTO uncollected_report (person_id, benefit, last_month, commune_code, months, amount,
  partner, version, reported_on)
SELECT r.person_id, r.benefit, r.last_month, r.commune_code, r.months, r.amount, r.partner,
  coalesce((SELECT max(u.version) FROM uncollected_report u WHERE u.person_id = r.person_id), 0)
    + row_number() OVER (PARTITION BY r.person_id ORDER BY r.benefit), $3
FROM runs r
WHERE cardinality(r.months) >= $2 AND NOT EXISTS (
  SELECT FROM uncollected_report u WHERE u.person_id = r.person_id AND u.benefit = r.benefit
    AND u.last_month >= r.first_month)
ON CONFLICT DO NOTHING
RETURNING person_id, benefit, commune_code, months, amount, partner, version, reported_on
"""
"""Runs of months without a gap; a run is told once. The newest line carries all that waits."""

_COLUMNS = """
return_id, commune_code, through_month, obligations, people, amount, reason, state, proposed_by,
proposed_at, decided_by, decided_at, treasury_slip, budget_year
"""


async def report(
    session: AsyncSession, payments: Sequence[UUID], months: int, today: date
) -> list[Record]:
    """Write down who collected nothing for so many months in a row; gives the new reports."""
    return await sql.rows(session, _REPORT, list(payments), months, today)


async def propose_return(session: AsyncSession, values: Sequence[Any]) -> None:
    """Keep a proposal to give uncollected money back."""
    await sql.run(
        session,
        "INSERT INTO budget_return (return_id, commune_code, through_month, obligations, people,"
        " amount, reason, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *values,
    )


async def find_return(session: AsyncSession, return_id: UUID) -> Record | None:
    """Give a proposal, locked."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS} FROM budget_return WHERE return_id = $1 FOR UPDATE",
        return_id,
    )


async def search_returns(
    session: AsyncSession, *, commune_code: str | None, after: UUID | None, limit: int
) -> list[Record]:
    """Give what goes back, or went back."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM budget_return WHERE ($1::text IS NULL OR commune_code = $1)"
        " AND ($2::uuid IS NULL OR return_id > $2) ORDER BY return_id LIMIT $3",
        commune_code,
        after,
        limit,
    )


async def decide_return(
    session: AsyncSession,
    return_id: UUID,
    *,
    state: str,
    by: str,
    now: datetime,
    slip: tuple[str | None, int | None],
) -> None:
    """Close a proposal; `slip` is the treasury slip's number and its budget year."""
    await sql.run(
        session,
        "UPDATE budget_return SET state = $2, decided_by = $3, decided_at = $4,"
        " treasury_slip = $5, budget_year = $6 WHERE return_id = $1",
        return_id,
        state,
        by,
        now,
        *slip,
    )
