"""States of obligations, and what recoveries claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record


async def claim(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep what recovery cases claim back."""
    await sql.run(
        session,
        "INSERT INTO claimed_month (person_id, benefit, month, recovery_id, commune_code, amount)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::text[],"
        " $6::bigint[])",
        *columns,
    )


_WITHDRAW = """
WITH wanted AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[])
    AS k(human_id, benefit, month, amount)
), chosen AS (
  SELECT c.person_id, c.benefit, c.month, c.recovery_id, c.commune_code,
    least(c.amount - c.repaid, k.amount - coalesce(sum(c.amount - c.repaid) OVER (
      PARTITION BY k.human_id, c.benefit, c.month ORDER BY c.recovery_id DESC
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS part
  FROM wanted k JOIN payee_channel p ON p.human_id = k.human_id
  JOIN claimed_month c ON c.person_id = p.person_id AND c.benefit = k.benefit AND c.month = k.month
), gone AS (
  DELETE FROM claimed_month c USING chosen k WHERE c.person_id = k.person_id
   AND c.benefit = k.benefit AND c.month = k.month AND c.recovery_id = k.recovery_id
   AND k.part = c.amount
), reduced AS (
  UPDATE claimed_month c SET amount = c.amount - k.part FROM chosen k
   WHERE c.person_id = k.person_id AND c.benefit = k.benefit AND c.month = k.month
   AND c.recovery_id = k.recovery_id AND k.part > 0 AND k.part < c.amount
)
SELECT recovery_id, month, part::bigint AS amount FROM chosen WHERE part > 0
ORDER BY recovery_id, month
"""


async def withdraw_claims(session: AsyncSession, columns: Sequence[list[Any]]) -> list[Record]:
    """Take claims back; gives case, month and amount."""
    return await sql.rows(session, _WITHDRAW, *columns)


async def issue(session: AsyncSession, obligations: Sequence[UUID], lines: Sequence[UUID]) -> int:
    """Put obligations on the lines of a sealed list: one live attempt each."""
    return await sql.run(
        session,
        "UPDATE obligation o SET state = 'issued', line_id = k.line_id,"
        " attempts = attempts + 1, returned = false, reason = NULL"
        " FROM unnest($1::uuid[], $2::uuid[]) AS k(obligation_id, line_id)"
        " WHERE o.obligation_id = k.obligation_id AND o.state = 'open'",
        list(obligations),
        list(lines),
    )


async def elsewhere(session: AsyncSession, line: UUID, obligations: Sequence[UUID]) -> set[UUID]:
    """Give the obligations that were put on another line later, or cancelled."""
    found = await sql.rows(
        session,
        "SELECT obligation_id FROM obligation WHERE obligation_id = ANY($1::uuid[])"
        " AND (line_id <> $2 OR state = 'cancelled')",
        list(obligations),
        line,
    )
    return {row["obligation_id"] for row in found}


async def settle(session: AsyncSession, lines: Sequence[UUID]) -> None:
    """The lines were paid."""
    await sql.run(
        session,
        "UPDATE obligation SET state = 'settled', reason = NULL WHERE line_id = ANY($1::uuid[])"
        " AND state IN ('issued', 'open', 'held')",
        list(lines),
    )


async def reopen(
    session: AsyncSession, lines: Sequence[UUID], reasons: Sequence[str], *, returned: bool
) -> None:
    """The attempt on these lines finally failed: due again, as a new attempt."""
    await sql.run(
        session,
        "UPDATE obligation o SET state = 'open', reason = k.reason, returned = $3"
        " FROM unnest($1::uuid[], $2::text[]) AS k(line_id, reason)"
        " WHERE o.line_id = k.line_id AND o.state IN ('issued', 'settled')",
        list(lines),
        list(reasons),
        returned,
    )


async def dispute(session: AsyncSession, obligations: Sequence[UUID], *, disputed: bool) -> None:
    """Mark what partners contradict each other about: it is not paid until a person decided."""
    await sql.run(
        session,
        "UPDATE obligation SET disputed = $2 WHERE obligation_id = ANY($1::uuid[])"
        " AND disputed <> $2",
        list(obligations),
        disputed,
    )


_REPAY = """
WITH open_months AS (
  SELECT person_id, benefit, month, recovery_id, amount - repaid AS left_over,
    sum(amount - repaid) OVER (ORDER BY month) - (amount - repaid) AS before
  FROM claimed_month WHERE recovery_id = $1
)
UPDATE claimed_month c SET repaid = c.repaid + least(m.left_over, $2 - m.before)
FROM open_months m
WHERE (c.person_id, c.benefit, c.month, c.recovery_id)
    = (m.person_id, m.benefit, m.month, m.recovery_id)
  AND m.before < $2 AND m.left_over > 0
"""


async def repay(session: AsyncSession, recovery_id: UUID, amount: int) -> None:
    """Money of a claim came back: it counts to the oldest months first."""
    await sql.run(session, _REPAY, recovery_id, amount)


_NOT_COLLECTED = """
SELECT o.obligation_id, o.person_id, o.benefit, o.month, o.amount, o.returned
FROM obligation o LEFT JOIN entitlement_status s USING (person_id, benefit)
WHERE o.commune_code = $1 AND o.month <= $2 AND o.attempts > 0 AND o.state IN ('open', 'held')
  AND NOT o.disputed AND o.kind <> 'one_off'
  AND (s.person_id IS NULL OR s.held OR NOT s.active)
ORDER BY o.person_id, o.benefit, o.month
"""


async def not_collected(session: AsyncSession, commune_code: str, through: date) -> list[Record]:
    """Give what was not collected, or came back, of people who are not paid any more."""
    return await sql.rows(session, _NOT_COLLECTED, commune_code, through)


async def give_back(session: AsyncSession, obligations: Sequence[UUID]) -> list[Record]:
    """Cancel what goes back to the budget; gives those that still waited."""
    return await sql.rows(
        session,
        "UPDATE obligation SET state = 'cancelled', reason = 'returned_to_budget'"
        " WHERE obligation_id = ANY($1::uuid[]) AND attempts > 0 AND state IN ('open', 'held')"
        " AND NOT disputed RETURNING obligation_id, amount, returned",
        list(obligations),
    )
