"""Lines, exceptions, comparison."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

LINE_COLUMNS = """
line_id, list_id, commune_code, position, person_id, personal_id, former_number, full_name,
birth_date, village, benefit, grp, method, partner, bank_code, account_id, regular, arrears,
arrears_months, carried, total, attempt, payee_person_id, payee_name, payee_number,
account_masked, one_off_id
"""

_COMPARE = """
WITH prior AS (
  SELECT l.list_id FROM payment_list l
   WHERE l.commune_code = $2 AND l.month = ($3::date - interval '1 month')::date
     AND l.number = 0 AND l.state IN ('sealed', 'reconciled')
), previous AS (
  SELECT n.person_id, n.benefit, n.regular AS amount, n.full_name, n.personal_id
    FROM payment_list_line n JOIN prior USING (list_id) WHERE n.regular > 0
  UNION ALL
  SELECT r.person_id, r.benefit, r.amount, NULL, NULL FROM recorded_payment r
   WHERE r.commune_code = $2 AND r.month = ($3::date - interval '1 month')::date
     AND NOT EXISTS (SELECT FROM prior)
), current AS (
  SELECT person_id, benefit, regular AS amount, arrears, carried, total, full_name, personal_id
    FROM payment_list_line WHERE list_id = $1
), both_sides AS (
  SELECT person_id, benefit, p.amount AS previous, nullif(c.amount, 0) AS current,
         coalesce(c.arrears, 0) AS arrears, coalesce(c.carried, 0) AS carried,
         coalesce(c.total, 0) AS total, coalesce(c.full_name, p.full_name) AS listed_name,
         coalesce(c.personal_id, p.personal_id) AS listed_number
  FROM previous p FULL JOIN current c USING (person_id, benefit)
), classed AS (
  SELECT b.*, CASE WHEN b.previous IS NULL AND b.current IS NULL THEN 'same'
                   WHEN b.previous IS NULL THEN 'new'
                   WHEN b.current IS NULL THEN 'gone'
                   WHEN b.previous = b.current THEN 'same' ELSE 'changed' END AS change
  FROM both_sides b
), explained AS (
  SELECT k.*, coalesce(p.full_name, k.listed_name, 'Chưa rõ tên') AS full_name,
    coalesce(p.personal_id, k.listed_number) AS personal_id, p.sort_key,
    CASE k.change
      WHEN 'gone' THEN CASE WHEN s.deceased OR p.death_date IS NOT NULL THEN 'deceased'
                            WHEN s.held THEN coalesce(s.held_reason, 'held')
                            WHEN s.person_id IS NULL THEN 'no_entitlement' ELSE 'ended' END
      WHEN 'same' THEN NULL ELSE s.decision_origin END AS reason,
    CASE WHEN k.change IN ('new', 'changed') THEN s.decision_number END AS decision_number
  FROM classed k
  LEFT JOIN payee_channel p USING (person_id)
  LEFT JOIN (SELECT * FROM entitlement_status WHERE person_id = ANY ($4::uuid[])) AS s
    USING (person_id, benefit)
)
"""


async def lines(
    session: AsyncSession, list_id: UUID, *, after: int | None, limit: int | None
) -> list[Record]:
    """Give lines by position."""
    return await sql.rows(
        session,
        f"SELECT {LINE_COLUMNS} FROM payment_list_line WHERE list_id = $1"
        " AND position > coalesce($2::integer, 0) ORDER BY position LIMIT $3",
        list_id,
        after,
        limit,
    )


async def line(session: AsyncSession, list_id: UUID, line_id: UUID, attempt: int) -> list[Record]:
    """Give the line of a list that has this id and attempt, if any."""
    return await sql.rows(
        session,
        f"SELECT {LINE_COLUMNS} FROM payment_list_line"
        " WHERE list_id = $1 AND line_id = $2 AND attempt = $3",
        list_id,
        line_id,
        attempt,
    )


async def items(session: AsyncSession, list_id: UUID) -> list[Record]:
    """Give every obligation on a list with its line, and whether it was returned money."""
    return await sql.rows(
        session,
        "SELECT i.line_id, i.obligation_id, i.amount, coalesce(d.returned, false) AS returned"
        " FROM payment_list_item i LEFT JOIN obligation_due d USING (obligation_id)"
        " WHERE i.list_id = $1 ORDER BY i.obligation_id",
        list_id,
    )


async def items_of_lines(session: AsyncSession, lines_: list[UUID]) -> list[Record]:
    """Give the months that some lines pay."""
    return await sql.rows(
        session,
        "SELECT line_id, month, kind, role, amount FROM payment_list_item"
        " WHERE line_id = ANY($1::uuid[]) ORDER BY line_id, month, kind",
        lines_,
    )


async def per_partner(session: AsyncSession, list_id: UUID) -> list[Record]:
    """Give lines and money by partner."""
    return await sql.rows(
        session,
        "SELECT partner, count(*)::integer AS lines, sum(total)::bigint AS total"
        " FROM payment_list_line WHERE list_id = $1 GROUP BY partner ORDER BY partner",
        list_id,
    )


async def exceptions(
    session: AsyncSession,
    list_id: UUID,
    *,
    code: str | None,
    after: UUID | None,
    limit: int,
) -> list[Record]:
    """Give exceptions in the order in which they were found."""
    return await sql.rows(
        session,
        "SELECT x.exception_id, x.person_id, x.benefit, x.code, x.severity, x.amount, x.months,"
        " x.reason, x.before, x.after, p.full_name, p.personal_id FROM payment_list_exception x"
        " LEFT JOIN payee_channel p USING (person_id)"
        " WHERE x.list_id = $1 AND ($2::text IS NULL OR x.code = $2)"
        " AND ($3::uuid IS NULL OR x.exception_id > $3) ORDER BY x.exception_id LIMIT $4",
        list_id,
        code,
        after,
        limit,
    )


async def exception_counts(session: AsyncSession, list_id: UUID) -> list[Record]:
    """Count exceptions by code."""
    return await sql.rows(
        session,
        "SELECT code, count(*)::integer AS count FROM payment_list_exception"
        " WHERE list_id = $1 GROUP BY code ORDER BY code",
        list_id,
    )


async def compare(
    session: AsyncSession,
    found: Record,
    people: list[UUID],
    *,
    change: str | None,
    after: tuple[str, UUID, str] | None,
    limit: int,
) -> list[Record]:
    """Give the list beside last month's, line by line."""
    async with sql.without_nested_loops(session):
        return await sql.rows(
            session,
            f"{_COMPARE} SELECT *, coalesce(sort_key, '') AS position FROM explained"
            " WHERE ($5::text IS NULL OR change = $5) AND ($6::text IS NULL"
            " OR (coalesce(sort_key, ''), person_id, benefit) > ($6, $7::uuid, $8))"
            " ORDER BY coalesce(sort_key, ''), person_id, benefit LIMIT $9",
            found["list_id"],
            found["commune_code"],
            found["month"],
            people,
            change,
            *(after or (None, None, None)),
            limit,
        )


async def compare_summary(session: AsyncSession, found: Record, people: list[UUID]) -> list[Record]:
    """Count the comparison by class."""
    async with sql.without_nested_loops(session):
        return await sql.rows(
            session,
            f"{_COMPARE} SELECT change, count(*)::integer AS lines,"
            " coalesce(sum(previous), 0)::bigint AS previous,"
            " coalesce(sum(current), 0)::bigint AS current FROM classed GROUP BY change",
            found["list_id"],
            found["commune_code"],
            found["month"],
            people,
        )


async def has_prior_list(session: AsyncSession, commune_code: str, month: date) -> bool:
    """Tell whether last month's list is one of ours."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM payment_list WHERE commune_code = $1"
        " AND month = ($2::date - interval '1 month')::date AND number = 0"
        " AND state IN ('sealed', 'reconciled'))",
        commune_code,
        month,
    )
    return found
