"""Selections over the read models. Row-level security limits them to the caller's communes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from common.database.session import AsyncSession
from reporting.selections.domain import AsOf, Count, Selection

_SCOPE = "(CAST(:communes AS text[]) IS NULL OR {0}.commune_code = ANY (CAST(:communes AS text[])))"
_VILLAGE = "(CAST(:village AS text) IS NULL OR {0}.village = :village)"


def _in_scope(name: str, *, village: bool = False) -> str:
    return _SCOPE.format(name) + (f" AND {_VILLAGE.format(name)}" if village else "")


_READINGS = f"""
WITH everyone AS (
    SELECT p.* FROM person p WHERE p.merged_into IS NULL AND {_in_scope("p", village=True)}
), people AS (
    SELECT e.*, CAST(extract(year FROM age(CAST(:day AS date), e.birth_date)) AS integer) AS age,
           CAST(:year AS integer) - CAST(extract(year FROM e.birth_date) AS integer) AS age_in_year
    FROM everyone e WHERE e.death_date IS NULL OR e.death_date > CAST(:day AS date)
), facts AS (
    SELECT f.* FROM fact f
    WHERE f.fact IS NOT NULL AND NOT f.withdrawn AND {_in_scope("f")}
      AND coalesce(f.valid_from, CAST(:day AS date)) <= CAST(:day AS date)
      AND coalesce(least(f.valid_to, f.ended_on), 'infinity') > CAST(:day AS date)
), level_of AS (
    SELECT e.entitlement_id, e.person_id, e.commune_code, e.benefit, e.status, e.status_reason,
           e.decision_number, e.signed_on, e.changed_on, level.from_month, level.to_month,
           level.amount
    FROM entitlement e, jsonb_to_recordset(e.levels)
         AS level (from_month text, to_month text, amount bigint)
    WHERE {_in_scope("e")}
), owed AS (
    SELECT * FROM level_of l
    WHERE l.amount > 0 AND l.from_month <= :month AND coalesce(l.to_month, '9999-12') >= :month
      AND (l.status <> 'held' OR l.changed_on > CAST(:last_day AS date))
), owed_before AS (
    SELECT * FROM level_of l
    WHERE l.amount > 0 AND l.from_month <= :month_before
      AND coalesce(l.to_month, '9999-12') >= :month_before
      AND (l.status <> 'held' OR l.changed_on >= CAST(:last AS date))
), lines AS (
    SELECT l.*, r.outcome, r.reason, r.settled_on FROM list_line l
    LEFT JOIN line_result r USING (line_id)
    WHERE l.month BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {_in_scope("l")}
), homes AS (
    SELECT h.* FROM household h WHERE {_in_scope("h", village=True)}
), classes AS (
    SELECT c.*, h.village, h.head_person_id FROM household_class c
    JOIN household h USING (household_id)
    WHERE {_in_scope("c")} AND {_VILLAGE.format("h")}
), dossiers AS (
    SELECT d.*, CAST(NULL AS text) AS village, CAST(NULL AS uuid) AS person_id FROM dossier d
    WHERE {_in_scope("d")} AND CAST(:village AS text) IS NULL
), one_offs AS (
    SELECT o.*, CAST(NULL AS text) AS village FROM one_off o
    WHERE {_in_scope("o")} AND CAST(:village AS text) IS NULL
      AND o.signed_on BETWEEN CAST(:first AS date) AND CAST(:last_day AS date)
)
"""
"""What every selection reads: `everyone` known, `people` alive on the day with their age, `facts` that
hold on it, what is `owed` in the last month and was `owed_before`, `lines` of the period's lists
with their results, `homes`, their `classes` by year, `dossiers` and `one_offs`. Those that a
selection does not name cost nothing."""

_IDENTITY = (
    "p.full_name, p.birth_date, p.birth_precision, p.sex, p.personal_id,"
    " coalesce(p.village, {0}) AS home_village"
)


def _rows(selection: Selection) -> str:
    return f"{_READINGS}, chosen AS ({selection.sql})"


def _parts(selection: Selection) -> tuple[str, str, str]:
    """Give subject, commune and village of a chosen row."""
    if selection.subject == "person":
        return "CAST(c.person_id AS text)", "p.commune_code", "CAST(NULL AS text)"
    return "CAST(c.id AS text)", "c.commune_code", "c.village"


@cache
def _listing(selection: Selection) -> TextClause:
    subject, commune, village = _parts(selection)
    join = "JOIN everyone p" if selection.subject == "person" else "LEFT JOIN person p"
    return text(
        f"{_rows(selection)} SELECT {subject} AS subject, {commune} AS commune_code,"
        f" {_IDENTITY.format(village)}, c.* FROM chosen c {join} ON p.person_id = c.person_id"
        f" ORDER BY {commune}, home_village NULLS LAST, p.full_name, subject"
        " LIMIT CAST(:limit AS bigint) OFFSET CAST(:offset AS bigint)"
    )


@cache
def _counting(selection: Selection) -> TextClause:
    subject, commune, _ = _parts(selection)
    join = "JOIN everyone p" if selection.subject == "person" else "LEFT JOIN person p"
    amount = "coalesce(sum(c.amount), 0)::bigint" if selection.money else "0::bigint"
    return text(
        f"{_rows(selection)} SELECT {commune} AS commune, count(DISTINCT {subject}) AS subjects,"
        f" count(DISTINCT {subject}) FILTER (WHERE p.sex = 'male') AS male,"
        f" count(DISTINCT {subject}) FILTER (WHERE p.sex = 'female') AS female,"
        f" count(*) AS times, {amount} AS amount"
        f" FROM chosen c {join} ON p.person_id = c.person_id"
        f" GROUP BY GROUPING SETS ((), ({commune})) ORDER BY 1 NULLS FIRST"
    )


async def rows(
    session: AsyncSession,
    selection: Selection,
    communes: Sequence[str] | None,
    as_of: AsOf,
    *,
    village: str | None,
    limit: int | None,
    offset: int,
) -> list[dict[str, Any]]:
    """Give the rows of a selection in the order of commune, village and name."""
    values = _values(communes, as_of, village)
    found = await session.execute(_listing(selection), {**values, "limit": limit, "offset": offset})
    return [{**row, "village": row["home_village"]} for row in found.mappings()]


async def counts(
    session: AsyncSession,
    selection: Selection,
    communes: Sequence[str] | None,
    as_of: AsOf,
    *,
    village: str | None = None,
) -> dict[str | None, Count]:
    """Count a selection: under None in all, and under each commune that has any."""
    found = await session.execute(_counting(selection), _values(communes, as_of, village))
    return {row[0]: Count(*row[1:]) for row in found.all()}


def _values(communes: Sequence[str] | None, as_of: AsOf, village: str | None) -> dict[str, Any]:
    scope = None if communes is None else list(communes)
    return {**as_of.values(), "communes": scope, "village": village}
