"""Sums over the read models. Row-level security limits them further to the caller's communes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from common.database.session import AsyncSession
from common.kernel.months import Month
from reporting.indicators.domain.figures import (
    Breakdown,
    Deaths,
    EntitlementCount,
    Lists,
    Reconciled,
    Scope,
    Tally,
)

AXES: dict[str, tuple[tuple[str, ...], str]] = {
    "total": ((), ""),
    "group": (("group_code",), ""),
    "provision": (("group_code", "provision"), ""),
    "method": (("method",), ""),
    "partner": (("partner",), ""),
    "outcome": (("outcome",), ""),
    "reason": (("outcome", "reason"), "WHERE reason IS NOT NULL"),
    "arrears": ((), "WHERE arrears > 0"),
    "arrears_months": (("arrears_months",), "WHERE arrears > 0"),
}
"""Axis of a breakdown -> columns to group by, and which lines count."""

_IN_SCOPE = "(CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))"

_SCOPED_LINES = f"""
WITH scoped AS MATERIALIZED (
    SELECT l.person_id, l.group_code, l.provision, l.method, l.partner, l.arrears_months, l.sex,
           l.regular, l.arrears, l.carried, l.total,
           CASE WHEN r.outcome IS NULL THEN 'pending'
                WHEN r.outcome = ANY (CAST(:moves_on AS text[])) THEN 'carried'
                ELSE r.outcome END AS outcome,
           CASE WHEN r.outcome IS NOT NULL AND r.outcome <> 'paid'
                THEN coalesce(r.reason, r.outcome) END AS reason,
           coalesce(r.amount, l.total) AS amount
    FROM (SELECT * FROM list_line WHERE month = :month AND {_IN_SCOPE}) l
    LEFT JOIN line_result r USING (line_id)
)
"""

_SUMS = """
    count(*) AS lines,
    count(DISTINCT person_id) AS people,
    count(DISTINCT person_id) FILTER (WHERE sex = 'male') AS male,
    count(DISTINCT person_id) FILTER (WHERE sex = 'female') AS female,
    coalesce(sum(regular), 0)::bigint AS regular,
    coalesce(sum(arrears), 0)::bigint AS arrears,
    coalesce(sum(carried), 0)::bigint AS carried,
    coalesce(sum(total), 0)::bigint AS total,
    count(DISTINCT person_id) FILTER (WHERE outcome = 'paid') AS paid_people,
    count(DISTINCT person_id) FILTER (
        WHERE outcome = 'paid' AND method = ANY (CAST(:cashless AS text[]))) AS paid_cashless,
    coalesce(sum(amount) FILTER (WHERE outcome = 'paid'), 0)::bigint AS paid_amount,
    coalesce(sum(amount), 0)::bigint AS result_amount
"""


def _axis(name: str) -> str:
    columns, where = AXES[name]
    keys = ", ".join(f"{column}::text" for column in columns)
    grouped = f"GROUP BY {', '.join(columns)}" if columns else ""
    return (
        f"SELECT '{name}' AS axis, CAST(ARRAY[{keys}] AS text[]) AS keys, {_SUMS}"
        f" FROM scoped {where} {grouped}"
    )


_BREAKDOWNS = text(
    f"{_SCOPED_LINES} {' UNION ALL '.join(_axis(name) for name in AXES)} ORDER BY axis, keys"
)

_LISTS = text(f"""
SELECT count(*) AS sealed, coalesce(sum(lines), 0)::bigint AS announced_lines,
       coalesce(sum(total), 0)::bigint AS announced_total, max(sealed_on) AS last_sealed_on
FROM payment_list WHERE month = :month AND {_IN_SCOPE}
""")

_LATEST_MONTH = text(f"SELECT max(month) FROM payment_list WHERE {_IN_SCOPE}")

_RECOVERIES = text(f"""
SELECT reason, count(DISTINCT person_id) AS people, count(*) AS cases,
       coalesce(sum(total), 0)::bigint AS amount, grouping(reason) = 1 AS everything
FROM recovery WHERE first_month <= :month AND {_IN_SCOPE}
GROUP BY GROUPING SETS ((), (reason)) ORDER BY reason
""")

_DEATHS = text(f"""
SELECT count(*) FILTER (WHERE death_date >= :month) AS in_month, count(*) AS to_date
FROM person WHERE death_date <= :last_day AND {_IN_SCOPE}
""")

_ENTITLEMENTS = text(f"""
SELECT status, status_reason, count(*) AS entitlements, count(DISTINCT person_id) AS people
FROM entitlement WHERE {_IN_SCOPE}
GROUP BY status, status_reason ORDER BY status, status_reason NULLS FIRST
""")

_VERIFICATION = text(f"""
SELECT verification, count(*) AS people FROM person WHERE {_IN_SCOPE}
GROUP BY verification ORDER BY verification
""")

_RECONCILIATIONS = text(f"""
SELECT partner, sum(matched_lines)::bigint AS matched_lines,
       sum(matched_amount)::bigint AS matched_amount,
       sum(unexplained_lines)::bigint AS unexplained_lines,
       sum(unexplained_amount)::bigint AS unexplained_amount,
       sum(carried_lines)::bigint AS carried_lines, sum(carried_amount)::bigint AS carried_amount,
       max(reconciled_on) AS reconciled_on
FROM reconciliation WHERE month = :month AND {_IN_SCOPE}
GROUP BY partner ORDER BY partner
""")

_UPDATED_AT = text("SELECT max(event_time) FROM freshness")


async def breakdowns(
    session: AsyncSession,
    scope: Scope,
    month: Month,
    *,
    cashless: Sequence[str],
    moves_on: Sequence[str],
) -> dict[str, list[Breakdown]]:
    """Sum the lines of a month along every axis in one statement, so in one snapshot."""
    rows = await session.execute(
        _BREAKDOWNS,
        {**_params(scope, month), "cashless": list(cashless), "moves_on": list(moves_on)},
    )
    found: dict[str, list[Breakdown]] = {name: [] for name in AXES}
    for axis, keys, *sums in rows.all():
        found[axis].append(Breakdown(tuple(keys), *sums))
    return found


async def lists(session: AsyncSession, scope: Scope, month: Month) -> Lists:
    """Count the sealed lists of a month and what they announce."""
    row = (await session.execute(_LISTS, _params(scope, month))).one()
    return Lists(*row)


async def latest_month(session: AsyncSession, scope: Scope) -> Month | None:
    """Give the latest month that has a sealed list."""
    first_day = (await session.execute(_LATEST_MONTH, _params(scope))).scalar_one()
    return None if first_day is None else Month.of(first_day)


async def recoveries(
    session: AsyncSession, scope: Scope, month: Month
) -> tuple[Tally, tuple[Tally, ...]]:
    """Count recovery cases whose overpaid months begin by this month: in all, and by reason."""
    rows = (await session.execute(_RECOVERIES, _params(scope, month))).all()
    total = next(row for row in rows if row.everything)
    return (
        Tally("total", total.people, total.cases, total.amount),
        tuple(Tally(r.reason, r.people, r.cases, r.amount) for r in rows if not r.everything),
    )


async def deaths(session: AsyncSession, scope: Scope, month: Month) -> Deaths:
    """Count known deaths dated in the month and up to its end."""
    params = {**_params(scope, month), "last_day": month.last_day}
    row = (await session.execute(_DEATHS, params)).one()
    return Deaths(row.in_month, row.to_date)


async def entitlements(session: AsyncSession, scope: Scope) -> tuple[EntitlementCount, ...]:
    """Count entitlements by status and reason, as they stand now."""
    rows = await session.execute(_ENTITLEMENTS, _params(scope))
    return tuple(EntitlementCount(*row) for row in rows.all())


async def verification(session: AsyncSession, scope: Scope) -> tuple[Tally, ...]:
    """Count people by what the population database answered."""
    rows = await session.execute(_VERIFICATION, _params(scope))
    return tuple(Tally(row.verification, row.people, 0, 0) for row in rows.all())


async def reconciliations(
    session: AsyncSession, scope: Scope, month: Month
) -> tuple[Reconciled, ...]:
    """Add up the reconciliations of a month by partner."""
    rows = await session.execute(_RECONCILIATIONS, _params(scope, month))
    return tuple(Reconciled(*row) for row in rows.all())


async def updated_at(session: AsyncSession) -> datetime | None:
    """Give the time of the newest event that the figures include."""
    moment: datetime | None = (await session.execute(_UPDATED_AT)).scalar_one()
    return moment


def _params(scope: Scope, month: Month | None = None) -> dict[str, Any]:
    communes = None if scope.communes is None else list(scope.communes)
    return {"communes": communes} | ({} if month is None else {"month": month.first_day})
