"""Lines of statements: each counts once, whatever message repeats it, and is always posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_KEEP = """
WITH entry AS (
  SELECT k.*, row_number() OVER (PARTITION BY k.end_to_end_id, k.outcome, k.amount, k.booked_on,
    k.bank_reference ORDER BY k.place) AS nth
  FROM unnest($4::text[], $5::text[], $6::bigint[], $7::date[], $8::text[]) WITH ORDINALITY
    AS k(end_to_end_id, outcome, amount, booked_on, bank_reference, place)
)
INSERT INTO bank_line (line_key, partner, message_id, entry, reference, bank_reference,
  end_to_end_id, outcome, amount, booked_on, payment_id, commune_code)
SELECT sha256(convert_to(concat_ws('|', $1, e.bank_reference, e.end_to_end_id, e.outcome, e.amount,
    e.booked_on, CASE WHEN e.bank_reference = '' THEN e.nth END), 'UTF8')),
  $1, $2, e.place, $3, e.bank_reference, e.end_to_end_id, e.outcome, e.amount, e.booked_on,
  p.payment_id, coalesce(p.commune_code, d.commune_code, '')
FROM entry e LEFT JOIN payment p ON p.end_to_end_id = e.end_to_end_id AND p.partner = $1
LEFT JOIN delivery d ON d.partner = $1 AND d.reference = $3
ON CONFLICT (line_key) DO NOTHING
RETURNING end_to_end_id
"""
"""Identity of a line: the bank's own reference, the payment, what, how much, when. Without a
reference of the bank two equal lines of one message are two, and the same line of another message
is a repeat."""

_TOLD = """
told AS (
  SELECT p.payment_id, greatest(p.amount, coalesce(
      sum(l.amount) FILTER (WHERE l.outcome <> 'returned'), 0)) AS left_us,
    coalesce(sum(l.amount) FILTER (WHERE l.outcome = 'returned'), 0) AS came_back
  FROM payment p JOIN bank_line l USING (payment_id)
  WHERE p.partner = $1 AND p.end_to_end_id = ANY($2::text[]) GROUP BY p.payment_id
)
"""
"""What a statement says of a payment in all its lines: what left our account, what came back.

A payment left us at least once. It came back when everything that left came back: in parts too,
and a booking made twice of which one came back stays paid.
"""

_SUSPEND = f"""
WITH {_TOLD}, line AS (
  SELECT l.line_key, l.outcome, l.amount, l.booked_on, l.commune_code, p.month,
    CASE WHEN l.outcome = 'returned'
         THEN p.state = 'returned' AND (p.proved_by = 'decision' OR t.came_back >= p.amount)
           AND sum(l.amount) OVER (PARTITION BY l.end_to_end_id, l.outcome = 'returned'
             ORDER BY l.message_id, l.entry) <= p.amount
         ELSE p.state IN ('paid', 'returned') AND l.amount = p.amount
           AND row_number() OVER (PARTITION BY l.end_to_end_id, l.outcome = 'returned',
             l.amount = p.amount ORDER BY l.message_id, l.entry) = 1 END IS TRUE AS explained
  FROM bank_line l LEFT JOIN payment p ON p.payment_id = l.payment_id
  LEFT JOIN told t ON t.payment_id = l.payment_id
  WHERE l.partner = $1 AND l.end_to_end_id = ANY($2::text[])
)
UPDATE bank_line b SET suspended = NOT k.explained, moves = b.moves + 1
FROM line k WHERE b.line_key = k.line_key AND b.suspended = k.explained
RETURNING encode(b.line_key, 'hex') || ':' || b.moves AS key, b.suspended, b.outcome, b.amount,
  b.commune_code, coalesce(k.month, date_trunc('month', b.booked_on)::date) AS month
"""

_RETURNS = f"""
WITH {_TOLD}, entry AS (
  SELECT p.payment_id, p.state FROM payment p JOIN told t USING (payment_id)
  WHERE t.came_back = t.left_us
    AND (p.state = 'paid' OR (p.state = 'returned' AND p.proved_by <> 'decision'
      AND p.end_to_end_id = ANY($4::text[])))
), moved AS (
  UPDATE payment p SET state = 'returned', reason = 'returned', message_id = $3
  FROM entry e WHERE p.payment_id = e.payment_id AND e.state = 'paid'
)
SELECT p.payment_id, p.list_id, p.commune_code, p.month, p.person_id, 'returned' AS state,
  p.amount, 'returned' AS reason, p.settled_on, p.account_id
FROM payment p JOIN entry e USING (payment_id) ORDER BY p.list_id, p.payment_id
"""


async def keep(
    session: AsyncSession,
    partner: str,
    message_id: str,
    reference: str,
    columns: Sequence[list[Any]],
) -> list[str]:
    """Keep the lines that no earlier statement told; gives their payments' references."""
    rows = await sql.rows(session, _KEEP, partner, message_id, reference, *columns)
    return [row["end_to_end_id"] for row in rows]


async def returns(
    session: AsyncSession,
    partner: str,
    message_id: str,
    references: Sequence[str],
    fresh: Sequence[str],
) -> list[Record]:
    """Settled payments of which a statement shows that they came back, whatever was told first."""
    return await sql.rows(session, _RETURNS, partner, list(references), message_id, list(fresh))


async def suspend(session: AsyncSession, partner: str, references: Sequence[str]) -> list[Record]:
    """Find lines that no payment explains, or explains by now; gives what must be posted."""
    return await sql.rows(session, _SUSPEND, partner, list(references))
