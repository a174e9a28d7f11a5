"""Set-based upserts of the read models: one statement per kind of row, the latest version wins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.dialects import postgresql

from common.database.session import AsyncSession
from reporting.projections import tables
from reporting.tables import Base

Row = Mapping[str, Any]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

_NEWER = "{table}.version < excluded.version"


def _upsert(
    model: type[Base],
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    when: str | None = _NEWER,
    **sets: str,
) -> TextClause:
    """Write the upsert of a read model from its table class.

    Args:
        model: the table class; rows are objects that name its columns.
        only: the columns to write, by default all.
        without: columns that something else fills.
        when: condition under which a known row changes; None: it never does.
        sets: column -> expression in place of the new value.
    """
    table = model.__table__  # type: ignore[attr-defined]
    columns = [c for c in table.columns if c.name not in without and (not only or c.name in only)]
    names = [column.name for column in columns]
    keys = [column.name for column in table.primary_key.columns]
    kinds = ", ".join(f"{c.name} {c.type.compile(dialect=_DIALECT)}" for c in columns)
    latest = ", version DESC" if "version" in names else ""
    changes = ", ".join(
        f"{name} = {sets.get(name, f'excluded.{name}')}" for name in names if name not in keys
    )
    update = f"UPDATE SET {changes}"
    if when:
        update += f" WHERE {when.format(table=table.name)}"
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)})"
        f" SELECT DISTINCT ON ({', '.join(keys)}) {', '.join(names)}"
        f" FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r ({kinds})"
        f" ORDER BY {', '.join(keys)}{latest}"
        f" ON CONFLICT ({', '.join(keys)}) DO {update if when is not None else 'NOTHING'}"
    )


_ALWAYS = "true"
_FACT = ("circumstance_id", "person_id", "commune_code", "kind")
UPSERTS = {
    "area": _upsert(tables.Area),
    "person": _upsert(tables.Person),
    "fact": _upsert(tables.Fact, only=(*_FACT, "fact", "valid_from", "valid_to"), when=_ALWAYS),
    "fact_end": _upsert(
        tables.Fact,
        only=(*_FACT, "ended_on", "withdrawn"),
        when=_ALWAYS,
        ended_on="coalesce(excluded.ended_on, fact.ended_on)",
        withdrawn="fact.withdrawn OR excluded.withdrawn",
    ),
    "representation": _upsert(tables.Representation),
    "household": _upsert(tables.Household),
    "household_class": _upsert(tables.HouseholdClass),
    "dossier": _upsert(
        tables.Dossier,
        finished_on="coalesce(dossier.finished_on, excluded.finished_on)",
        supplement_asked="dossier.supplement_asked OR excluded.supplement_asked",
    ),
    "one_off": _upsert(tables.OneOff),
    "group_count": _upsert(tables.GroupCount),
    "entitlement": _upsert(tables.Entitlement),
    "payment_list": _upsert(tables.PaymentList),
    "list_line": _upsert(tables.ListLine, without=("sex", "provision"), when=None),
    "line_result": _upsert(tables.LineResult),
    "reconciliation": _upsert(tables.Reconciliation),
    "recovery": _upsert(tables.Recovery),
    "recovery_claim": _upsert(
        tables.Recovery, reason="recovery.reason", first_month="recovery.first_month"
    ),
}
"""What a row brings up to date -> its statement."""

READ_MODELS = tuple(name for name in UPSERTS if name not in {"fact_end", "recovery_claim"})

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


_FOLLOW_THE_PERSON = tuple(
    text(f"""
UPDATE {table} SET commune_code = person.commune_code FROM person
WHERE person.person_id = ANY (CAST(:person_ids AS uuid[])) AND {table}.person_id = person.person_id
  AND {table}.commune_code <> person.commune_code
""")
    for table in ("fact", "representation")
)


async def follow_people(session: AsyncSession, person_ids: Sequence[UUID]) -> None:
    """Let what is kept about these people stand in the commune where they live."""
    for statement in _FOLLOW_THE_PERSON:
        await session.execute(statement, {"person_ids": list(person_ids)})


async def note_freshness(session: AsyncSession, producer: str, event_time: datetime) -> None:
    """Remember up to which moment a producer's events are included."""
    await session.execute(_FRESHNESS, {"producer": producer, "event_time": event_time})


async def clear(session: AsyncSession) -> None:
    """Empty every read model, so that a replay of the streams builds it again."""
    for model in (*READ_MODELS, "freshness"):
        await session.execute(text(f"DELETE FROM {model}"))


_BOXES = text("""
SELECT commune_code, counted_on, sealed_counts FROM group_count
WHERE month = CAST(:month AS date)
  AND (CAST(:communes AS text[]) IS NULL OR commune_code = ANY (CAST(:communes AS text[])))
ORDER BY commune_code
""")


async def sealed_boxes(
    session: AsyncSession, communes: Sequence[str] | None, month: date
) -> list[tuple[str, date, str | None]]:
    """Give commune, day of counting and sealed box of a month's counts."""
    scope = None if communes is None else list(communes)
    rows = await session.execute(_BOXES, {"month": month, "communes": scope})
    return [(row.commune_code, row.counted_on, row.sealed_counts) for row in rows.all()]


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
