"""What partners answered, applied set-based: one statement for a message of any length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_RECEIVED = """
WITH moved AS (
  UPDATE delivery SET state = 'sent', last_error = NULL, version = version + 1
  WHERE partner = $1 AND state IN ('ready', 'sending', 'unknown') AND delivery_id IN (
    SELECT p.delivery_id FROM payment p
     WHERE p.end_to_end_id = ANY($2::text[]) AND p.partner = $1 AND p.state = 'sealed')
  RETURNING delivery_id
)
SELECT delivery_id FROM moved
"""

_APPLY = """
WITH entry AS (
  SELECT * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::date[])
    WITH ORDINALITY AS k(end_to_end_id, outcome, amount, reason, raw_reason, settled_on, place)
), known AS (
  SELECT e.*, p.payment_id, p.state, p.commune_code, p.amount AS listed, r.new_state,
    r.exception_code, row_number() OVER (PARTITION BY e.end_to_end_id ORDER BY e.place) AS nth
  FROM entry e
  LEFT JOIN payment p ON p.end_to_end_id = e.end_to_end_id AND p.partner = $1
  LEFT JOIN result_rule r ON r.state = p.state AND r.outcome = e.outcome
), judged AS (
  SELECT k.*, CASE WHEN payment_id IS NULL THEN 'unknown_reference'
                   WHEN nth > 1 THEN 'duplicate_in_message'
                   WHEN amount <> listed THEN 'amount_differs'
                   ELSE coalesce(exception_code,
                     CASE WHEN new_state IS NULL THEN 'contradiction' END) END AS problem
  FROM known k
), moved AS (
  UPDATE payment p SET state = j.new_state, reason = j.reason, raw_reason = j.raw_reason,
    settled_on = j.settled_on, message_id = $2
  FROM judged j WHERE p.payment_id = j.payment_id AND j.problem IS NULL AND p.state = j.state
  RETURNING p.payment_id, p.list_id, p.commune_code, p.month, p.person_id, p.state, p.amount,
    p.reason, p.settled_on, p.account_id
), noted AS (
  INSERT INTO partner_exception (partner, message_id, reference, end_to_end_id, code, state,
    outcome, amount, commune_code)
  SELECT $1, $2, $9, end_to_end_id, coalesce(problem, reason), state, outcome, amount, commune_code
  FROM judged WHERE problem IS NOT NULL OR reason = 'beneficiary_deceased' ORDER BY place
)
SELECT * FROM moved ORDER BY list_id, payment_id
"""

_RETURNS = """
WITH entry AS (
  SELECT DISTINCT ON (k.end_to_end_id) * FROM unnest($3::text[], $4::text[], $5::bigint[])
    AS k(end_to_end_id, outcome, amount) WHERE k.outcome = 'returned'
), moved AS (
  UPDATE payment p SET state = 'returned', reason = 'returned', message_id = $2
  FROM entry e WHERE p.end_to_end_id = e.end_to_end_id AND p.partner = $1 AND p.state = 'paid'
    AND p.amount = e.amount
  RETURNING p.payment_id
)
SELECT p.payment_id, p.list_id, p.commune_code, p.month, p.person_id, 'returned' AS state,
  p.amount, 'returned' AS reason, p.settled_on, p.account_id
FROM payment p JOIN entry e ON e.end_to_end_id = p.end_to_end_id AND e.amount = p.amount
WHERE p.partner = $1 AND p.state IN ('paid', 'returned')
ORDER BY p.list_id, p.payment_id
"""


async def lock_partner(session: AsyncSession, partner: str) -> None:
    """One message of a partner at a time."""
    await sql.run(
        session, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"results:{partner}"
    )


async def message(session: AsyncSession, partner: str, message_id: str) -> Record | None:
    """Give a message that was received before."""
    return await sql.row(
        session,
        "SELECT partner, message_id, kind, reference, sha256, entries, applied, exceptions"
        " FROM partner_message WHERE partner = $1 AND message_id = $2",
        partner,
        message_id,
    )


async def keep_message(
    session: AsyncSession, columns: Sequence[Any], *, received_at: datetime
) -> None:
    """Keep the bytes as they arrived, with what became of them."""
    await sql.run(
        session,
        "INSERT INTO partner_message (partner, message_id, kind, reference, sha256, raw, entries,"
        " applied, exceptions, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *columns,
        received_at,
    )


async def received(session: AsyncSession, partner: str, references: Sequence[str]) -> list[UUID]:
    """A result proves that the file arrived; gives the deliveries that this settles."""
    found = await sql.rows(session, _RECEIVED, partner, list(references))
    return [row["delivery_id"] for row in found]


async def apply(
    session: AsyncSession,
    partner: str,
    message_id: str,
    columns: Sequence[list[Any]],
    reference: str,
) -> list[Record]:
    """Move the payments that the rules allow to move, note the rest; gives what moved."""
    return await sql.rows(session, _APPLY, partner, message_id, *columns, reference)


async def keep_statement(
    session: AsyncSession,
    partner: str,
    message_id: str,
    reference: str,
    columns: Sequence[list[Any]],
) -> None:
    """Keep the lines of a statement."""
    await sql.run(
        session,
        "INSERT INTO statement_entry (partner, message_id, reference, entry, end_to_end_id,"
        " outcome, amount, booked_on, commune_code)"
        " SELECT $1, $2, $3, k.place, k.end_to_end_id, k.outcome, k.amount, k.booked_on,"
        " p.commune_code"
        " FROM unnest($4::text[], $5::text[], $6::bigint[], $7::date[]) WITH ORDINALITY"
        " AS k(end_to_end_id, outcome, amount, booked_on, place)"
        " LEFT JOIN payment p ON p.end_to_end_id = k.end_to_end_id",
        partner,
        message_id,
        reference,
        *columns,
    )


async def returns(
    session: AsyncSession, partner: str, message_id: str, columns: Sequence[list[Any]]
) -> list[Record]:
    """The statement proves that settled payments came back."""
    return await sql.rows(session, _RETURNS, partner, message_id, *columns)


async def exception_count(session: AsyncSession, partner: str, message_id: str) -> int:
    """Count what a message left for a person to look at."""
    return int(
        await sql.value(
            session,
            "SELECT count(*) FROM partner_exception WHERE partner = $1 AND message_id = $2",
            partner,
            message_id,
        )
    )


async def exceptions(
    session: AsyncSession,
    *,
    partner: str,
    reference: str | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give what partners said and could not be applied."""
    return await sql.rows(
        session,
        "SELECT exception_id, partner, message_id, reference, end_to_end_id, code, state, outcome,"
        " amount FROM partner_exception WHERE partner = $1 AND ($2::text IS NULL OR reference = $2)"
        " AND ($3::uuid IS NULL OR exception_id > $3)"
        " AND (current_setting('app.communes', true) = '*' OR commune_code = ANY ("
        "   string_to_array(current_setting('app.communes', true), ',')))"
        " ORDER BY exception_id LIMIT $4",
        partner,
        reference,
        after,
        limit,
    )
