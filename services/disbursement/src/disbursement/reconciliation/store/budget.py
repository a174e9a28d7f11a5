"""Money sources of a year and their use."""

from __future__ import annotations

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record


async def budgeted_elsewhere(
    session: AsyncSession, year: int, code: str, benefits: list[str]
) -> bool:
    """Tell whether another line of the year pays one of these benefits."""
    found: bool = await sql.value(
        session,
        "SELECT EXISTS (SELECT FROM budget_line WHERE year = $1 AND code <> $2"
        " AND benefits && $3::text[])",
        year,
        code,
        benefits,
    )
    return found


async def set_budget_line(session: AsyncSession, values: list[object]) -> None:
    """Enter or replace a line."""
    await sql.run(
        session,
        "INSERT INTO budget_line (year, code, title, benefits, estimate, basis, entered_by)"
        " VALUES ($1, $2, $3, $4::text[], $5, $6, $7) ON CONFLICT (year, code) DO UPDATE SET"
        " title = excluded.title, benefits = excluded.benefits, estimate = excluded.estimate,"
        " basis = excluded.basis, entered_by = excluded.entered_by",
        *values,
    )


_BUDGET_USE = """
WITH used AS (
  SELECT benefit, month, coalesce(sum(amount) FILTER (WHERE state = 'paid'), 0) AS paid,
    coalesce(sum(amount) FILTER (WHERE state IN ('sealed', 'sent', 'accepted')), 0) AS on_its_way
  FROM payment_outcome WHERE extract(year FROM month) = $1 GROUP BY 1, 2
), newest AS (SELECT max(month) AS month FROM used), lines AS (
  SELECT code, title, benefits, estimate FROM budget_line WHERE year = $1
  UNION ALL
  SELECT '', 'Chưa có nguồn', array_agg(DISTINCT u.benefit), 0 FROM used u
  WHERE NOT EXISTS (SELECT FROM budget_line b WHERE b.year = $1 AND u.benefit = ANY (b.benefits))
  HAVING count(*) > 0
)
SELECT l.code, l.title, l.benefits, l.estimate, coalesce(sum(u.paid), 0)::bigint AS paid,
  coalesce(sum(u.on_its_way), 0)::bigint AS on_its_way,
  (coalesce(sum(u.paid + u.on_its_way), 0)
    + coalesce(sum(u.paid + u.on_its_way) FILTER (WHERE u.month = n.month), 0)
      * (12 - coalesce(extract(month FROM n.month), 12)))::bigint AS forecast
FROM lines l CROSS JOIN newest n LEFT JOIN used u ON u.benefit = ANY (l.benefits)
GROUP BY l.code, l.title, l.benefits, l.estimate, n.month ORDER BY l.code
"""


async def budget_use(session: AsyncSession, year: int) -> list[Record]:
    """Give each line of a year with its use and forecast."""
    return await sql.rows(session, _BUDGET_USE, year)
