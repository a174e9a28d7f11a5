"""Sweeps: read what people receive in slices, keep what was found."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json
from sqlalchemy import text

from common.database.rows import whole_province
from common.database.session import AsyncSession, raw

RECEIPTS: dict[str, type[pl.DataType]] = {
    "entitlement_id": pl.String,
    "person_id": pl.String,
    "benefit": pl.String,
    "status": pl.String,
    "status_reason": pl.String,
    "entitlement_commune": pl.String,
    "stated_category": pl.String,
    "group_code": pl.String,
    "listed_amount": pl.Int64,
    "listed_coefficient": pl.Int64,
    "paid_from": pl.Date,
    "levels": pl.String,
}
"""What somebody receives; `levels` is JSON of first and last months (first days) and amounts."""

_RECEIPTS = """
    SELECT e.entitlement_id, e.person_id, e.benefit, e.status, e.status_reason, e.commune_code,
        e.stated_category, e.group_code, e.listed_amount, e.listed_coefficient, e.paid_from,
        r.levels
    FROM entitlement e
    JOIN receipt_fact r ON r.entitlement_id = e.entitlement_id AND r.superseded_at IS NULL
    WHERE e.status <> 'stopped' AND {people}
"""
_RANGE = """
    e.person_id BETWEEN $1::uuid AND $2::uuid AND r.person_id BETWEEN $1::uuid AND $2::uuid
"""
_NAMED = "e.person_id = ANY($1::uuid[]) AND r.person_id = ANY($1::uuid[])"


async def read_receipts(
    session: AsyncSession, people: tuple[str, str] | Sequence[UUID]
) -> pl.DataFrame:
    """Read what people receive: of a range of ids, or of those named."""
    target = io.BytesIO()
    connection = await raw(session)
    ranged = isinstance(people, tuple)
    arguments: list[Any] = [UUID(str(item)) for item in people] if ranged else [list(people)]
    query = _RECEIPTS.format(people=_RANGE if ranged else _NAMED)
    async with whole_province(session):
        # Seen through the policy, both tables look small to the planner: it would join row by row.
        await connection.execute("SELECT set_config('enable_nestloop', 'off', true)")
        await connection.copy_from_query(query, *arguments, output=target, format="csv")
        await connection.execute("SELECT set_config('enable_nestloop', 'on', true)")
    target.seek(0)
    return _frame(target, RECEIPTS)


_PAPERS = """
    SELECT f.person_id, 'certificate', f.valid_to FROM circumstance_fact f
    WHERE f.superseded_at IS NULL AND f.kind = 'disability' AND f.valid_to <= $1
        AND NOT EXISTS (
            SELECT FROM circumstance_fact n
            WHERE n.person_id = f.person_id AND n.superseded_at IS NULL AND n.kind = f.kind
                AND (n.valid_to IS NULL OR n.valid_to > f.valid_to)
        )
    UNION ALL
    SELECT f.person_id, 'representation', f.valid_to FROM representation_fact f
    WHERE f.superseded_at IS NULL AND f.valid_to <= $1 AND f.may_receive_money
        AND NOT EXISTS (
            SELECT FROM representation_fact n
            WHERE n.person_id = f.person_id AND n.superseded_at IS NULL
                AND (n.valid_to IS NULL OR n.valid_to > f.valid_to)
        )
"""


async def read_papers(session: AsyncSession, until: date) -> pl.DataFrame:
    """Read papers that end by a day without one that follows them."""
    target = io.BytesIO()
    connection = await raw(session)
    async with whole_province(session):
        await connection.copy_from_query(_PAPERS, until, output=target, format="csv")
    target.seek(0)
    return _frame(target, {"person_id": pl.String, "paper": pl.String, "ends_on": pl.Date})


async def read_merged(session: AsyncSession) -> pl.DataFrame:
    """Read which records stand for the human of another record."""
    statement = text("""
        SELECT person_id, merged_into FROM person_fact
        WHERE superseded_at IS NULL AND merged_into IS NOT NULL
    """)
    async with whole_province(session):
        rows = [(str(row[0]), str(row[1])) for row in await session.execute(statement)]
    return pl.DataFrame(rows, schema={"person_id": pl.String, "root": pl.String}, orient="row")


def _frame(source: io.BytesIO, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    if not source.getbuffer().nbytes:
        return pl.DataFrame(schema=dict(schema))
    return pl.read_csv(source, schema=dict(schema), has_header=False)


_MADE = """
    CREATE TEMP TABLE IF NOT EXISTS proposal_in (
        person_id uuid, commune_code text, village text, benefit text, kind text, month date,
        entitlement_id uuid, reasons text, event_on date, missing_code text, current_amount bigint,
        law_amount bigint, law_coefficient bigint, law_provision text, explanation text,
        facts text, fingerprint text
    ) ON COMMIT DROP
"""

_SUPERSEDE = """
    UPDATE review_proposal p SET status = 'superseded', closed_at = $1
    WHERE p.closed_at IS NULL AND p.status <> 'drafted' AND p.month <= $2
        AND p.person_id BETWEEN $3 AND $4
        AND ($5::text[] IS NULL OR p.person_id IN (
            SELECT s.person_id FROM fact_sheet s WHERE s.commune_code = ANY($5::text[])
        ))
        AND NOT EXISTS (
            SELECT FROM proposal_in i WHERE i.person_id = p.person_id AND i.benefit = p.benefit
                AND i.kind = p.kind AND i.fingerprint = p.fingerprint AND p.month <= i.month
        )
"""

_INSERT = """
    INSERT INTO review_proposal (proposal_id, sweep_id, person_id, commune_code, village, benefit,
        kind, month, entitlement_id, status, reasons, event_on, missing_code, current_amount,
        law_amount, law_coefficient, law_provision, explanation, facts, fingerprint, found_at)
    SELECT uuidv7(), $1, i.person_id, i.commune_code, nullif(i.village, ''), i.benefit, i.kind,
        i.month, i.entitlement_id, 'open', string_to_array(i.reasons, ','), i.event_on,
        i.missing_code, i.current_amount, i.law_amount, i.law_coefficient, i.law_provision,
        i.explanation, i.facts::jsonb, i.fingerprint, $2
    FROM proposal_in i
    WHERE NOT EXISTS (
        SELECT FROM review_proposal p
        WHERE p.closed_at IS NULL AND p.person_id = i.person_id AND p.benefit = i.benefit
            AND p.kind = i.kind AND p.fingerprint = i.fingerprint AND p.month <= i.month
    )
    ORDER BY i.commune_code, i.person_id, i.benefit, i.month
    ON CONFLICT (person_id, benefit, kind, month) WHERE closed_at IS NULL DO NOTHING
"""


async def put_explanations(session: AsyncSession, bodies: Mapping[str, Any]) -> None:
    """Keep the explanations that proposals share; each is stored once."""
    await session.execute(
        text("""
            INSERT INTO review_explanation (key, body)
            SELECT key, value FROM jsonb_each(cast(:bodies AS jsonb))
            ON CONFLICT (key) DO NOTHING
        """),
        {"bodies": to_json(dict(bodies)).decode()},
    )


async def replace_found(
    session: AsyncSession,
    rows: pl.DataFrame,
    people: tuple[str, str],
    *,
    communes: Sequence[str] | None,
    until: date,
    sweep: tuple[UUID, datetime],
) -> tuple[int, int]:
    """Put what was found of a range of people in the place of what was found before.

    What is the same stays, with its status; the rest of the range is superseded.

    Returns:
        How many proposals are new, and how many were superseded.
    """
    connection = await raw(session)
    source = io.BytesIO()
    rows.write_csv(source, include_header=False)
    source.seek(0)
    sweep_id, now = sweep
    first, last = (UUID(item) for item in people)
    async with whole_province(session):
        await connection.execute(_MADE)
        await connection.execute("TRUNCATE proposal_in")
        await connection.copy_to_table(
            "proposal_in", source=source, columns=rows.columns, format="csv"
        )
        await connection.execute("ANALYZE proposal_in")
        gone = await connection.execute(
            _SUPERSEDE, now, until, first, last, None if communes is None else list(communes)
        )
        made = await connection.execute(_INSERT, sweep_id, now)
    return _count(made), _count(gone)


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[-1])


async def sweep_started(session: AsyncSession, month: str) -> bool:
    """Tell whether the province's sweep of a month was ever started."""
    statement = text("""
        SELECT EXISTS (
            SELECT FROM operation WHERE kind = 'sweep' AND params ->> 'month' = :month
                AND commune_code IS NULL AND state <> 'cancelled' AND state <> 'failed'
        )
    """)
    return bool(await session.scalar(statement, {"month": month}))


async def lock_sweeps(session: AsyncSession) -> None:
    """Let slices of two sweeps be written one after the other."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('sweep', 0))"))


async def page_found(
    session: AsyncSession, filters: Mapping[str, Any], after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Read a page of proposals; `missed` True: only what nobody receives."""
    clauses = ["true"]
    values: dict[str, Any] = {"limit": limit}
    for name, value in filters.items():
        if value is None:
            continue
        if name == "missed":
            clauses.append("entitlement_id IS NULL AND kind IN ('open', 'paper_needed')")
            continue
        clauses.append(f"p.{name} = :{name}")
        values[name] = value
    if after is not None:
        clauses.append("p.proposal_id > :after")
        values["after"] = after
    statement = text(f"""
        SELECT p.* FROM review_proposal p WHERE {" AND ".join(clauses)}
        ORDER BY p.proposal_id LIMIT :limit
    """)
    return [dict(row) for row in (await session.execute(statement, values)).mappings()]


async def found(
    session: AsyncSession, proposal_ids: Sequence[UUID], *, lock: bool = False
) -> list[dict[str, Any]]:
    """Read proposals by id."""
    statement = text(f"""
        SELECT p.*, x.body FROM review_proposal p
        JOIN review_explanation x ON x.key = p.explanation
        WHERE p.proposal_id = ANY(:ids) ORDER BY p.proposal_id
        {"FOR UPDATE OF p" if lock else ""}
    """)
    rows = await session.execute(statement, {"ids": list(proposal_ids)})
    return [dict(row) for row in rows.mappings()]


async def explanations(session: AsyncSession, keys: Sequence[str]) -> Mapping[str, Any]:
    """Read explanations by key."""
    statement = text("SELECT key, body FROM review_explanation WHERE key = ANY(:keys)")
    rows = await session.execute(statement, {"keys": list(keys)})
    return {row.key: row.body for row in rows}


async def set_aside(session: AsyncSession, proposal_id: UUID, *, actor: str, reason: str) -> None:
    """Put a proposal aside; the same finding does not come back."""
    statement = text("""
        UPDATE review_proposal SET status = 'set_aside', set_aside_by = :actor,
            set_aside_reason = :reason
        WHERE proposal_id = :id
    """)
    await session.execute(statement, {"id": proposal_id, "actor": actor, "reason": reason})


async def mark_drafted(
    session: AsyncSession, proposal_ids: Sequence[UUID], decision_id: UUID
) -> None:
    """Note the draft that answers proposals."""
    statement = text("""
        UPDATE review_proposal SET status = 'drafted', decision_id = :decision
        WHERE proposal_id = ANY(:ids)
    """)
    await session.execute(statement, {"ids": list(proposal_ids), "decision": decision_id})


async def close_signed(session: AsyncSession, decision_id: UUID, now: datetime) -> None:
    """Close the proposals that a signed decision answers."""
    statement = text("""
        UPDATE review_proposal SET status = 'signed', closed_at = :now
        WHERE decision_id = :decision AND closed_at IS NULL
    """)
    async with whole_province(session):
        await session.execute(statement, {"decision": decision_id, "now": now})
