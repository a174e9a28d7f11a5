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
  WHERE partner = $1 AND reference = $3 AND state IN ('ready', 'sending', 'unknown', 'refused')
    AND delivery_id IN (
      SELECT p.delivery_id FROM payment p
       WHERE p.end_to_end_id = ANY($2::text[]) AND p.partner = $1 AND p.state = 'sealed')
  RETURNING delivery_id
)
SELECT delivery_id FROM moved
"""

_APPLY = """
WITH entry AS (
  SELECT * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::date[],
      $9::text[]) WITH ORDINALITY
    AS k(end_to_end_id, outcome, amount, reason, raw_reason, settled_on, problem, place)
), known AS (
  SELECT e.*, p.payment_id, p.state, p.commune_code, p.amount AS listed, d.reference, d.sealed_on,
    r.new_state, r.exception_code,
    row_number() OVER (PARTITION BY e.end_to_end_id ORDER BY e.place) AS nth
  FROM entry e
  LEFT JOIN payment p ON p.end_to_end_id = e.end_to_end_id AND p.partner = $1
  LEFT JOIN delivery d ON d.delivery_id = p.delivery_id
  LEFT JOIN result_rule r ON r.state = p.state AND r.outcome = e.outcome
), judged AS (
  SELECT k.*, CASE WHEN problem IS NOT NULL THEN problem
                   WHEN payment_id IS NULL THEN 'unknown_reference'
                   WHEN reference <> $10 THEN 'line_not_in_list'
                   WHEN nth > 1 THEN 'duplicate_in_message'
                   WHEN amount <> listed THEN 'amount_differs'
                   WHEN settled_on < sealed_on THEN 'settled_before_sealing'
                   ELSE coalesce(exception_code,
                     CASE WHEN new_state IS NULL THEN 'contradiction' END) END AS found
  FROM known k
), moved AS (
  UPDATE payment p SET state = j.new_state, reason = j.reason, raw_reason = j.raw_reason,
    settled_on = j.settled_on, message_id = $2
  FROM judged j WHERE p.payment_id = j.payment_id AND j.found IS NULL AND p.state = j.state
  RETURNING p.payment_id, p.list_id, p.commune_code, p.month, p.person_id, p.state, p.amount,
    p.reason, p.settled_on, p.account_id
), noted AS (
  INSERT INTO partner_exception (partner, message_id, reference, end_to_end_id, code, state,
    outcome, amount, commune_code, entry)
  SELECT $1, $2, $10, end_to_end_id, coalesce(found, reason), state, outcome, amount,
    commune_code, place
  FROM judged WHERE found IS NOT NULL OR reason = 'beneficiary_deceased' ORDER BY place
)
SELECT * FROM moved ORDER BY list_id, payment_id
"""

_NOTE_STATEMENT = """
INSERT INTO partner_exception (partner, message_id, reference, end_to_end_id, code, outcome,
  amount, commune_code, state, entry)
SELECT $1, $2, $3, k.end_to_end_id,
  coalesce(k.problem, CASE WHEN p.payment_id IS NULL THEN 'unknown_reference'
                           WHEN $3 <> '' AND d.reference <> $3 THEN 'line_not_in_list'
                           ELSE 'amount_differs' END),
  k.outcome, k.amount, p.commune_code, p.state, k.place
FROM unnest($4::text[], $5::text[], $6::bigint[], $7::text[]) WITH ORDINALITY
  AS k(end_to_end_id, outcome, amount, problem, place)
LEFT JOIN payment p ON p.end_to_end_id = k.end_to_end_id AND p.partner = $1
LEFT JOIN delivery d ON d.delivery_id = p.delivery_id
WHERE k.problem IS NOT NULL OR p.payment_id IS NULL OR p.amount <> k.amount
   OR ($3 <> '' AND d.reference <> $3)
ORDER BY k.place
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
        "INSERT INTO partner_message (partner, message_id, kind, reference, sha256, raw_encrypted, entries,"
        " applied, exceptions, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *columns,
        received_at,
    )


async def keep_refused(session: AsyncSession, columns: Sequence[Any]) -> None:
    """Keep the bytes of a refused message; the same bytes refused again count once more."""
    await sql.run(
        session,
        "INSERT INTO partner_refusal AS r (partner, sha256, code, raw_encrypted, size,"
        " first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"
        " ON CONFLICT (partner, sha256, code) DO UPDATE SET times = r.times + 1,"
        " last_at = excluded.last_at",
        *columns,
    )


async def has_list(session: AsyncSession, partner: str, reference: str) -> bool:
    """Tell whether a partner was given a list of this reference."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM delivery WHERE partner = $1 AND reference = $2)",
        partner,
        reference,
    )
    return found


async def note_statement(
    session: AsyncSession,
    partner: str,
    message_id: str,
    reference: str,
    columns: Sequence[list[Any]],
) -> None:
    """Note the lines of a statement that cannot count, that nobody asked for, or that differ."""
    await sql.run(session, _NOTE_STATEMENT, partner, message_id, reference, *columns)


async def codes_of_message(session: AsyncSession, partner: str, message_id: str) -> dict[int, str]:
    """Give the code of each line of a message that has one: entry -> code."""
    found = await sql.rows(
        session,
        "SELECT entry, code FROM partner_exception"
        " WHERE partner = $1 AND message_id = $2 AND entry IS NOT NULL",
        partner,
        message_id,
    )
    return {row["entry"]: row["code"] for row in found}


async def received(
    session: AsyncSession, partner: str, references: Sequence[str], list_reference: str
) -> list[UUID]:
    """A result proves that the file arrived; gives the deliveries that this settles."""
    found = await sql.rows(session, _RECEIVED, partner, list(references), list_reference)
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


async def lists_of(
    session: AsyncSession, partner: str, references: Sequence[str], disputed: Sequence[UUID]
) -> list[Record]:
    """Give the lists of payments, and whether one of their payments is disputed now."""
    return await sql.rows(
        session,
        "SELECT list_id, bool_or(payment_id = ANY($3::uuid[])) AS disputed FROM payment"
        " WHERE partner = $1 AND end_to_end_id = ANY($2::text[]) GROUP BY list_id",
        partner,
        list(references),
        list(disputed),
    )


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
    end_to_end_id: str | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give what partners said and could not be applied."""
    return await sql.rows(
        session,
        "SELECT exception_id, partner, message_id, reference, end_to_end_id, code, state, outcome,"
        " amount, entry FROM partner_exception WHERE partner = $1"
        " AND ($2::text IS NULL OR reference = $2)"
        " AND ($3::uuid IS NULL OR exception_id > $3)"
        " AND ($5::text IS NULL OR end_to_end_id = $5)"
        " AND (current_setting('app.communes', true) = '*' OR commune_code = ANY ("
        "   string_to_array(current_setting('app.communes', true), ',')))"
        " ORDER BY exception_id LIMIT $4",
        partner,
        reference,
        after,
        limit,
        end_to_end_id,
    )


async def refused(
    session: AsyncSession, partner: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[Record]:
    """Give refused messages, the latest first."""
    return await sql.rows(
        session,
        "SELECT partner, sha256, code, size, times, first_at, last_at"
        " FROM partner_refusal WHERE partner = $1"
        " AND ($2::timestamptz IS NULL OR (last_at, sha256) < ($2, $3))"
        " ORDER BY last_at DESC, sha256 DESC LIMIT $4",
        partner,
        *(after or (None, None)),
        limit,
    )


async def refused_bytes(session: AsyncSession, partner: str, sha256: str) -> bytes | None:
    """Give the sealed bytes of a refused message."""
    found: bytes | None = await sql.value(
        session,
        "SELECT raw_encrypted FROM partner_refusal WHERE partner = $1 AND sha256 = $2 LIMIT 1",
        partner,
        sha256,
    )
    return found
