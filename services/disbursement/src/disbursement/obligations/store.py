"""Every SQL statement of the room: set-based, one statement for a whole commune."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.database.rows import whole_province
from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_UPSERT_ENTITLEMENTS = """
INSERT INTO entitlement AS e (entitlement_id, person_id, commune_code, benefit, grp, status,
  status_reason, decision_number, decision_signed_on, decision_origin, version, payee_person_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::text[], $9::date[], $10::text[], $11::bigint[], $12::uuid[])
ON CONFLICT (entitlement_id) DO UPDATE SET
  person_id = excluded.person_id, commune_code = excluded.commune_code,
  benefit = excluded.benefit, grp = excluded.grp, status = excluded.status,
  status_reason = excluded.status_reason, decision_number = excluded.decision_number,
  decision_signed_on = excluded.decision_signed_on, decision_origin = excluded.decision_origin,
  version = excluded.version, payee_person_id = excluded.payee_person_id
WHERE e.version < excluded.version
RETURNING entitlement_id
"""

_INSERT_LEVELS = """
INSERT INTO entitlement_level (entitlement_id, from_month, to_month, amount, coefficient, provision)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::date[], $4::bigint[], $5::numeric[], $6::text[])
"""

_UPSERT_PAID = """
INSERT INTO paid_month AS p (person_id, benefit, month, source, commune_code, amount, import_id,
  row_number)
SELECT DISTINCT ON (r.person_id, r.benefit, m.month)
  r.person_id, r.benefit, m.month::date, 'commune_list', r.commune_code, r.amount,
  r.import_id, r.row_number
FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::text[], $6::bigint[], $7::uuid[],
  $8::integer[]) WITH ORDINALITY AS r(person_id, benefit, paid_from, paid_to, commune_code, amount,
  import_id, row_number, place)
CROSS JOIN LATERAL generate_series(r.paid_from, r.paid_to, interval '1 month') AS m(month)
ORDER BY r.person_id, r.benefit, m.month, r.place DESC
ON CONFLICT (person_id, benefit, month, source) DO UPDATE SET
  commune_code = excluded.commune_code, amount = excluded.amount,
  import_id = excluded.import_id, row_number = excluded.row_number
"""

_DIFFERENCES = """
WITH pairs AS (
  SELECT s.person_id, s.benefit, s.grp, s.held_reason, s.active, p.death_date,
         s.held AND NOT (s.held_reason = 'deceased' AND coalesce(h.heir, false)) AS held,
         (s.deceased OR p.death_date IS NOT NULL) AND NOT coalesce(h.heir, false) AS dead
  FROM entitlement_status s LEFT JOIN payee_channel p USING (person_id)
  LEFT JOIN confirmed_payee h ON h.person_id = s.person_id AND h.benefit = '' AND h.heir
  WHERE s.commune_code = $1 AND s.person_id = ANY ($3::uuid[])
), owed AS (
  SELECT pairs.person_id, pairs.benefit, m.month::date AS month, max(l.amount) AS amount
  FROM pairs
  JOIN entitlement e USING (person_id, benefit)
  JOIN entitlement_level l USING (entitlement_id)
  CROSS JOIN LATERAL generate_series(
    l.from_month,
    least(l.to_month, ($2::date - interval '1 month')::date,
          date_trunc('month', pairs.death_date)::date),
    interval '1 month') AS m(month)
  GROUP BY 1, 2, 3
), covered AS (
  SELECT person_id, benefit, month, sum(amount) AS amount FROM (
    SELECT p.person_id, p.benefit, p.month, p.amount
      FROM paid_month p JOIN pairs USING (person_id, benefit)
     WHERE p.month < $2 AND p.person_id = ANY ($3::uuid[])
    UNION ALL
    SELECT o.person_id, o.benefit, o.month, o.amount
      FROM obligation o JOIN pairs USING (person_id, benefit)
     WHERE o.month < $2 AND o.component = 'main' AND o.kind IN ('regular', 'arrears')
       AND o.person_id = ANY ($3::uuid[])
    UNION ALL
    SELECT c.person_id, c.benefit, c.month, -c.amount
      FROM claimed_month c JOIN pairs USING (person_id, benefit)
     WHERE c.month < $2 AND c.person_id = ANY ($3::uuid[])
  ) AS facts GROUP BY 1, 2, 3
), gaps AS (
  SELECT coalesce(o.person_id, c.person_id) AS person_id,
         coalesce(o.benefit, c.benefit) AS benefit,
         coalesce(o.month, c.month) AS month,
         (coalesce(o.amount, 0) - coalesce(c.amount, 0))::bigint AS gap
  FROM owed o FULL JOIN covered c
    ON c.person_id = o.person_id AND c.benefit = o.benefit AND c.month = o.month
)
SELECT g.person_id, g.benefit, pairs.grp, g.month, g.gap,
       CASE WHEN pairs.dead THEN 'deceased'
            WHEN pairs.held THEN coalesce(pairs.held_reason, 'held') END AS held_reason
FROM gaps g JOIN pairs USING (person_id, benefit)
WHERE g.gap <> 0
"""
"""Owed (levels, to the month of death) less covered: recorded as paid, or already an obligation,
less what a recovery case claims back."""

_ACCRUE_ARREARS = f"""
WITH diff AS ({_DIFFERENCES})
INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq, commune_code, grp,
  amount, state, reason, for_list_month)
SELECT name_uuid(format('obligation:%s:%s:%s:main:arrears:%s', d.person_id, d.benefit,
         to_char(d.month, 'YYYY-MM'), n.seq)),
       d.person_id, d.benefit, d.month, 'arrears', n.seq, $1, d.grp, d.gap,
       CASE WHEN d.held_reason IS NULL THEN 'open' ELSE 'held' END, d.held_reason, $2
FROM diff d
LEFT JOIN (
  SELECT person_id, benefit, month, max(seq) + 1 AS seq FROM obligation
   WHERE component = 'main' AND kind = 'arrears' AND person_id = ANY ($3::uuid[])
   GROUP BY person_id, benefit, month) AS before USING (person_id, benefit, month)
CROSS JOIN LATERAL (SELECT coalesce(before.seq, 0) AS seq) AS n
WHERE d.gap > 0
"""

_ACCRUE_REGULAR = """
WITH due AS (
  SELECT s.person_id, s.benefit, s.grp, max(l.amount) AS amount
  FROM entitlement_status s
  JOIN entitlement e ON e.person_id = s.person_id AND e.benefit = s.benefit
   AND e.status = 'active'
  JOIN entitlement_level l USING (entitlement_id)
  LEFT JOIN payee_channel p ON p.person_id = s.person_id
  WHERE s.commune_code = $1 AND s.person_id = ANY ($3::uuid[]) AND NOT s.held AND NOT s.deceased AND p.death_date IS NULL
    AND l.from_month <= $2 AND (l.to_month IS NULL OR l.to_month >= $2)
  GROUP BY 1, 2, 3
), paid AS (
  SELECT person_id, benefit, sum(amount) AS amount FROM (
    SELECT person_id, benefit, amount FROM paid_month
     WHERE month = $2 AND person_id = ANY ($3::uuid[])
    UNION ALL
    SELECT person_id, benefit, amount FROM obligation
     WHERE month = $2 AND component = 'main' AND kind IN ('regular', 'arrears')
       AND person_id = ANY ($3::uuid[])
  ) AS facts GROUP BY 1, 2
)
INSERT INTO obligation (obligation_id, person_id, benefit, month, kind, seq, commune_code, grp,
  amount, state, for_list_month)
SELECT name_uuid(format('obligation:%s:%s:%s:main:regular:0', d.person_id, d.benefit,
         to_char($2::date, 'YYYY-MM'))),
       d.person_id, d.benefit, $2, 'regular', 0, $1, d.grp,
       (d.amount - coalesce(paid.amount, 0))::bigint, 'open', $2
FROM due d LEFT JOIN paid USING (person_id, benefit)
WHERE d.amount > coalesce(paid.amount, 0)
ON CONFLICT (person_id, benefit, month, component, kind, seq) DO NOTHING
"""


async def upsert_entitlements(session: AsyncSession, columns: Sequence[list[Any]]) -> set[UUID]:
    """Take newer versions only; gives the entitlements that changed."""
    rows = await sql.rows(session, _UPSERT_ENTITLEMENTS, *columns)
    return {row["entitlement_id"] for row in rows}


async def replace_levels(
    session: AsyncSession, changed: Sequence[UUID], columns: Sequence[list[Any]]
) -> None:
    """Replace all levels of the entitlements that changed."""
    await sql.run(
        session,
        "DELETE FROM entitlement_level WHERE entitlement_id = ANY($1::uuid[])",
        list(changed),
    )
    await sql.run(session, _INSERT_LEVELS, *columns)


async def upsert_paid(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Record months as paid; the same month declared again replaces the amount."""
    await sql.run(session, _UPSERT_PAID, *columns)


async def people_of(session: AsyncSession, commune_code: str) -> list[UUID]:
    """Give the people whom a commune's list is about.

    Statements take them as an array: an index finds their rows in the tables of a whole province,
    and a set of them is hashed, where a subquery in its place would be compared one by one.
    """
    found = await sql.rows(
        session,
        "SELECT person_id FROM entitlement WHERE commune_code = $1 UNION"
        " SELECT person_id FROM obligation WHERE commune_code = $1 AND state IN ('open', 'held')",
        commune_code,
    )
    return [row["person_id"] for row in found]


async def accrue(session: AsyncSession, commune_code: str, month: date) -> None:
    """Make the proposals of a list anew: never-issued obligations are thrown away and remade."""
    async with whole_province(session):
        people = await people_of(session, commune_code)
        await sql.run(
            session,
            "DELETE FROM obligation WHERE attempts = 0 AND state IN ('open', 'held')"
            " AND person_id = ANY ($1::uuid[])",
            people,
        )
        async with sql.without_nested_loops(session):
            await sql.run(session, _ACCRUE_ARREARS, commune_code, month, people)
            await sql.run(session, _ACCRUE_REGULAR, commune_code, month, people)


async def overpaid(session: AsyncSession, commune_code: str, month: date) -> list[Record]:
    """Give the negative months: person, benefit, month, gap below 0, why held."""
    async with whole_province(session):
        people = await people_of(session, commune_code)
        async with sql.without_nested_loops(session):
            return await sql.rows(
                session, f"{_DIFFERENCES} AND g.gap < 0", commune_code, month, people
            )


async def claim(session: AsyncSession, columns: Sequence[list[Any]]) -> None:
    """Keep what recovery cases claim back."""
    await sql.run(
        session,
        "INSERT INTO claimed_month (person_id, benefit, month, recovery_id, commune_code, amount)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::text[],"
        " $6::bigint[])",
        *columns,
    )


async def issue(session: AsyncSession, obligations: Sequence[UUID], lines: Sequence[UUID]) -> int:
    """Put obligations on the lines of a sealed list: one live attempt each."""
    return await sql.run(
        session,
        "UPDATE obligation o SET state = 'issued', line_id = k.line_id,"
        " attempts = attempts + 1, returned = false, reason = NULL"
        " FROM unnest($1::uuid[], $2::uuid[]) AS k(obligation_id, line_id)"
        " WHERE o.obligation_id = k.obligation_id AND o.state = 'open'",
        list(obligations),
        list(lines),
    )


async def settle(session: AsyncSession, lines: Sequence[UUID]) -> None:
    """The lines were paid."""
    await sql.run(
        session,
        "UPDATE obligation SET state = 'settled' WHERE line_id = ANY($1::uuid[])"
        " AND state = 'issued'",
        list(lines),
    )


async def reopen(
    session: AsyncSession, lines: Sequence[UUID], reasons: Sequence[str], *, returned: bool
) -> None:
    """The attempt on these lines finally failed: due again, as a new attempt."""
    await sql.run(
        session,
        "UPDATE obligation o SET state = 'open', reason = k.reason, returned = $3"
        " FROM unnest($1::uuid[], $2::text[]) AS k(line_id, reason)"
        " WHERE o.line_id = k.line_id AND o.state = CASE WHEN $3 THEN 'settled' ELSE 'issued' END",
        list(lines),
        list(reasons),
        returned,
    )


async def of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give a person's obligations, oldest month first."""
    return await sql.rows(
        session,
        "SELECT obligation_id, benefit, month, kind, seq, amount, state, reason, attempts, line_id"
        " FROM obligation WHERE person_id = $1 ORDER BY benefit, month, kind, seq",
        person_id,
    )


async def recorded_of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give the months that were recorded as paid before this system paid."""
    return await sql.rows(
        session,
        "SELECT benefit, month, amount FROM recorded_payment WHERE person_id = $1"
        " ORDER BY benefit, month",
        person_id,
    )
