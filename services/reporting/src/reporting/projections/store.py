"""Set-based upserts of the read models: one statement per kind of row, the latest version wins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from common.database.session import AsyncSession

Row = Mapping[str, Any]

_PERSONS = text("""
INSERT INTO person (person_id, commune_code, sex, birth_date, poverty_class, death_date,
                    verification, version)
SELECT DISTINCT ON (person_id) person_id, commune_code, sex, birth_date, poverty_class, death_date,
       verification, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (person_id uuid, commune_code text, sex text,
     birth_date date, poverty_class text, death_date date, verification text, version bigint)
ORDER BY person_id, version DESC
ON CONFLICT (person_id) DO UPDATE SET
    commune_code = excluded.commune_code, sex = excluded.sex, birth_date = excluded.birth_date,
    poverty_class = excluded.poverty_class, death_date = excluded.death_date,
    verification = excluded.verification, version = excluded.version
WHERE person.version < excluded.version
""")

_ENTITLEMENTS = text("""
INSERT INTO entitlement (entitlement_id, person_id, commune_code, benefit, group_code, status,
                         status_reason, levels, origin, signed_on, version)
SELECT DISTINCT ON (entitlement_id) entitlement_id, person_id, commune_code, benefit, group_code,
       status, status_reason, levels, origin, signed_on, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (entitlement_id uuid, person_id uuid,
     commune_code text, benefit text, group_code text, status text, status_reason text,
     levels jsonb, origin text, signed_on date, version bigint)
ORDER BY entitlement_id, version DESC
ON CONFLICT (entitlement_id) DO UPDATE SET
    person_id = excluded.person_id, commune_code = excluded.commune_code,
    benefit = excluded.benefit, group_code = excluded.group_code, status = excluded.status,
    status_reason = excluded.status_reason, levels = excluded.levels, origin = excluded.origin,
    signed_on = excluded.signed_on, version = excluded.version
WHERE entitlement.version < excluded.version
""")

_LISTS = text("""
INSERT INTO payment_list (list_id, commune_code, month, content_hash, lines, total, sealed_on,
                          version)
SELECT DISTINCT ON (list_id) list_id, commune_code, month, content_hash, lines, total, sealed_on,
       version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (list_id uuid, commune_code text, month date,
     content_hash text, lines bigint, total bigint, sealed_on date, version bigint)
ORDER BY list_id, version DESC
ON CONFLICT (list_id) DO UPDATE SET
    content_hash = excluded.content_hash, lines = excluded.lines, total = excluded.total,
    sealed_on = excluded.sealed_on, version = excluded.version
WHERE payment_list.version < excluded.version
""")

_LINES = text("""
INSERT INTO list_line (line_id, list_id, commune_code, month, person_id, benefit, group_code,
                       method, partner, regular, arrears, arrears_months, carried, total)
SELECT line_id, list_id, commune_code, month, person_id, benefit, group_code, method, partner,
       regular, arrears, arrears_months, carried, total
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (line_id uuid, list_id uuid, commune_code text,
     month date, person_id uuid, benefit text, group_code text, method text, partner text,
     regular bigint, arrears bigint, arrears_months integer, carried bigint, total bigint)
ON CONFLICT (line_id) DO NOTHING
""")

_RESULTS = text("""
INSERT INTO line_result (line_id, list_id, commune_code, month, outcome, amount, reason,
                         settled_on, version)
SELECT DISTINCT ON (line_id) line_id, list_id, commune_code, month, outcome, amount, reason,
       settled_on, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (line_id uuid, list_id uuid, commune_code text,
     month date, outcome text, amount bigint, reason text, settled_on date, version bigint)
ORDER BY line_id, version DESC
ON CONFLICT (line_id) DO UPDATE SET
    outcome = excluded.outcome, amount = excluded.amount, reason = excluded.reason,
    settled_on = excluded.settled_on, version = excluded.version
WHERE line_result.version < excluded.version
""")

_RECONCILIATIONS = text("""
INSERT INTO reconciliation (list_id, partner, commune_code, month, matched_lines, matched_amount,
                            unexplained_lines, unexplained_amount, carried_lines, carried_amount,
                            reconciled_on, version)
SELECT DISTINCT ON (list_id, partner) list_id, partner, commune_code, month, matched_lines,
       matched_amount, unexplained_lines, unexplained_amount, carried_lines, carried_amount,
       reconciled_on, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (list_id uuid, partner text, commune_code text,
     month date, matched_lines bigint, matched_amount bigint, unexplained_lines bigint,
     unexplained_amount bigint, carried_lines bigint, carried_amount bigint, reconciled_on date,
     version bigint)
ORDER BY list_id, partner, version DESC
ON CONFLICT (list_id, partner) DO UPDATE SET
    matched_lines = excluded.matched_lines, matched_amount = excluded.matched_amount,
    unexplained_lines = excluded.unexplained_lines,
    unexplained_amount = excluded.unexplained_amount, carried_lines = excluded.carried_lines,
    carried_amount = excluded.carried_amount, reconciled_on = excluded.reconciled_on,
    version = excluded.version
WHERE reconciliation.version < excluded.version
""")

_RECOVERIES = text("""
INSERT INTO recovery (recovery_id, person_id, commune_code, benefit, reason, first_month, months,
                      total, version)
SELECT DISTINCT ON (recovery_id) recovery_id, person_id, commune_code, benefit, reason,
       first_month, months, total, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (recovery_id uuid, person_id uuid,
     commune_code text, benefit text, reason text, first_month date, months integer, total bigint,
     version bigint)
ORDER BY recovery_id, version DESC
ON CONFLICT (recovery_id) DO UPDATE SET
    reason = excluded.reason, first_month = excluded.first_month, months = excluded.months,
    total = excluded.total, version = excluded.version
WHERE recovery.version < excluded.version
""")

_AREAS = text("""
INSERT INTO area (commune_code, name, kind, province_name, version)
SELECT DISTINCT ON (commune_code) commune_code, name, kind, province_name, version
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (commune_code text, name text, kind text,
     province_name text, version bigint)
ORDER BY commune_code, version DESC
ON CONFLICT (commune_code) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, province_name = excluded.province_name,
    version = excluded.version
WHERE area.version < excluded.version
""")

UPSERTS = {
    "area": _AREAS,
    "person": _PERSONS,
    "entitlement": _ENTITLEMENTS,
    "payment_list": _LISTS,
    "list_line": _LINES,
    "line_result": _RESULTS,
    "reconciliation": _RECONCILIATIONS,
    "recovery": _RECOVERIES,
}
"""Read model -> its upsert."""

_COMPLETE_LINES = text("""
WITH known AS MATERIALIZED (
    SELECT l.line_id, p.sex, v.provision
    FROM list_line l
    LEFT JOIN person p ON p.person_id = l.person_id
    LEFT JOIN LATERAL (
        SELECT level.provision
        FROM entitlement e,
             jsonb_to_recordset(e.levels)
                 AS level (from_month text, to_month text, provision text)
        WHERE e.person_id = l.person_id AND e.benefit = l.benefit
          AND level.from_month <= to_char(l.month, 'YYYY-MM')
          AND coalesce(level.to_month, '9999-12') >= to_char(l.month, 'YYYY-MM')
        ORDER BY e.group_code = l.group_code DESC, e.status = 'active' DESC, e.signed_on DESC,
                 level.from_month DESC, e.entitlement_id
        LIMIT 1
    ) v ON true
    WHERE l.person_id = ANY (CAST(:person_ids AS uuid[]))
      AND (l.sex, l.provision) IS DISTINCT FROM (p.sex, v.provision)
)
UPDATE list_line SET sex = known.sex, provision = known.provision
FROM known
WHERE list_line.line_id = known.line_id
""")

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('complete_lines', 0))")

_FRESHNESS = text("""
INSERT INTO freshness (producer, event_time) VALUES (:producer, :event_time)
ON CONFLICT (producer) DO UPDATE
SET event_time = greatest(freshness.event_time, excluded.event_time)
""")


async def upsert(session: AsyncSession, model: str, rows: Sequence[Row]) -> None:
    """Bring a read model up to date with rows that name their columns."""
    if rows:
        payload = json.dumps(list(rows), ensure_ascii=False)
        await session.execute(UPSERTS[model], {"rows": payload})


async def complete_lines(session: AsyncSession, person_ids: Sequence[UUID]) -> None:
    """Write sex and provision onto the list lines of these people, whatever came first.

    The producers' consumers work at the same time: without taking turns until the commit, the one
    that brings a line and the one that brings its person would each miss what the other adds.
    """
    if person_ids:
        await session.execute(_ONE_AT_A_TIME)
        await session.execute(_COMPLETE_LINES, {"person_ids": list(person_ids)})


async def note_freshness(session: AsyncSession, producer: str, event_time: datetime) -> None:
    """Remember up to which moment a producer's events are included."""
    await session.execute(_FRESHNESS, {"producer": producer, "event_time": event_time})


async def clear(session: AsyncSession) -> None:
    """Empty every read model, so that a replay of the streams builds it again."""
    for table in (*UPSERTS, "freshness"):
        await session.execute(text(f"DELETE FROM {table}"))


LISTS_NOT_AS_ANNOUNCED = text("""
SELECT p.list_id::text
FROM payment_list p LEFT JOIN list_line l USING (list_id)
GROUP BY p.list_id
HAVING count(l.line_id) <> p.lines OR coalesce(sum(l.total), 0) <> p.total
ORDER BY 1
""")

RESULTS_WITHOUT_LINE = text("""
SELECT r.line_id::text FROM line_result r
WHERE NOT EXISTS (SELECT FROM list_line l WHERE l.line_id = r.line_id) ORDER BY 1
""")

RESULTS_OF_OTHER_AMOUNTS = text("""
SELECT r.line_id::text FROM line_result r JOIN list_line l USING (line_id)
WHERE r.outcome = 'paid' AND r.amount <> l.total ORDER BY 1
""")


async def ids(session: AsyncSession, statement: TextClause) -> list[str]:
    """Give the ids that a statement above finds."""
    return list((await session.execute(statement)).scalars().all())
