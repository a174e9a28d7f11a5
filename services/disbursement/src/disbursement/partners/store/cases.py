"""Cases about payments: what partners say and what a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_OPEN = """
WITH said AS (
  SELECT DISTINCT end_to_end_id, code FROM partner_exception
  WHERE partner = $1 AND message_id = $2 AND code IN ('contradiction', 'amount_differs') AND $5::boolean
), booked AS (
  SELECT p.payment_id,
    coalesce(sum(b.amount) FILTER (WHERE b.outcome <> 'returned'), 0) AS booked,
    coalesce(sum(b.amount) FILTER (WHERE b.outcome = 'returned'), 0) AS returned,
    bool_or(b.outcome <> 'returned' AND b.amount <> p.amount) AS odd
  FROM bank_line b JOIN payment p USING (payment_id)
  WHERE b.partner = $1 AND b.end_to_end_id = ANY($3::text[]) GROUP BY 1
), judged AS (
  SELECT p.*, CASE
      WHEN s.code IS NOT NULL THEN s.code
      WHEN p.state IN ('failed', 'uncollected') THEN
        CASE WHEN b.booked > b.returned THEN 'failed_but_booked' END
      WHEN b.odd THEN 'amount_differs'
      WHEN b.booked - b.returned > p.amount THEN 'booked_twice'
      WHEN b.returned > 0 AND greatest(b.booked, p.amount) - b.returned NOT IN (0, p.amount)
        THEN 'return_differs' END AS kind
  FROM payment p LEFT JOIN said s USING (end_to_end_id) LEFT JOIN booked b USING (payment_id)
  WHERE p.partner = $1 AND (s.code IS NOT NULL OR b.payment_id IS NOT NULL)
)
INSERT INTO payment_case (case_id, payment_id, commune_code, partner, end_to_end_id, kind,
  payment_state, opened_at, due_on)
SELECT uuidv7(), payment_id, commune_code, partner, end_to_end_id, kind, state, $4,
  ($4::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 2
FROM judged WHERE kind IS NOT NULL
ON CONFLICT (payment_id) WHERE state <> 'decided' DO NOTHING
RETURNING payment_id
"""
"""A difference is explained within two days (reliability 2.7)."""

_COLUMNS = """
c.case_id, c.payment_id, c.commune_code, c.partner, c.end_to_end_id, c.kind, c.payment_state,
c.opened_at, c.due_on, c.owner, c.state, c.decision, c.proposed_by, c.proposed_reason,
c.decided_by, c.decided_at, c.reason, p.list_id, p.month, p.person_id, p.benefit, p.amount,
p.state AS state_now, p.account_id, p.settled_on
"""


async def open_cases(
    session: AsyncSession,
    partner: str,
    results: str | None,
    references: Sequence[str],
    now: datetime,
) -> list[UUID]:
    """Open a case for each payment that a message contradicts; gives those payments.

    Args:
        session: the transaction.
        partner: who told it.
        results: message of results whose exceptions count; a statement is judged by all its lines.
        references: payments of which the statement told a new line.
        now: when.
    """
    rows = await sql.rows(
        session, _OPEN, partner, results, list(references), now, results is not None
    )
    return [row["payment_id"] for row in rows]


async def open_case(
    session: AsyncSession, payment_id: UUID, kind: str, now: datetime, due_on: date
) -> UUID:
    """Open a case by hand for a payment of which nobody says anything; gives its id."""
    found: UUID | None = await sql.value(
        session,
        "INSERT INTO payment_case (case_id, payment_id, commune_code, partner, end_to_end_id, kind,"
        " payment_state, opened_at, due_on) SELECT uuidv7(), payment_id, commune_code, partner,"
        " end_to_end_id, $4, state, $2, $3 FROM payment WHERE payment_id = $1"
        " ON CONFLICT (payment_id) WHERE state <> 'decided' DO UPDATE SET kind = payment_case.kind"
        " RETURNING case_id",
        payment_id,
        now,
        due_on,
        kind,
    )
    if found is None:
        msg = "the payment does not exist"
        raise LookupError(msg)
    return found


async def payment_of(session: AsyncSession, end_to_end_id: str) -> Record | None:
    """Give a payment by its reference."""
    return await sql.row(
        session,
        "SELECT payment_id, state FROM payment WHERE end_to_end_id = $1 AND state <> 'sealed'",
        end_to_end_id,
    )


async def find(session: AsyncSession, case_id: UUID) -> Record | None:
    """Give a case with its payment, both locked."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS} FROM payment_case c JOIN payment p USING (payment_id)"
        " WHERE c.case_id = $1 FOR UPDATE",
        case_id,
    )


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give cases in the order in which they were opened."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM payment_case c JOIN payment p USING (payment_id)"
        " WHERE ($1::text IS NULL OR c.commune_code = $1) AND ($2::text IS NULL OR c.state = $2)"
        " AND ($3::uuid IS NULL OR c.case_id > $3) ORDER BY c.case_id LIMIT $4",
        commune_code,
        state,
        after,
        limit,
    )


async def propose(
    session: AsyncSession, case_id: UUID, *, decision: str, by: str, reason: str
) -> None:
    """Keep what one person proposes; a second proposal replaces the first."""
    await sql.run(
        session,
        "UPDATE payment_case SET state = 'proposed', decision = $2, proposed_by = $3,"
        " proposed_reason = $4, owner = coalesce(owner, $3) WHERE case_id = $1",
        case_id,
        decision,
        by,
        reason,
    )


async def close(
    session: AsyncSession, case_id: UUID, *, by: str, reason: str, now: datetime
) -> None:
    """A second person agreed."""
    await sql.run(
        session,
        "UPDATE payment_case SET state = 'decided', decided_by = $2, decided_at = $3, reason = $4"
        " WHERE case_id = $1",
        case_id,
        by,
        now,
        reason,
    )


async def move(
    session: AsyncSession, payment_id: UUID, *, state: str, reason: str | None, settled_on: date
) -> None:
    """Put a payment into the state that was decided."""
    await sql.run(
        session,
        "UPDATE payment SET state = $2, reason = $3, proved_by = 'decision',"
        " settled_on = coalesce(settled_on, $4) WHERE payment_id = $1",
        payment_id,
        state,
        reason,
        settled_on,
    )


async def items(session: AsyncSession, payments: Sequence[UUID]) -> list[Record]:
    """Give what payments carried: obligation, person, benefit, month, amount, line of today."""
    return await sql.rows(
        session,
        "SELECT i.line_id AS payment_id, i.obligation_id, l.person_id, l.benefit, i.month,"
        " i.commune_code, i.amount, i.kind FROM payment_list_item i"
        " JOIN sealed_line l USING (line_id) WHERE i.line_id = ANY($1::uuid[])",
        list(payments),
    )


async def returned_amount(session: AsyncSession, end_to_end_id: str) -> int:
    """Give what the statement says came back for a payment."""
    return int(
        await sql.value(
            session,
            "SELECT coalesce(sum(amount), 0) FROM bank_line"
            " WHERE end_to_end_id = $1 AND outcome = 'returned'",
            end_to_end_id,
        )
    )


async def actions(session: AsyncSession) -> dict[str, str]:
    """Give reason -> what follows after a failure."""
    rows = await sql.rows(session, "SELECT reason, action FROM failure_action")
    return {row["reason"]: row["action"] for row in rows}


async def hold(session: AsyncSession, columns: Sequence[list[Any]], now: datetime) -> list[Record]:
    """Hold people's money (person, commune, reason, source); gives the new holds."""
    return await sql.rows(
        session,
        "INSERT INTO payee_hold (hold_id, person_id, commune_code, reason, source, opened_at)"
        " SELECT uuidv7(), k.*, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS k"
        " ON CONFLICT (person_id) WHERE released_at IS NULL DO NOTHING"
        " RETURNING hold_id, person_id, commune_code, reason",
        *columns,
        now,
    )


async def holds(
    session: AsyncSession, *, commune_code: str | None, after: UUID | None, limit: int
) -> list[Record]:
    """Give the holds that stand."""
    return await sql.rows(
        session,
        "SELECT hold_id, person_id, commune_code, reason, source, opened_at FROM payee_hold"
        " WHERE released_at IS NULL AND ($1::text IS NULL OR commune_code = $1)"
        " AND ($2::uuid IS NULL OR hold_id > $2) ORDER BY hold_id LIMIT $3",
        commune_code,
        after,
        limit,
    )


async def release(
    session: AsyncSession, hold_id: UUID, *, by: str, reason: str, now: datetime
) -> Record | None:
    """End a hold."""
    return await sql.row(
        session,
        "UPDATE payee_hold SET released_by = $2, released_at = $3, release_reason = $4"
        " WHERE hold_id = $1 AND released_at IS NULL"
        " RETURNING hold_id, person_id, commune_code, reason, source, opened_at",
        hold_id,
        by,
        now,
        reason,
    )


async def list_actions(session: AsyncSession) -> list[Record]:
    """Give the table of what follows after a failure."""
    return await sql.rows(
        session,
        "SELECT reason, action, note, proposed_action, proposed_by, changed_by FROM failure_action"
        " ORDER BY reason",
    )


async def propose_action(session: AsyncSession, reason: str, action: str, by: str) -> bool:
    """Propose another action; gives whether the reason is known."""
    return bool(
        await sql.run(
            session,
            "UPDATE failure_action SET proposed_action = $2, proposed_by = $3, changed_by ="
            " CASE WHEN changed_by = $3 THEN changed_by || ' (trước)' ELSE changed_by END"
            " WHERE reason = $1",
            reason,
            action,
            by,
        )
    )


async def confirm_action(session: AsyncSession, reason: str, by: str, now: datetime) -> bool:
    """Let a proposed action count; gives whether somebody else had proposed one."""
    return bool(
        await sql.run(
            session,
            "UPDATE failure_action SET action = proposed_action, proposed_action = NULL,"
            " proposed_by = NULL, changed_by = $2, changed_at = $3"
            " WHERE reason = $1 AND proposed_by <> $2",
            reason,
            by,
            now,
        )
    )
