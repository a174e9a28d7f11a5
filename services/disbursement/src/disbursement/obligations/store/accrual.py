"""Owed against received: one statement for a whole commune."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from common.database.rows import whole_province
from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_DIFFERENCES = """
WITH pairs AS (
  SELECT s.person_id, s.benefit, s.grp, s.commune_code, s.held_reason, p.death_date,
         coalesce(p.human_id, s.person_id) AS human_id,
         s.held AND NOT (s.held_reason = 'deceased' AND coalesce(h.heir, false)) AS held,
         (s.deceased OR p.death_date IS NOT NULL) AND NOT coalesce(h.heir, false) AS dead,
         row_number() OVER (PARTITION BY coalesce(p.human_id, s.person_id), s.benefit
           ORDER BY NOT s.active, p.merged_into IS NOT NULL, s.person_id) AS nth
  FROM entitlement_status s LEFT JOIN payee_channel p USING (person_id)
  LEFT JOIN confirmed_payee h ON h.person_id = s.person_id AND h.benefit = '' AND h.heir
  WHERE s.person_id = ANY ($3::uuid[])
), owed AS (
  SELECT pairs.human_id, pairs.benefit, m.month::date AS month, max(l.amount) AS amount
  FROM pairs
  JOIN entitlement e USING (person_id, benefit)
  JOIN entitlement_level l USING (entitlement_id)
  CROSS JOIN LATERAL generate_series(
    l.from_month,
    least(l.to_month, ($2::date - interval '1 month')::date,
          date_trunc('month', pairs.death_date)::date),
    interval '1 month') AS m(month)
  GROUP BY 1, 2, 3
), facts AS (
  SELECT p.person_id, p.benefit, p.month, p.amount AS received, 0 AS issued, 0 AS carried,
         0 AS claimed, 0 AS repaid
    FROM paid_month p WHERE p.month < $2 AND p.person_id = ANY ($3::uuid[])
  UNION ALL
  SELECT o.person_id, o.benefit, o.month,
         CASE WHEN o.state = 'settled' THEN o.amount ELSE 0 END,
         CASE WHEN o.state = 'issued' THEN o.amount ELSE 0 END,
         CASE WHEN o.state IN ('open', 'held')
                AND o.reason IS DISTINCT FROM 'no_longer_owed' THEN o.amount ELSE 0 END, 0, 0
    FROM obligation o
   WHERE o.month < $2 AND o.component = 'main' AND o.kind IN ('regular', 'arrears')
     AND o.person_id = ANY ($3::uuid[])
  UNION ALL
  SELECT c.person_id, c.benefit, c.month, 0, 0, 0, c.amount, c.repaid
    FROM claimed_month c WHERE c.month < $2 AND c.person_id = ANY ($3::uuid[])
), covered AS (
  SELECT pairs.human_id, f.benefit, f.month, sum(f.received) AS received, sum(f.issued) AS issued,
         sum(f.carried) AS carried, sum(f.claimed) AS claimed, sum(f.repaid) AS repaid
  FROM facts f JOIN pairs USING (person_id, benefit) GROUP BY 1, 2, 3
), gaps AS (
  SELECT coalesce(o.human_id, c.human_id) AS human_id, coalesce(o.benefit, c.benefit) AS benefit,
         coalesce(o.month, c.month) AS month,
         coalesce(o.amount, 0) - coalesce(c.received - c.repaid + c.issued, 0) AS missing,
         coalesce(c.carried, 0) AS carried, coalesce(c.claimed, 0) AS claimed,
         coalesce(c.claimed - c.repaid, 0) AS unpaid_claim,
         greatest(coalesce(c.received, 0) - coalesce(o.amount, 0), 0) AS over
  FROM owed o FULL JOIN covered c
    ON c.human_id = o.human_id AND c.benefit = o.benefit AND c.month = o.month
)
SELECT pairs.person_id, g.human_id, g.benefit, pairs.grp, g.month,
       greatest(g.missing - g.carried, 0)::bigint AS arrears,
       greatest(least(g.carried, g.carried - g.missing), 0)::bigint AS not_owed,
       greatest(g.over - g.claimed, 0)::bigint AS overpaid,
       greatest(least(g.claimed - g.over, g.unpaid_claim), 0)::bigint AS overclaimed,
       CASE WHEN pairs.dead THEN 'deceased'
            WHEN pairs.held THEN coalesce(pairs.held_reason, 'held') END AS held_reason
FROM gaps g JOIN pairs ON pairs.human_id = g.human_id AND pairs.benefit = g.benefit
  AND pairs.nth = 1
WHERE pairs.commune_code = $1
"""
"""Per human (all records of one person), benefit and month before the list's:

owed (levels, to the month of death) against received (recorded before us, or proved by a partner;
less what was paid back), issued (on its way) and carried (waiting for the next list).
`arrears`: still to be paid. `not_owed`: carried although nothing is owed any more. `overpaid`:
received above what is owed and not claimed yet; money on its way or failed was received by nobody.
`overclaimed`: a recovery claims what is owed after all (a death taken back, a stop undone).
"""

_HOLD_NOT_OWED = f"""
WITH diff AS (SELECT * FROM ({_DIFFERENCES}) AS d WHERE d.not_owed > 0), chosen AS (
  SELECT o.obligation_id, d.not_owed, sum(o.amount) OVER (
      PARTITION BY d.human_id, d.benefit, d.month ORDER BY o.kind = 'regular', o.seq DESC,
        o.obligation_id) - o.amount AS before
  FROM diff d JOIN payee_channel p ON p.human_id = d.human_id
  JOIN obligation o ON o.person_id = p.person_id AND o.benefit = d.benefit AND o.month = d.month
  WHERE o.state IN ('open', 'held') AND o.attempts > 0 AND o.kind <> 'one_off'
)
UPDATE obligation o SET state = 'held', reason = 'no_longer_owed'
FROM chosen c WHERE c.obligation_id = o.obligation_id AND c.before < c.not_owed
"""
"""What failed and is no longer owed is not paid again; a part that is still owed is made anew."""

_ACCRUE_ARREARS = f"""
WITH diff AS ({_DIFFERENCES})
INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq, commune_code, grp,
  amount, state, reason, for_list_month)
SELECT name_uuid(format('obligation:%s:%s:%s:main:arrears:%s', d.person_id, d.benefit,
         to_char(d.month, 'YYYY-MM'), n.seq)),
       d.person_id, d.benefit, d.month, 'arrears', n.seq, $1, d.grp, d.arrears,
       CASE WHEN d.held_reason IS NULL THEN 'open' ELSE 'held' END, d.held_reason, $2
FROM diff d
LEFT JOIN (
  SELECT person_id, benefit, month, max(seq) + 1 AS seq FROM obligation
   WHERE component = 'main' AND kind = 'arrears' AND person_id = ANY ($3::uuid[])
   GROUP BY person_id, benefit, month) AS before USING (person_id, benefit, month)
CROSS JOIN LATERAL (SELECT coalesce(before.seq, 0) AS seq) AS n
WHERE d.arrears > 0
"""

_ACCRUE_REGULAR = """
WITH pairs AS (
  SELECT s.person_id, s.benefit, s.grp, s.commune_code, coalesce(p.human_id, s.person_id) AS human_id,
    s.active AND NOT s.held AND NOT s.deceased AND p.death_date IS NULL AS payable,
    row_number() OVER (PARTITION BY coalesce(p.human_id, s.person_id), s.benefit
      ORDER BY NOT s.active, p.merged_into IS NOT NULL, s.person_id) AS nth
  FROM entitlement_status s LEFT JOIN payee_channel p USING (person_id)
  WHERE s.person_id = ANY ($3::uuid[])
), due AS (
  SELECT s.person_id, s.human_id, s.benefit, s.grp, max(l.amount) AS amount
  FROM pairs s
  JOIN entitlement e ON e.person_id = s.person_id AND e.benefit = s.benefit
   AND e.status = 'active'
  JOIN entitlement_level l USING (entitlement_id)
  WHERE s.commune_code = $1 AND s.nth = 1 AND s.payable
    AND l.from_month <= $2 AND (l.to_month IS NULL OR l.to_month >= $2)
  GROUP BY 1, 2, 3, 4
), paid AS (
  SELECT pairs.human_id, facts.benefit, sum(facts.amount) AS amount FROM (
    SELECT person_id, benefit, amount FROM paid_month
     WHERE month = $2 AND person_id = ANY ($3::uuid[])
    UNION ALL
    SELECT person_id, benefit, amount FROM obligation
     WHERE month = $2 AND component = 'main' AND kind IN ('regular', 'arrears')
       AND state <> 'cancelled' AND person_id = ANY ($3::uuid[])
  ) AS facts JOIN pairs USING (person_id, benefit) GROUP BY 1, 2
)
INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq, commune_code, grp,
  amount, state, for_list_month)
SELECT name_uuid(format('obligation:%s:%s:%s:main:regular:0', d.person_id, d.benefit,
         to_char($2::date, 'YYYY-MM'))),
       d.person_id, d.benefit, $2, 'regular', 0, $1, d.grp,
       (d.amount - coalesce(paid.amount, 0))::bigint, 'open', $2
FROM due d LEFT JOIN paid USING (human_id, benefit)
WHERE d.amount > coalesce(paid.amount, 0)
ON CONFLICT (person_id, benefit, month, component, kind, seq) DO NOTHING
"""
"""The month of the list itself, once per human: of several records only the living one is paid."""

_PEOPLE = """
WITH base AS (
  SELECT person_id FROM entitlement WHERE commune_code = $1 UNION
  SELECT person_id FROM obligation WHERE commune_code = $1 AND state IN ('open', 'held')
    AND kind <> 'one_off'
)
SELECT person_id FROM base UNION
SELECT o.person_id FROM payee_channel m JOIN payee_channel o ON o.human_id = m.human_id
WHERE m.merged_into IS NOT NULL
  AND (m.person_id IN (SELECT person_id FROM base) OR m.human_id IN (SELECT person_id FROM base))
"""


async def people_of(session: AsyncSession, commune_code: str) -> list[UUID]:
    """Give the people whom a commune's list is about, with all records of one human.

    Statements take them as an array: an index finds their rows in the tables of a whole province,
    and a set of them is hashed, where a subquery in its place would be compared one by one.
    """
    found = await sql.rows(session, _PEOPLE, commune_code)
    return [row["person_id"] for row in found]


async def accrue(session: AsyncSession, commune_code: str, month: date) -> None:
    """Make the proposals of a list anew: never-issued obligations are thrown away and remade."""
    async with whole_province(session):
        people = await people_of(session, commune_code)
        await sql.run(
            session,
            "DELETE FROM obligation WHERE attempts = 0 AND state IN ('open', 'held')"
            " AND kind <> 'one_off'"
            " AND person_id = ANY ($1::uuid[])",
            people,
        )
        await sql.run(
            session,
            "UPDATE obligation SET state = 'open' WHERE state = 'held' AND attempts > 0"
            " AND reason = 'no_longer_owed' AND person_id = ANY ($1::uuid[])",
            people,
        )
        await sql.run(
            session,
            "UPDATE obligation SET reason = 'carried' WHERE state = 'open' AND attempts > 0"
            " AND reason = 'no_longer_owed' AND person_id = ANY ($1::uuid[])",
            people,
        )
        async with sql.without_nested_loops(session):
            await sql.run(session, _HOLD_NOT_OWED, commune_code, month, people)
            await sql.run(session, _ACCRUE_ARREARS, commune_code, month, people)
            await sql.run(session, _ACCRUE_REGULAR, commune_code, month, people)


async def differences(session: AsyncSession, commune_code: str, month: date) -> list[Record]:
    """Give the months in which money was received or claimed that is not owed."""
    async with whole_province(session):
        people = await people_of(session, commune_code)
        async with sql.without_nested_loops(session):
            return await sql.rows(
                session,
                f"SELECT * FROM ({_DIFFERENCES}) AS d WHERE overpaid > 0 OR overclaimed > 0",
                commune_code, month, people,
            )  # fmt: skip


async def cancel_not_owed(session: AsyncSession, commune_code: str) -> list[Record]:
    """Cancel what failed and is no longer owed, when a list is sealed; gives id and amount."""
    async with whole_province(session):
        people = await people_of(session, commune_code)
        return await sql.rows(
            session,
            "UPDATE obligation SET state = 'cancelled' WHERE state = 'held' AND attempts > 0"
            " AND reason = 'no_longer_owed' AND person_id = ANY ($1::uuid[])"
            " RETURNING obligation_id, amount, returned",
            people,
        )
