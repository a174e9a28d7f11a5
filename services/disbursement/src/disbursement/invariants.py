"""What must always hold about money (reliability section 5, I5 to I9). Read only, ids only."""

from __future__ import annotations

from common.runtime.invariants import Invariant, sql_invariant

_RECEIVED = """
WITH received AS (
  SELECT coalesce(p.human_id, r.person_id) AS human_id, r.benefit, r.month,
    sum(r.amount)::bigint AS amount, max(r.commune_code) AS commune_code,
    greatest(max(r.heard_at), max(e.heard_at), max(p.death_heard_at)) AS heard_at
  FROM (
    SELECT person_id, benefit, month, commune_code, amount, '-infinity'::timestamptz AS heard_at
      FROM paid_month
    UNION ALL
    SELECT l.person_id, l.benefit, i.month, i.commune_code, i.amount,
      (SELECT max(h.recorded_at) FROM state_history h
        WHERE h.machine = 'payment' AND h.subject_id = l.line_id)
    FROM payment_list_item i JOIN sealed_line l USING (line_id)
    JOIN payment x ON x.payment_id = l.line_id
    WHERE x.state = 'paid' AND i.kind <> 'one_off' AND NOT EXISTS (
      SELECT FROM paid_month m WHERE m.source = 'paid_twice:' || l.line_id
        AND m.person_id = l.person_id AND m.benefit = l.benefit AND m.month = i.month)
  ) AS r
  LEFT JOIN payee p USING (person_id)
  LEFT JOIN LATERAL (SELECT max(heard_at) AS heard_at FROM entitlement e
    WHERE e.person_id = r.person_id AND e.benefit = r.benefit) AS e ON true
  GROUP BY 1, 2, 3
), owed AS (
  SELECT coalesce(p.human_id, e.person_id) AS human_id, e.benefit, m.month::date AS month,
    max(l.amount) AS amount
  FROM entitlement e JOIN entitlement_level l USING (entitlement_id) LEFT JOIN payee p USING (person_id)
  CROSS JOIN LATERAL generate_series(l.from_month,
    least(l.to_month, date_trunc('month', p.death_date)::date,
      (SELECT max(month) FROM payment_list)), interval '1 month') AS m(month)
  GROUP BY 1, 2, 3
), claimed AS (
  SELECT coalesce(p.human_id, c.person_id) AS human_id, c.benefit, c.month,
    sum(c.amount)::bigint AS amount
  FROM claimed_month c LEFT JOIN payee p USING (person_id) GROUP BY 1, 2, 3
)
"""
"""Per human (all records of one person): received as recorded or proved, owed, claimed back."""

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
        "I6 what partners settled and failed, or two people decided, is posted",
        """
        SELECT p.list_id, p.paid, t.settled, p.lost, t.failed
        FROM (SELECT list_id,
            coalesce(sum(amount) FILTER (WHERE state IN ('paid', 'returned')), 0) AS paid,
            coalesce(sum(amount) FILTER (WHERE state IN ('failed', 'uncollected')), 0) AS lost
          FROM payment GROUP BY list_id) AS p
        LEFT JOIN LATERAL (SELECT
            coalesce(sum(amount) FILTER (WHERE x.code IN ('settle', 'decide_settle')), 0)
              - coalesce(sum(amount) FILTER (WHERE x.code = 'decide_unsettle'), 0) AS settled,
            coalesce(sum(amount) FILTER (WHERE x.code IN ('fail', 'decide_fail')), 0)
              - coalesce(sum(amount) FILTER (WHERE x.code = 'decide_unfail'), 0) AS failed
          FROM ledger_transfer x WHERE x.list_id = p.list_id) AS t ON true
        WHERE p.paid <> t.settled OR p.lost <> t.failed
        """,
    ),
    sql_invariant(
        "every đồng that a statement books or returns is posted, by its payment or in suspense",
        """
        SELECT l.booked, t.suspense FROM (
          SELECT coalesce(sum(CASE WHEN outcome = 'returned' THEN -amount ELSE amount END), 0)
            AS booked FROM bank_line WHERE suspended) AS l
        CROSS JOIN (SELECT coalesce(sum(CASE WHEN debit_account = 'suspense' THEN amount
            ELSE -amount END), 0) AS suspense FROM ledger_transfer
          WHERE 'suspense' IN (debit_account, credit_account)) AS t
        WHERE l.booked <> t.suspense
        UNION ALL
        SELECT l.amount, p.amount FROM bank_line l LEFT JOIN payment p USING (payment_id)
        WHERE NOT l.suspended AND (p.payment_id IS NULL OR p.state NOT IN ('paid', 'returned')
          OR (l.outcome = 'returned' AND p.state <> 'returned'))
        """,
    ),
    sql_invariant(
        "what came back is posted as returned",
        """
        SELECT p.payment_id FROM payment p WHERE EXISTS (
          SELECT FROM bank_line l WHERE l.payment_id = p.payment_id AND l.outcome = 'returned'
            AND NOT l.suspended)
        AND NOT EXISTS (
          SELECT FROM ledger_transfer t WHERE t.subject_id = p.payment_id AND t.code = 'return'
            AND t.amount = p.amount)
        """,
    ),
    sql_invariant(
        "nobody received more for a month than is owed, unless a case claims it or awaits it",
        f"""
        {_RECEIVED}
        SELECT r.human_id, r.benefit, r.month, r.amount, o.amount AS owed, c.amount AS claimed
        FROM received r
        LEFT JOIN owed o USING (human_id, benefit, month)
        LEFT JOIN claimed c USING (human_id, benefit, month)
        WHERE r.amount - coalesce(c.amount, 0) > coalesce(o.amount, 0)
          AND r.heard_at < (SELECT max(h.recorded_at) FROM state_history h
            JOIN payment_list l ON l.list_id = h.subject_id
            WHERE h.machine = 'payment_list' AND h.to_state = 'sealed'
              AND h.from_state = 'approved' AND l.commune_code = r.commune_code
              AND l.kind = 'monthly'
              AND l.month > r.month)
        """,
    ),
    sql_invariant(
        "what is still claimed is the ledger's receivable",
        """
        SELECT c.claimed, t.posted FROM (
          SELECT coalesce(sum(total - withdrawn - collected - written_off - set_off), 0) AS claimed
            FROM recovery_case) AS c
        CROSS JOIN (SELECT coalesce(sum(CASE WHEN debit_account = 'receivable' THEN amount
            ELSE -amount END), 0) AS posted FROM ledger_transfer
          WHERE 'receivable' IN (debit_account, credit_account)) AS t
        WHERE c.claimed <> t.posted
        """,
    ),
    sql_invariant(
        "no recovery claims more than was received",
        f"""
        {_RECEIVED}
        SELECT c.human_id, c.benefit, c.month, c.amount, r.amount AS received
        FROM claimed c LEFT JOIN received r USING (human_id, benefit, month)
        WHERE c.amount > coalesce(r.amount, 0)
        """,
    ),
    sql_invariant(
        "nothing is paid that was known not to be owed when the list was sealed",
        """
        SELECT l.line_id, i.month FROM payment_list_item i JOIN sealed_line l USING (line_id)
        JOIN state_history h ON h.subject_id = l.list_id AND h.machine = 'payment_list'
          AND h.to_state = 'sealed' AND h.from_state = 'approved'
        JOIN payee p ON p.person_id = l.person_id
        WHERE i.kind <> 'one_off' AND (
          (p.death_date IS NOT NULL AND p.death_heard_at < h.recorded_at
            AND i.month > p.death_date)
          OR (NOT EXISTS (SELECT FROM entitlement e WHERE e.person_id = l.person_id
                AND e.benefit = l.benefit AND e.heard_at > h.recorded_at)
            AND EXISTS (SELECT FROM entitlement e WHERE e.person_id = l.person_id
                AND e.benefit = l.benefit)
            AND NOT EXISTS (SELECT FROM entitlement e JOIN entitlement_level v USING (entitlement_id)
                WHERE e.person_id = l.person_id AND e.benefit = l.benefit
                  AND v.from_month <= i.month AND (v.to_month IS NULL OR v.to_month >= i.month))))
        """,
    ),
    sql_invariant(
        "a contradicted payment is not paid again before somebody decided",
        """
        SELECT c.case_id, i.obligation_id FROM payment_case c
        JOIN payment_list_item i ON i.line_id = c.payment_id
        JOIN obligation o USING (obligation_id)
        JOIN payment_list_item j ON j.obligation_id = i.obligation_id AND j.line_id <> i.line_id
        JOIN sealed_line s ON s.line_id = j.line_id JOIN payment_list l ON l.list_id = s.list_id
        WHERE c.state <> 'decided' AND l.sealed_at > c.opened_at
        """,
    ),
    sql_invariant(
        "I7 an obligation has at most one live payment, and is settled at most once",
        """
        SELECT i.obligation_id, count(*) AS live FROM payment_list_item i
        JOIN payment p ON p.payment_id = i.line_id
        WHERE p.state NOT IN ('failed', 'uncollected', 'returned') AND NOT EXISTS (
          SELECT FROM paid_month m WHERE m.source = 'paid_twice:' || p.payment_id)
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
           OR (o.state IN ('open', 'held', 'cancelled')
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
        "I8 a statement line that no list asked for, or that repeats a payment, is in suspense",
        """
        SELECT l.payment_id, l.outcome = 'returned' AS returned, sum(l.amount) AS told
        FROM bank_line l JOIN payment p USING (payment_id) WHERE NOT l.suspended
        GROUP BY 1, 2, p.amount HAVING sum(l.amount) > p.amount
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
        WHERE t.sealed_at IS NOT NULL AND l.payee_name IS NOT NULL AND l.one_off_id IS NULL
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
