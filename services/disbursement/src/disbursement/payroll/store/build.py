"""Build a list in a handful of statements, however many people it has.

Reads the views that upstream rooms publish: `obligation_due`, `entitlement_status`,
`second_payment`, `payee_channel`, `confirmed_payee`, `waiting_change`, `cash_recipient`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_PAIRS = """
pairs AS (
  SELECT s.person_id, s.benefit, s.active,
         s.held AND NOT (s.held_reason = 'deceased' AND coalesce(a.heir, false)) AS held,
         (s.deceased OR p.death_date IS NOT NULL) AND NOT coalesce(a.heir, false) AS dead,
         s.held_reason, coalesce(CASE WHEN a.heir THEN a.payee_person_id END, b.payee_person_id,
           a.payee_person_id) AS payee_id,
         s.payee_person_id IS NOT NULL AND b.payee_person_id IS NULL
           AND NOT coalesce(a.heir, false) AS payee_waits,
         CASE WHEN x.person_id IS NOT NULL THEN 'possible_duplicate' ELSE p.hold_reason END
           AS hold_reason
  FROM entitlement_status s LEFT JOIN payee_channel p USING (person_id)
  LEFT JOIN confirmed_payee b ON b.person_id = s.person_id AND b.benefit = s.benefit
  LEFT JOIN confirmed_payee a ON a.person_id = s.person_id AND a.benefit = ''
  LEFT JOIN second_payment x ON x.person_id = s.person_id
  WHERE s.person_id = ANY ($3::uuid[])
), due AS (
  SELECT d.*, pairs.payee_id, coalesce(pairs.payee_waits, false) AS payee_waits,
         d.state = 'held' OR d.disputed OR pairs.hold_reason IS NOT NULL
           OR coalesce(pairs.held OR pairs.dead, false) AS blocked
  FROM obligation_due d LEFT JOIN pairs USING (person_id, benefit)
  WHERE d.commune_code = $2 AND d.kind <> 'one_off'
)
"""

_LINES = f"""
WITH {_PAIRS}, sums AS (
  SELECT person_id, benefit, payee_id, max(grp) AS grp,
    coalesce(sum(amount) FILTER (WHERE NOT carried AND kind = 'regular'), 0) AS regular,
    coalesce(sum(amount) FILTER (WHERE NOT carried AND kind <> 'regular'), 0) AS arrears,
    count(DISTINCT month) FILTER (WHERE NOT carried AND kind <> 'regular') AS arrears_months,
    coalesce(sum(amount) FILTER (WHERE carried), 0) AS carried,
    max(attempts) + 1 AS attempt
  FROM due WHERE NOT blocked AND NOT payee_waits GROUP BY person_id, benefit, payee_id
)
INSERT INTO payment_list_line (line_id, list_id, commune_code, position, person_id, personal_id,
  former_number, full_name, birth_date, village, benefit, grp, method, partner, bank_code,
  account_id, number_index, holder_index, account_masked, regular, arrears, arrears_months, carried, total, attempt,
  payee_person_id, payee_name, payee_number)
SELECT name_uuid(format('line:%s:%s:%s', $1::uuid, s.person_id, s.benefit)), $1, $2,
  row_number() OVER (ORDER BY p.village NULLS LAST, p.sort_key, p.personal_id NULLS LAST,
                     p.person_id, s.benefit),
  s.person_id, p.personal_id, p.former_number, p.full_name, p.birth_date, p.village, s.benefit,
  s.grp, q.method, q.partner, q.bank_code, q.account_id, q.number_index,
  q.holder_index, q.account_masked, s.regular, s.arrears, s.arrears_months, s.carried, s.regular + s.arrears + s.carried, s.attempt,
  CASE WHEN r.person_id IS NOT NULL THEN r.representative_person_id
       WHEN q.person_id <> p.person_id THEN q.person_id END,
  CASE WHEN r.person_id IS NOT NULL THEN r.representative_name
       WHEN q.person_id <> p.person_id THEN q.full_name END,
  CASE WHEN r.person_id IS NOT NULL THEN r.representative_number
       WHEN q.person_id <> p.person_id THEN coalesce(q.personal_id, q.former_number) END
FROM sums s JOIN payee_channel p USING (person_id)
JOIN payee_channel q ON q.person_id = coalesce(s.payee_id, s.person_id)
 AND (q.person_id = s.person_id OR q.death_date IS NULL)
LEFT JOIN LATERAL (
  SELECT c.* FROM cash_recipient c JOIN payment_list l ON l.list_id = $1
   WHERE c.person_id = q.person_id AND q.method = 'cash' AND c.valid_from <= l.month
     AND (c.valid_to IS NULL OR c.valid_to > l.month)
   ORDER BY c.kind <> 'authorised_recipient', c.valid_from DESC LIMIT 1
) AS r ON true
WHERE q.partner IS NOT NULL
"""
"""The money goes where the payee is paid: the carer, or whom a merged record stands for now. Cash is
handed to who holds authority in the month of the list."""

_ITEMS = f"""
WITH {_PAIRS}
INSERT INTO payment_list_item (line_id, obligation_id, list_id, commune_code, role, kind, month,
  amount)
SELECT l.line_id, d.obligation_id, $1, $2,
  CASE WHEN d.carried THEN 'carried' WHEN d.kind = 'regular' THEN 'regular' ELSE 'arrears' END,
  d.kind, d.month, d.amount
FROM due d JOIN payment_list_line l
  ON l.list_id = $1 AND l.person_id = d.person_id AND l.benefit = d.benefit
WHERE NOT d.blocked AND NOT d.payee_waits
"""

_EXCEPTIONS = f"""
WITH {_PAIRS}, stopped AS (
  SELECT person_id, benefit, coalesce(sum(amount), 0) AS amount, count(DISTINCT month) AS months
  FROM due WHERE blocked GROUP BY person_id, benefit
), shared AS (
  SELECT number_index FROM payment_list_line WHERE list_id = $1 AND number_index IS NOT NULL
  GROUP BY number_index HAVING count(DISTINCT coalesce(payee_person_id, person_id)) > 1
), found AS (
  SELECT p.person_id, p.benefit, CASE WHEN p.dead THEN 'deceased' ELSE 'held' END AS code,
         'error' AS severity, coalesce(s.amount, 0) AS amount, coalesce(s.months, 0) AS months,
         CASE WHEN p.dead THEN 'deceased' ELSE p.held_reason END AS reason,
         NULL AS before, NULL AS after
    FROM pairs p LEFT JOIN stopped s USING (person_id, benefit)
   WHERE p.held OR (p.dead AND (p.active OR s.amount > 0))
  UNION ALL
  SELECT p.person_id, p.benefit, CASE p.hold_reason WHEN 'possible_duplicate'
         THEN 'possible_duplicate' ELSE 'payee_held' END, 'error', s.amount, s.months, p.hold_reason, NULL,
         NULL
    FROM pairs p JOIN stopped s USING (person_id, benefit) WHERE p.hold_reason IS NOT NULL
  UNION ALL
  SELECT d.person_id, d.benefit,
         CASE WHEN d.disputed THEN 'contradicted' ELSE 'no_longer_owed' END, 'error',
         sum(d.amount), count(DISTINCT d.month), NULL, NULL, NULL
    FROM due d WHERE d.disputed OR d.reason = 'no_longer_owed' GROUP BY 1, 2, 3
  UNION ALL
  SELECT d.person_id, d.benefit, 'person_unknown', 'error', sum(d.amount), count(DISTINCT d.month),
         NULL, NULL, NULL
    FROM due d WHERE NOT d.blocked
     AND NOT EXISTS (SELECT FROM payee_channel c WHERE c.person_id = d.person_id)
   GROUP BY 1, 2
  UNION ALL
  SELECT d.person_id, d.benefit, 'payee_unconfirmed', 'error', sum(d.amount),
         count(DISTINCT d.month), NULL, NULL, NULL
    FROM due d WHERE NOT d.blocked AND d.payee_waits GROUP BY 1, 2
  UNION ALL
  SELECT d.person_id, d.benefit,
         CASE WHEN c.person_id IS NULL THEN 'payee_unknown' ELSE 'payee_deceased' END, 'error',
         sum(d.amount), count(DISTINCT d.month), NULL, NULL, NULL
    FROM due d LEFT JOIN payee_channel c ON c.person_id = d.payee_id
   WHERE NOT d.blocked AND NOT d.payee_waits AND d.payee_id IS NOT NULL
     AND (c.person_id IS NULL OR c.death_date IS NOT NULL)
   GROUP BY 1, 2, 3
  UNION ALL
  SELECT d.person_id, d.benefit, 'partner_missing', 'error', sum(d.amount),
         count(DISTINCT d.month), c.bank_code, NULL, NULL
    FROM due d JOIN payee_channel c ON c.person_id = coalesce(d.payee_id, d.person_id)
   WHERE NOT d.blocked AND c.partner IS NULL GROUP BY d.person_id, d.benefit, c.bank_code
  UNION ALL
  SELECT l.person_id, l.benefit, c.cash_because, 'warning', l.total, 0, c.rejected_reason,
         c.before, c.after
    FROM payment_list_line l
    JOIN payee_channel c ON c.person_id = coalesce(l.payee_person_id, l.person_id)
   WHERE l.list_id = $1 AND c.cash_because IS NOT NULL AND l.method = 'cash'
  UNION ALL
  SELECT l.person_id, l.benefit, 'change_pending', 'warning', l.total, 0, w.kind, w.before, w.after
    FROM payment_list_line l JOIN waiting_change w
      ON (w.kind = 'channel' AND w.person_id = coalesce(l.payee_person_id, l.person_id))
      OR (w.kind <> 'channel' AND w.person_id = l.person_id AND w.benefit IN ('', l.benefit))
   WHERE l.list_id = $1 AND NOT (w.kind = 'channel' AND w.first_choice)
  UNION ALL
  SELECT l.person_id, l.benefit, 'account_changed', 'warning', l.total, 0, NULL,
         concat_ws(' ', CASE e.method WHEN 'cash' THEN 'Tiền mặt' ELSE e.bank_code END,
           e.account_masked, e.payee_name),
         concat_ws(' ', CASE l.method WHEN 'cash' THEN 'Tiền mặt' ELSE l.bank_code END,
           l.account_masked, l.payee_name)
    FROM payment_list_line l JOIN payment_list t USING (list_id)
    JOIN LATERAL (
      SELECT n.* FROM sealed_line n WHERE n.person_id = l.person_id AND n.benefit = l.benefit
        AND n.list_month < t.month ORDER BY n.list_month DESC LIMIT 1) AS e ON true
   WHERE l.list_id = $1 AND (e.method, e.bank_code, e.number_index, e.payee_name)
     IS DISTINCT FROM (l.method, l.bank_code, l.number_index, l.payee_name)
  UNION ALL
  SELECT l.person_id, l.benefit, 'account_shared', 'warning', l.total, 0, NULL, NULL, NULL
    FROM payment_list_line l JOIN shared USING (number_index) WHERE l.list_id = $1
  UNION ALL
  SELECT l.person_id, l.benefit, 'carried', 'info', l.carried, 0, NULL, NULL, NULL
    FROM payment_list_line l WHERE l.list_id = $1 AND l.carried > 0
)
INSERT INTO payment_list_exception (list_id, commune_code, person_id, benefit, code, severity,
  amount, months, reason, before, after)
SELECT $1, $2, person_id, benefit, code, severity, amount, months, reason, before, after FROM found
ORDER BY severity, code, person_id
"""

_OVERPAID = """
INSERT INTO payment_list_exception (list_id, commune_code, person_id, benefit, code, severity,
  amount, months, reason)
SELECT $1, $2, k.person_id, k.benefit, 'overpaid', 'warning', sum(k.amount), count(*),
  min(k.reason)
FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::text[])
  AS k(person_id, benefit, amount, reason)
GROUP BY k.person_id, k.benefit
"""

_TOTALS = r"""
WITH items AS (
  SELECT i.line_id, string_agg(t.text, ',' ORDER BY t.text COLLATE "C") AS text
  FROM payment_list_item i CROSS JOIN LATERAL (
    SELECT format('%s:%s:%s:%s', to_char(i.month, 'YYYY-MM'), i.kind, i.role, i.amount) AS text
  ) AS t WHERE i.list_id = $1 GROUP BY i.line_id
), canonical AS (
  SELECT l.*, concat_ws('|', l.commune_code, to_char($2::date, 'YYYY-MM'), k.person_key,
      l.full_name, l.benefit, l.grp, l.method, l.partner,
      concat_ws(' ', coalesce(l.bank_code, ''), l.account_masked), l.regular,
      l.arrears, l.arrears_months, l.carried, l.total, items.text,
      CASE WHEN l.payee_name IS NOT NULL
           THEN format('%s/%s', l.payee_name, coalesce(l.payee_number, '-')) END) AS text,
    concat_ws('|', k.person_key, l.benefit, l.method, l.partner, coalesce(l.account_id::text, '-'),
      coalesce(encode(l.number_index, 'hex'), '-'), coalesce(encode(l.holder_index, 'hex'), '-'),
      coalesce(l.payee_person_id::text, '-')) AS channel
  FROM payment_list_line l JOIN items USING (line_id)
  CROSS JOIN LATERAL (
    SELECT coalesce(l.personal_id,
      format('%s/%s', coalesce(l.former_number, '-'), l.birth_date)) AS person_key) AS k
  WHERE l.list_id = $1
)
SELECT count(*)::integer AS lines, coalesce(sum(total), 0)::bigint AS total,
  coalesce(sum(regular), 0)::bigint AS regular, coalesce(sum(arrears), 0)::bigint AS arrears,
  coalesce(sum(carried), 0)::bigint AS carried,
  encode(sha256(convert_to(coalesce(
    string_agg(text, E'\n' ORDER BY text COLLATE "C"), ''), 'UTF8')), 'hex') AS content_hash,
  encode(sha256(convert_to(coalesce(
    string_agg(channel, E'\n' ORDER BY channel COLLATE "C"), ''), 'UTF8')), 'hex')
    AS accounts_hash
FROM canonical
"""


async def try_lock(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Take the lock of a commune's month for this transaction, or say that somebody has it."""
    taken: bool = await sql.value(
        session,
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
        f"list:{commune_code}:{month}",
    )
    return taken


async def refill(
    session: AsyncSession,
    list_id: UUID,
    commune_code: str,
    people: Sequence[UUID],
    overpaid: Sequence[tuple[UUID, str, int, str]],
) -> None:
    """Throw the lines of a draft away and make them anew from what is due."""
    await empty(session, list_id)
    async with sql.without_nested_loops(session):
        for statement in (_LINES, _ITEMS, _EXCEPTIONS):
            await sql.run(session, statement, list_id, commune_code, list(people))
    if overpaid:
        columns: list[list[Any]] = [[row[i] for row in overpaid] for i in range(4)]
        await sql.run(session, _OVERPAID, list_id, commune_code, *columns)


async def empty(session: AsyncSession, list_id: UUID) -> None:
    """Throw the lines of a draft away."""
    for table in ("payment_list_exception", "payment_list_item", "payment_list_line"):
        await sql.run(session, f"DELETE FROM {table} WHERE list_id = $1", list_id)


async def totals(session: AsyncSession, list_id: UUID, month: date) -> Record:
    """Give count, sums and the two hashes of a list as its rows stand."""
    async with sql.without_nested_loops(session):
        row = await sql.row(session, _TOTALS, list_id, month)
    if row is None:
        msg = "an aggregate without groups gives one row"
        raise RuntimeError(msg)
    return row
