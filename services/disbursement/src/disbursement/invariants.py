"""What must always hold about money (reliability section 5, I5 to I9). Read only, ids only."""

from __future__ import annotations

from common.runtime.invariants import Invariant, sql_invariant

INVARIANTS: tuple[Invariant, ...] = (
    sql_invariant(
        "I5 the ledger's debits are its credits",
        """
        SELECT sum(debit) AS debits, sum(credit) AS credits FROM (
          SELECT amount AS debit, 0 AS credit FROM ledger_transfer
            JOIN ledger_account a ON a.code = debit_account
          UNION ALL
          SELECT 0, amount FROM ledger_transfer
            JOIN ledger_account a ON a.code = credit_account) AS moves
        HAVING sum(debit) <> sum(credit)
        """,
    ),
    sql_invariant(
        "I6 a sealed list's header, lines, items and payments have one count and sum",
        """
        SELECT l.list_id, l.total, n.total AS lines, i.total AS items, p.total AS payments
        FROM payment_list l
        LEFT JOIN LATERAL (SELECT count(*) AS c, coalesce(sum(total), 0) AS total
          FROM payment_list_line x WHERE x.list_id = l.list_id) AS n ON true
        LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS total
          FROM payment_list_item x WHERE x.list_id = l.list_id) AS i ON true
        LEFT JOIN LATERAL (SELECT count(*) AS c, coalesce(sum(amount), 0) AS total
          FROM payment x WHERE x.list_id = l.list_id) AS p ON true
        WHERE l.state IN ('sealed', 'reconciled') AND (l.lines <> n.c OR l.lines <> p.c
          OR l.total <> n.total OR l.total <> i.total OR l.total <> p.total)
        """,
    ),
    sql_invariant(
        "I6 a sealed list's money is posted: accrued what is new, issued what goes out",
        """
        SELECT l.list_id, l.total, t.issued, t.accrued
        FROM payment_list l
        LEFT JOIN LATERAL (SELECT
            coalesce(sum(amount) FILTER (WHERE x.code = 'issue'), 0) AS issued,
            coalesce(sum(amount) FILTER (WHERE x.code = 'accrue'), 0) AS accrued
          FROM ledger_transfer x WHERE x.list_id = l.list_id) AS t ON true
        WHERE l.state IN ('sealed', 'reconciled')
          AND (l.total <> t.issued OR l.regular + l.arrears <> t.accrued)
        """,
    ),
    sql_invariant(
        "I6 what partners settled and failed is posted",
        """
        SELECT p.list_id, p.paid, t.settled, p.lost, t.failed
        FROM (SELECT list_id,
            coalesce(sum(amount) FILTER (WHERE state IN ('paid', 'returned')), 0) AS paid,
            coalesce(sum(amount) FILTER (WHERE state IN ('failed', 'uncollected')), 0) AS lost
          FROM payment GROUP BY list_id) AS p
        LEFT JOIN LATERAL (SELECT
            coalesce(sum(amount) FILTER (WHERE x.code = 'settle'), 0) AS settled,
            coalesce(sum(amount) FILTER (WHERE x.code = 'fail'), 0) AS failed
          FROM ledger_transfer x WHERE x.list_id = p.list_id) AS t ON true
        WHERE p.paid <> t.settled OR p.lost <> t.failed
        """,
    ),
    sql_invariant(
        "I7 an obligation has at most one live payment, and is settled at most once",
        """
        SELECT i.obligation_id, count(*) AS live FROM payment_list_item i
        JOIN payment p ON p.payment_id = i.line_id
        WHERE p.state NOT IN ('failed', 'uncollected', 'returned')
        GROUP BY i.obligation_id HAVING count(*) > 1
        """,
    ),
    sql_invariant(
        "I7 an obligation's state is that of its last payment",
        """
        SELECT o.obligation_id, o.state, p.state AS payment FROM obligation o
        JOIN payment p ON p.payment_id = o.line_id
        WHERE (o.state = 'settled' AND p.state NOT IN ('paid', 'returned'))
           OR (o.state = 'issued' AND p.state NOT IN ('sealed', 'sent', 'accepted'))
           OR (o.state IN ('open', 'held')
               AND p.state NOT IN ('failed', 'uncollected', 'returned'))
        """,
    ),
    sql_invariant(
        "I7 nobody is owed and paid more than once for a month",
        """
        SELECT person_id, benefit, month, kind, seq, count(*) AS times FROM obligation
        GROUP BY person_id, benefit, month, component, kind, seq HAVING count(*) > 1
        """,
    ),
    sql_invariant(
        "I8 a statement has no payment twice, and none that no list asked for",
        """
        SELECT s.partner, s.end_to_end_id, count(*) AS times
        FROM (SELECT DISTINCT partner, message_id, entry, end_to_end_id, amount
              FROM statement_entry WHERE outcome <> 'returned') AS s
        LEFT JOIN payment p ON p.end_to_end_id = s.end_to_end_id AND p.partner = s.partner
        GROUP BY s.partner, s.end_to_end_id
        HAVING count(*) > 1 OR count(p.payment_id) = 0
        """,
    ),
    sql_invariant(
        "I9 no state changed outside the table of transitions",
        """
        SELECT h.machine, h.subject_id, h.from_state, h.to_state FROM state_history h
        LEFT JOIN state_transition t USING (machine, from_state, to_state)
        WHERE t.machine IS NULL
        """,
    ),
    sql_invariant(
        "money goes only to an account that a second person confirmed before the sealing",
        """
        SELECT l.line_id FROM sealed_line l JOIN payment_list t USING (list_id)
        JOIN account a USING (account_id)
        WHERE t.sealed_at IS NOT NULL AND a.holder_index IS NOT NULL AND NOT EXISTS (
          SELECT FROM payment_change c WHERE c.account_id = l.account_id AND c.state = 'confirmed'
            AND c.decided_by <> c.proposed_by AND c.decided_at <= t.sealed_at)
        """,
    ),
    sql_invariant(
        "money goes to another person only by a signed decision or a second person's word",
        """
        SELECT l.line_id FROM sealed_line l JOIN payment_list t USING (list_id)
        WHERE t.sealed_at IS NOT NULL AND l.payee_name IS NOT NULL
        AND NOT EXISTS (
          SELECT FROM payment_change c WHERE c.person_id = l.person_id AND c.state = 'confirmed'
            AND c.kind IN ('payee', 'recipient') AND c.decided_at <= t.sealed_at)
        AND NOT EXISTS (
          SELECT FROM payment_change c WHERE c.person_id = l.payee_person_id
            AND c.state = 'confirmed' AND c.kind = 'recipient' AND c.decided_at <= t.sealed_at)
        AND NOT EXISTS (
          SELECT FROM payee_route r WHERE r.person_id = l.person_id AND r.change_id IS NULL
            AND r.benefit = l.benefit)
        AND NOT EXISTS (
          SELECT FROM representation r WHERE r.person_id = l.person_id
            AND r.confirmed_by IS NOT NULL)
        """,
    ),
    sql_invariant(
        "the standing approval is for the content that was sealed, by another person",
        """
        SELECT l.list_id FROM payment_list l
        LEFT JOIN approval a ON a.list_id = l.list_id AND a.voided_at IS NULL
        WHERE l.state IN ('approved', 'sealed', 'reconciled')
          AND (a.list_id IS NULL OR a.content_hash <> l.content_hash
               OR a.accounts_hash <> l.accounts_hash OR a.maker = a.checker
               OR a.checker = l.maker)
        """,
    ),
)
"""I8's second half (each reference paid once by the partner) is asked of the partner's own books."""
