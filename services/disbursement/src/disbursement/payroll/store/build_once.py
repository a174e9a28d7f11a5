"""Build a list of one-offs: one line for each grant, to the payee whom the decision names.

Reads the views that upstream rooms publish: `obligation_due`, `granted_once`, `payee_channel`.
"""

from __future__ import annotations

from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.payroll.store.build import empty

_DUE = """
WITH due AS (
  SELECT d.obligation_id, d.person_id, d.benefit, d.grp, d.month, d.kind, d.amount, d.attempts,
    d.carried, d.one_off_id, d.disputed, q.person_id AS known_payee,
    coalesce(q.full_name, g.payee_name) AS to_name,
    coalesce(q.personal_id, q.former_number, g.payee_number) AS to_number,
    coalesce(q.method, 'cash') AS method, q.bank_code, q.account_id, q.number_index,
    q.holder_index, q.account_masked, q.death_date IS NOT NULL AS payee_dead, q.hold_reason,
    CASE WHEN q.person_id IS NULL THEN paying_partner('cash', NULL, d.commune_code)
         ELSE q.partner END AS partner
  FROM obligation_due d JOIN granted_once g USING (one_off_id)
  JOIN payment_list l ON l.list_id = $1
  LEFT JOIN payee_channel n ON n.person_id = g.payee_person_id
  LEFT JOIN payee_channel q ON q.person_id = n.human_id
  WHERE d.commune_code = $2 AND d.kind = 'one_off' AND d.month <= l.month
), payable AS (
  SELECT * FROM due WHERE NOT disputed AND NOT payee_dead AND hold_reason IS NULL
    AND partner IS NOT NULL
)
"""

_LINES = f"""
{_DUE}
INSERT INTO payment_list_line (line_id, list_id, commune_code, position, person_id, personal_id,
  former_number, full_name, birth_date, village, benefit, grp, method, partner, bank_code,
  account_id, number_index, holder_index, account_masked, regular, arrears, arrears_months, carried,
  total, attempt, payee_person_id, payee_name, payee_number, one_off_id)
SELECT name_uuid(format('line:%s:%s', $1::uuid, d.one_off_id)), $1, $2,
  row_number() OVER (ORDER BY d.benefit, coalesce(p.sort_key, d.to_name), d.one_off_id),
  d.person_id, p.personal_id, p.former_number, coalesce(p.full_name, d.to_name), p.birth_date,
  p.village, d.benefit, d.grp, d.method, d.partner, d.bank_code, d.account_id, d.number_index,
  d.holder_index, d.account_masked, CASE WHEN d.carried THEN 0 ELSE d.amount END, 0, 0,
  CASE WHEN d.carried THEN d.amount ELSE 0 END, d.amount, d.attempts + 1,
  CASE WHEN d.known_payee <> d.person_id THEN d.known_payee END,
  CASE WHEN d.known_payee IS DISTINCT FROM d.person_id THEN d.to_name END,
  CASE WHEN d.known_payee IS DISTINCT FROM d.person_id THEN d.to_number END, d.one_off_id
FROM payable d LEFT JOIN payee_channel p USING (person_id)
"""
"""Whoever is not registered is paid in cash, by name and number, where the decision was signed."""

_ITEMS = f"""
{_DUE}
INSERT INTO payment_list_item (line_id, obligation_id, list_id, commune_code, role, kind, month,
  amount)
SELECT l.line_id, d.obligation_id, $1, $2, CASE WHEN d.carried THEN 'carried' ELSE 'regular' END,
  d.kind, d.month, d.amount
FROM payable d JOIN payment_list_line l ON l.list_id = $1 AND l.one_off_id = d.one_off_id
"""

_EXCEPTIONS = f"""
{_DUE}
INSERT INTO payment_list_exception (list_id, commune_code, person_id, benefit, code, severity,
  amount, months, reason)
SELECT $1, $2, person_id, benefit, code, CASE code WHEN 'carried' THEN 'info' ELSE 'error' END,
  amount, 1, hold_reason
FROM due CROSS JOIN LATERAL (SELECT CASE
    WHEN disputed THEN 'contradicted' WHEN payee_dead THEN 'payee_deceased'
    WHEN hold_reason IS NOT NULL THEN 'payee_held' WHEN partner IS NULL THEN 'partner_missing'
    WHEN carried THEN 'carried' END AS code) AS c
WHERE code IS NOT NULL ORDER BY code, person_id, one_off_id
"""


async def refill_once(session: AsyncSession, list_id: UUID, commune_code: str) -> None:
    """Throw the lines of a draft of one-offs away and make them anew from what is due."""
    await empty(session, list_id)
    for statement in (_LINES, _ITEMS, _EXCEPTIONS):
        await sql.run(session, statement, list_id, commune_code)
