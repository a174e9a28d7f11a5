"""SQL of the room: the three-way match in one statement per partner.

Reads what partners publish: `payment_outcome`, `bank_line`, `payment_case`, `partner_exception`.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_MATCH = """
WITH listed AS (
  SELECT payment_id, end_to_end_id, person_id, amount, state, reason FROM payment_outcome
   WHERE list_id = $2 AND partner = $4
), booked AS (
  SELECT s.end_to_end_id, sum(s.amount) FILTER (WHERE s.outcome <> 'returned') AS amount,
         coalesce(sum(s.amount) FILTER (WHERE s.outcome = 'returned'), 0) AS back,
         bool_or(s.outcome <> 'returned' AND s.amount <> l.amount) AS odd
  FROM bank_line s LEFT JOIN listed l USING (end_to_end_id)
  WHERE s.partner = $4 AND (s.reference = $5
    OR s.end_to_end_id IN (SELECT end_to_end_id FROM listed))
  GROUP BY s.end_to_end_id
), odd AS (
  SELECT x.end_to_end_id, bool_or(x.code = 'contradiction' AND NOT EXISTS (
           SELECT FROM payment_case c WHERE c.end_to_end_id = x.end_to_end_id
             AND c.state = 'decided' AND NOT EXISTS (SELECT FROM payment_case d
               WHERE d.payment_id = c.payment_id AND d.state <> 'decided'))) AS contradicted,
         max(x.amount) AS amount
  FROM partner_exception x
  WHERE x.partner = $4 AND x.code IN ('contradiction', 'unknown_reference')
    AND (x.reference = $5 OR x.end_to_end_id IN (SELECT end_to_end_id FROM listed))
  GROUP BY x.end_to_end_id
), sides AS (
  SELECT coalesce(l.end_to_end_id, b.end_to_end_id, o.end_to_end_id) AS end_to_end_id,
    l.person_id, l.state, l.reason, l.amount AS listed, b.amount AS booked,
    coalesce(b.back, 0) AS back, coalesce(b.odd, false) AS odd,
    coalesce(o.contradicted, false) AS contradicted, o.amount AS said,
    EXISTS (SELECT FROM payment_case c WHERE c.payment_id = l.payment_id AND c.state = 'decided')
      AND NOT EXISTS (SELECT FROM payment_case c
        WHERE c.payment_id = l.payment_id AND c.state <> 'decided') AS decided
  FROM listed l
  FULL JOIN booked b ON b.end_to_end_id = l.end_to_end_id
  FULL JOIN odd o ON o.end_to_end_id = coalesce(l.end_to_end_id, b.end_to_end_id)
), classed AS (
  SELECT s.*, CASE
    WHEN state IS NULL AND booked IS NULL THEN 'result_without_list'
    WHEN state IS NULL THEN 'statement_without_list'
    WHEN contradicted THEN 'contradiction'
    WHEN decided AND state IN ('paid', 'returned', 'failed', 'uncollected') THEN
      CASE WHEN state = 'paid' THEN 'matched' ELSE 'carried' END
    WHEN state IN ('failed', 'uncollected') THEN
      CASE WHEN coalesce(booked, 0) > back THEN 'failed_but_on_statement' ELSE 'carried' END
    WHEN odd THEN 'amount_differs'
    WHEN booked - back > listed THEN 'duplicate'
    WHEN state = 'paid' THEN
      CASE WHEN booked IS NULL THEN 'paid_not_on_statement'
           WHEN booked - back = listed THEN 'matched' ELSE 'amount_differs' END
    WHEN state = 'returned' THEN
      CASE WHEN booked = back THEN 'carried' ELSE 'return_not_on_statement' END
    WHEN booked IS NULL THEN 'no_result' ELSE 'statement_without_result' END AS match
  FROM sides s
), judged AS (
  SELECT k.*, k.match AS class, EXISTS (SELECT FROM difference_case c
      WHERE c.list_id = $2 AND c.partner = $4 AND c.end_to_end_id = k.end_to_end_id
        AND c.class = k.match AND c.amount = coalesce(k.booked, k.listed, k.said, 0)
        AND c.state = 'explained') AS explained
  FROM classed k
), kept AS (
  INSERT INTO reconciliation_difference (reconciliation_id, commune_code, partner,
    end_to_end_id, class, person_id, amount_listed, amount_result, amount_statement, reason,
    explained)
  SELECT $1, $3, $4, end_to_end_id, class, person_id, listed,
    coalesce(said, CASE WHEN state IN ('paid', 'failed', 'uncollected', 'returned')
                        THEN listed END), booked, reason, explained
  FROM judged WHERE class <> 'matched'
), opened AS (
  INSERT INTO difference_case (case_id, list_id, commune_code, partner, end_to_end_id, class,
    amount, opened_on, due_on)
  SELECT uuidv7(), $2, $3, $4, end_to_end_id, class, coalesce(booked, listed, said, 0), $6,
    $6::date + $7::integer
  FROM judged WHERE class NOT IN ('matched', 'carried') AND NOT explained
  ON CONFLICT (list_id, partner, end_to_end_id, class, amount) DO UPDATE SET
    state = CASE difference_case.state WHEN 'gone' THEN 'open' ELSE difference_case.state END
), gone AS (
  UPDATE difference_case c SET state = 'gone' WHERE c.list_id = $2 AND c.partner = $4
    AND c.state IN ('open', 'proposed') AND NOT EXISTS (SELECT FROM judged k
      WHERE k.end_to_end_id = c.end_to_end_id AND k.class = c.class
        AND coalesce(k.booked, k.listed, k.said, 0) = c.amount)
)
INSERT INTO reconciliation_partner AS p (reconciliation_id, commune_code, partner, matched_lines,
  matched_amount, carried_lines, carried_amount, unexplained_lines, unexplained_amount)
SELECT $1, $3, $4,
  count(*) FILTER (WHERE class = 'matched'),
  coalesce(sum(listed) FILTER (WHERE class = 'matched'), 0),
  count(*) FILTER (WHERE class = 'carried'),
  coalesce(sum(listed) FILTER (WHERE class = 'carried'), 0),
  count(*) FILTER (WHERE class NOT IN ('matched', 'carried') AND NOT explained),
  coalesce(sum(coalesce(booked, listed, said)) FILTER (
    WHERE class NOT IN ('matched', 'carried') AND NOT explained), 0)
FROM judged
ON CONFLICT (reconciliation_id, partner) DO UPDATE SET
  matched_lines = excluded.matched_lines, matched_amount = excluded.matched_amount,
  carried_lines = excluded.carried_lines, carried_amount = excluded.carried_amount,
  unexplained_lines = excluded.unexplained_lines,
  unexplained_amount = excluded.unexplained_amount,
  overridden_by = CASE WHEN (p.unexplained_lines, p.unexplained_amount)
    = (excluded.unexplained_lines, excluded.unexplained_amount) THEN p.overridden_by END,
  override_reason = CASE WHEN (p.unexplained_lines, p.unexplained_amount)
    = (excluded.unexplained_lines, excluded.unexplained_amount) THEN p.override_reason END
"""

DAYS_TO_EXPLAIN = 2
"""Unexplained two days after it was found, a difference blocks the partner (reliability 2.7)."""

_COLUMNS = "reconciliation_id, list_id, commune_code, month, state, runs, made_by, reconciled_on"


async def begin(
    session: AsyncSession,
    *,
    reconciliation_id: UUID,
    list_id: UUID,
    commune_code: str,
    month: date,
    today: date,
    made_by: str,
) -> None:
    """Start a run: the differences of an earlier run are replaced."""
    await sql.run(
        session,
        "INSERT INTO reconciliation AS r (reconciliation_id, list_id, commune_code, month, state,"
        " runs, made_by, reconciled_on) VALUES ($1, $2, $3, $4, 'open', 1, $5, $6)"
        " ON CONFLICT (list_id) DO UPDATE SET state = 'open', runs = r.runs + 1,"
        " made_by = excluded.made_by,"
        " reconciled_on = excluded.reconciled_on",
        reconciliation_id,
        list_id,
        commune_code,
        month,
        made_by,
        today,
    )
    await sql.run(
        session,
        "DELETE FROM reconciliation_difference WHERE reconciliation_id = $1",
        reconciliation_id,
    )


async def match(
    session: AsyncSession,
    reconciliation_id: UUID,
    *,
    list_id: UUID,
    commune_code: str,
    partner: str,
    reference: str,
    today: date,
) -> None:
    """Match one partner's three sides; keep sums, differences, and a case for each difference."""
    await sql.run(
        session, _MATCH, reconciliation_id, list_id, commune_code, partner, reference, today,
        DAYS_TO_EXPLAIN,
    )  # fmt: skip


async def close(session: AsyncSession, reconciliation_id: UUID) -> None:
    """Everything is explained."""
    await sql.run(
        session,
        "UPDATE reconciliation SET state = 'closed' WHERE reconciliation_id = $1",
        reconciliation_id,
    )


async def find(session: AsyncSession, reconciliation_id: UUID) -> Record | None:
    """Give a reconciliation."""
    return await sql.row(
        session,
        f"SELECT {_COLUMNS} FROM reconciliation WHERE reconciliation_id = $1",
        reconciliation_id,
    )


async def search(
    session: AsyncSession,
    *,
    month: date | None,
    commune_code: str | None,
    after: tuple[date, str, UUID] | None,
    limit: int,
) -> list[Record]:
    """Give reconciliations, the newest month first."""
    return await sql.rows(
        session,
        f"SELECT {_COLUMNS} FROM reconciliation WHERE ($1::date IS NULL OR month = $1)"
        " AND ($2::text IS NULL OR commune_code = $2)"
        " AND ($3::date IS NULL OR month < $3"
        " OR (month = $3 AND (commune_code, reconciliation_id) > ($4, $5::uuid)))"
        " ORDER BY month DESC, commune_code, reconciliation_id LIMIT $6",
        month,
        commune_code,
        *(after or (None, None, None)),
        limit,
    )


async def partners(session: AsyncSession, reconciliation_ids: list[UUID]) -> list[Record]:
    """Give the sums by partner."""
    return await sql.rows(
        session,
        "SELECT reconciliation_id, partner, matched_lines, matched_amount, carried_lines,"
        " carried_amount, unexplained_lines, unexplained_amount, overridden_by, override_reason"
        " FROM reconciliation_partner WHERE reconciliation_id = ANY($1::uuid[])"
        " ORDER BY reconciliation_id, partner",
        reconciliation_ids,
    )


async def differences(
    session: AsyncSession, reconciliation_id: UUID, *, after: str | None, limit: int
) -> list[Record]:
    """Give what did not match plainly, by partner and reference."""
    return await sql.rows(
        session,
        "SELECT partner, end_to_end_id, class AS match_class, person_id, amount_listed,"
        " amount_result, amount_statement, reason, explained FROM reconciliation_difference"
        " WHERE reconciliation_id = $1 AND ($2::text IS NULL OR partner || end_to_end_id > $2)"
        " ORDER BY partner || end_to_end_id LIMIT $3",
        reconciliation_id,
        after,
        limit,
    )


async def blocked(session: AsyncSession, commune_code: str, partners_: list[str]) -> list[str]:
    """Give the partners with unexplained differences that nobody took responsibility for."""
    found = await sql.rows(
        session,
        "SELECT DISTINCT partner FROM reconciliation_partner WHERE commune_code = $1"
        " AND partner = ANY($2::text[]) AND unexplained_lines > 0 AND overridden_by IS NULL"
        " ORDER BY partner",
        commune_code,
        partners_,
    )
    return [row["partner"] for row in found]


async def answered(session: AsyncSession, lists: list[UUID]) -> list[UUID]:
    """Give those of some lists whose differences somebody took responsibility for."""
    found = await sql.rows(
        session,
        "SELECT r.list_id FROM reconciliation r WHERE r.list_id = ANY($1::uuid[])"
        " AND r.state = 'open' AND NOT EXISTS (SELECT FROM reconciliation_partner p"
        "  WHERE p.reconciliation_id = r.reconciliation_id AND p.unexplained_lines > 0"
        "  AND p.overridden_by IS NULL)",
        lists,
    )
    return [row["list_id"] for row in found]


async def override(
    session: AsyncSession, reconciliation_id: UUID, partner: str, *, by: str, reason: str
) -> bool:
    """A second person takes responsibility for a partner's differences."""
    return bool(
        await sql.run(
            session,
            "UPDATE reconciliation_partner SET overridden_by = $3, override_reason = $4"
            " WHERE reconciliation_id = $1 AND partner = $2 AND unexplained_lines > 0",
            reconciliation_id,
            partner,
            by,
            reason,
        )
    )


_CASES = """
case_id, list_id, commune_code, partner, end_to_end_id, class AS match_class, amount, opened_on,
due_on, owner, state, explanation, proposed_by, decided_by
"""


async def cases(
    session: AsyncSession,
    *,
    commune_code: str | None,
    state: str,
    due_before: date | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give differences that somebody must explain, or explained."""
    return await sql.rows(
        session,
        f"SELECT {_CASES} FROM difference_case WHERE state = $1"
        " AND ($2::text IS NULL OR commune_code = $2) AND ($3::date IS NULL OR due_on < $3)"
        " AND ($4::uuid IS NULL OR case_id > $4) ORDER BY case_id LIMIT $5",
        state,
        commune_code,
        due_before,
        after,
        limit,
    )


async def find_case(session: AsyncSession, case_id: UUID) -> Record | None:
    """Give a case, locked."""
    return await sql.row(
        session, f"SELECT {_CASES} FROM difference_case WHERE case_id = $1 FOR UPDATE", case_id
    )


async def propose_explanation(
    session: AsyncSession, case_id: UUID, *, explanation: str, by: str
) -> None:
    """Keep what one person says about a difference."""
    await sql.run(
        session,
        "UPDATE difference_case SET state = 'proposed', explanation = $2, proposed_by = $3,"
        " owner = coalesce(owner, $3) WHERE case_id = $1",
        case_id,
        explanation,
        by,
    )


async def accept_explanation(
    session: AsyncSession, case_id: UUID, *, by: str, now: datetime
) -> None:
    """A second person agrees."""
    await sql.run(
        session,
        "UPDATE difference_case SET state = 'explained', decided_by = $2, decided_at = $3"
        " WHERE case_id = $1",
        case_id,
        by,
        now,
    )


_SETTLEMENT = """
SELECT o.partner, o.commune_code, count(*)::integer AS lines, sum(o.amount)::bigint AS amount,
  count(*) FILTER (WHERE o.state = 'paid')::integer AS paid_lines,
  coalesce(sum(o.amount) FILTER (WHERE o.state = 'paid'), 0)::bigint AS paid,
  count(*) FILTER (WHERE o.state = 'failed')::integer AS failed_lines,
  coalesce(sum(o.amount) FILTER (WHERE o.state = 'failed'), 0)::bigint AS failed,
  count(*) FILTER (WHERE o.state = 'uncollected')::integer AS uncollected_lines,
  coalesce(sum(o.amount) FILTER (WHERE o.state = 'uncollected'), 0)::bigint AS uncollected,
  count(*) FILTER (WHERE o.state = 'returned')::integer AS returned_lines,
  coalesce(sum(o.amount) FILTER (WHERE o.state = 'returned'), 0)::bigint AS returned,
  count(*) FILTER (WHERE o.state IN ('sealed', 'sent', 'accepted'))::integer AS waiting_lines,
  coalesce(sum(o.amount) FILTER (WHERE o.state IN ('sealed', 'sent', 'accepted')), 0)::bigint
    AS waiting
FROM payment_outcome o
WHERE o.month = $1 AND ($2::text IS NULL OR o.partner = $2)
  AND ($3::text IS NULL OR o.commune_code = $3)
GROUP BY o.partner, o.commune_code ORDER BY o.partner, o.commune_code
"""


async def settlement(
    session: AsyncSession, month: date, partner: str | None, commune_code: str | None
) -> list[Record]:
    """Give what became of a month's payments by partner and commune."""
    return await sql.rows(session, _SETTLEMENT, month, partner, commune_code)
