"""Sums over the read models. Row-level security limits them further to the caller's communes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from common.database.session import AsyncSession
from common.kernel.months import Month
from reporting.indicators.domain.figures import (
    UNNAMED_PROVINCE,
    Breakdown,
    Deaths,
    EntitlementCount,
    Lists,
    Reconciled,
    Scope,
    Tally,
)
from reporting.indicators.domain.periods import Period

AXES: dict[str, tuple[tuple[str, ...], str]] = {
    "total": ((), ""),
    "group": (("group_code",), ""),
    "provision": (("group_code", "provision"), ""),
    "method": (("method",), ""),
    "partner": (("partner",), ""),
    "outcome": (("outcome",), ""),
    "reason": (("outcome", "reason"), "WHERE reason IS NOT NULL"),
    "arrears": ((), "WHERE in_arrears"),
    "arrears_months": (("arrears_months",), "WHERE in_arrears"),
}
"""Axis of a breakdown -> columns to group by, and which lines count."""

_IN_SCOPE = "(CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))"
_IN_PERIOD = "month BETWEEN :first AND :last"

_PIECES = f"""
WITH scoped AS MATERIALIZED (
    SELECT l.person_id, l.group_code, l.provision, l.method, l.partner, l.arrears_months, l.sex,
           l.arrears > 0 AS in_arrears, l.regular, l.arrears, l.carried, l.total,
           CASE WHEN r.outcome IS NULL THEN 'pending'
                WHEN r.outcome = ANY (CAST(:moves_on AS text[])) THEN 'carried'
                ELSE r.outcome END AS outcome,
           CASE WHEN r.outcome IS NOT NULL AND r.outcome <> 'paid'
                THEN coalesce(r.reason, r.outcome) END AS reason,
           coalesce(r.amount, l.total) AS amount
    FROM (SELECT * FROM list_line WHERE {_IN_PERIOD} AND {_IN_SCOPE}) l
    LEFT JOIN line_result r USING (line_id)
), several AS MATERIALIZED (
    SELECT person_id FROM scoped GROUP BY person_id HAVING count(*) > 1
), pieces AS MATERIALIZED (
    SELECT CAST(NULL AS uuid) AS person_id, count(*) AS singles, group_code, provision, method,
           partner, arrears_months, in_arrears, sex, outcome, reason, count(*) AS lines,
           sum(regular) AS regular, sum(arrears) AS arrears, sum(carried) AS carried,
           sum(total) AS total, sum(amount) AS amount
    FROM scoped WHERE person_id NOT IN (SELECT person_id FROM several)
    GROUP BY group_code, provision, method, partner, arrears_months, in_arrears, sex, outcome,
             reason
    UNION ALL
    SELECT person_id, 0, group_code, provision, method, partner, arrears_months, in_arrears, sex,
           outcome, reason, 1, regular, arrears, carried, total, amount
    FROM scoped WHERE person_id IN (SELECT person_id FROM several)
)
"""
"""People with one line are added up at once, into few rows; only those with several lines are
kept one by one, to count each once per heading. Four sorted DISTINCT counts over a province's
lines for each of nine axes take four times as long."""


def _people(condition: str = "true") -> str:
    return (
        f"(coalesce(sum(singles) FILTER (WHERE {condition}), 0)"
        f" + count(DISTINCT person_id) FILTER (WHERE {condition}))::bigint"
    )


def _sum(column: str, condition: str = "true") -> str:
    return f"coalesce(sum({column}) FILTER (WHERE {condition}), 0)::bigint"


_PAID = "outcome = 'paid'"
_SUMS = ", ".join(
    (
        _sum("lines"),
        _people(),
        _people("sex = 'male'"),
        _people("sex = 'female'"),
        _sum("regular"),
        _sum("arrears"),
        _sum("carried"),
        _sum("total"),
        _people(_PAID),
        _people(f"{_PAID} AND method = ANY (CAST(:cashless AS text[]))"),
        _sum("amount", _PAID),
        _sum("amount"),
        _people("method = ANY (CAST(:cashless AS text[]))"),
    )
)
"""In the order of the fields of `Breakdown`, behind its keys."""


def _axis(name: str) -> str:
    columns, where = AXES[name]
    keys = ", ".join(f"{column}::text" for column in columns)
    grouped = f"GROUP BY {', '.join(columns)}" if columns else ""
    return (
        f"SELECT '{name}' AS axis, CAST(ARRAY[{keys}] AS text[]) AS keys, {_SUMS}"
        f" FROM pieces {where} {grouped}"
    )


_BREAKDOWNS = text(
    f"{_PIECES} {' UNION ALL '.join(_axis(name) for name in AXES)} ORDER BY axis, keys"
)

_LISTS = text(f"""
SELECT count(*) AS sealed, coalesce(sum(lines), 0)::bigint AS announced_lines,
       coalesce(sum(total), 0)::bigint AS announced_total, max(sealed_on) AS last_sealed_on
FROM payment_list WHERE {_IN_PERIOD} AND {_IN_SCOPE}
""")

_LATEST_MONTH = text(f"SELECT max(month) FROM payment_list WHERE {_IN_SCOPE}")

_RECOVERIES = text(f"""
SELECT reason, count(DISTINCT person_id) AS people, count(*) AS cases,
       coalesce(sum(total), 0)::bigint AS amount, grouping(reason) = 1 AS everything
FROM recovery WHERE first_month <= :last AND {_IN_SCOPE}
GROUP BY GROUPING SETS ((), (reason)) ORDER BY reason
""")

_DEATHS = text(f"""
SELECT count(*) FILTER (WHERE death_date >= :first) AS in_period, count(*) AS to_date
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
FROM reconciliation WHERE {_IN_PERIOD} AND {_IN_SCOPE}
GROUP BY partner ORDER BY partner
""")

_AREAS = text("SELECT commune_code, kind || ' ' || name AS name, province_name FROM area")

_UPDATED_AT = text("SELECT max(event_time) FROM freshness")


async def breakdowns(
    session: AsyncSession,
    scope: Scope,
    period: Period,
    *,
    cashless: Sequence[str],
    moves_on: Sequence[str],
) -> dict[str, list[Breakdown]]:
    """Sum the lines of a period along every axis in one statement, so in one snapshot."""
    rows = await session.execute(
        _BREAKDOWNS,
        {**_params(scope, period), "cashless": list(cashless), "moves_on": list(moves_on)},
    )
    found: dict[str, list[Breakdown]] = {name: [] for name in AXES}
    for axis, keys, *sums in rows.all():
        found[axis].append(Breakdown(tuple(keys), *sums))
    return found


async def lists(session: AsyncSession, scope: Scope, period: Period) -> Lists:
    """Count the sealed lists of a period and what they announce."""
    row = (await session.execute(_LISTS, _params(scope, period))).one()
    return Lists(*row)


async def latest_month(session: AsyncSession, scope: Scope) -> Month | None:
    """Give the latest month that has a sealed list."""
    first_day = (await session.execute(_LATEST_MONTH, _params(scope))).scalar_one()
    return None if first_day is None else Month.of(first_day)


async def recoveries(
    session: AsyncSession, scope: Scope, period: Period
) -> tuple[Tally, tuple[Tally, ...]]:
    """Count recovery cases whose overpaid months begin by the last month: in all, and by reason."""
    rows = (await session.execute(_RECOVERIES, _params(scope, period))).all()
    total = next(row for row in rows if row.everything)
    return (
        Tally("total", total.people, total.cases, total.amount),
        tuple(Tally(r.reason, r.people, r.cases, r.amount) for r in rows if not r.everything),
    )


async def deaths(session: AsyncSession, scope: Scope, period: Period) -> Deaths:
    """Count known deaths dated in the period and up to its end."""
    row = (await session.execute(_DEATHS, _params(scope, period))).one()
    return Deaths(row.in_period, row.to_date)


async def entitlements(session: AsyncSession, scope: Scope) -> tuple[EntitlementCount, ...]:
    """Count entitlements by status and reason, as they stand now."""
    rows = await session.execute(_ENTITLEMENTS, _params(scope))
    return tuple(EntitlementCount(*row) for row in rows.all())


async def verification(session: AsyncSession, scope: Scope) -> tuple[Tally, ...]:
    """Count people by what the population database answered."""
    rows = await session.execute(_VERIFICATION, _params(scope))
    return tuple(Tally(row.verification, row.people, 0, 0) for row in rows.all())


async def reconciliations(
    session: AsyncSession, scope: Scope, period: Period
) -> tuple[Reconciled, ...]:
    """Add up the reconciliations of a period by partner."""
    rows = await session.execute(_RECONCILIATIONS, _params(scope, period))
    return tuple(Reconciled(*row) for row in rows.all())


async def area_names(session: AsyncSession) -> tuple[dict[str, str], str]:
    """Give the names of the communes that are known, and the province's with its kind."""
    rows = (await session.execute(_AREAS)).all()
    province = rows[0].province_name if rows else UNNAMED_PROVINCE
    return {row.commune_code: row.name for row in rows}, province


async def updated_at(session: AsyncSession) -> datetime | None:
    """Give the time of the newest event that the figures include."""
    moment: datetime | None = (await session.execute(_UPDATED_AT)).scalar_one()
    return moment


def _params(scope: Scope, period: Period | None = None) -> dict[str, Any]:
    communes = None if scope.communes is None else list(scope.communes)
    if period is None:
        return {"communes": communes}
    return {
        "communes": communes,
        "first": period.first.first_day,
        "last": period.last.first_day,
        "last_day": period.last_day,
    }
