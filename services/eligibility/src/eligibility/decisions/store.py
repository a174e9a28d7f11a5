"""Every SQL statement of `decisions`."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from pydantic_core import to_json
from sqlalchemy import text

from common.contracts.eligibility import OneOffGranted
from common.database.ids import new_id
from common.database.session import AsyncSession, raw
from common.kernel.months import Month
from eligibility.decisions.domain import Decision, Drafting

LINES: dict[str, type[pl.DataType]] = {
    "entitlement_id": pl.String,
    "entitlement_version": pl.Int64,
    "person_id": pl.String,
    "benefit": pl.String,
    "outcome": pl.String,
    "from_month": pl.String,
    "listed_amount": pl.Int64,
    "listed_coefficient": pl.Int32,
    "law_coefficient": pl.Int32,
    "law_amount": pl.Int64,
    "owed": pl.Int64,
    "old_levels": pl.String,
    "levels": pl.String,
    "reasons": pl.String,
    "facts": pl.String,
}
"""Columns of lines in and out. `from_month` is the first day as text; `levels` is a JSON list of
{from_month, to_month, amount, coefficient (hundredths), provision} with first days, `old_levels`
the same before the decision where a draft shows them; `reasons` a list of {from_month,
explanation}; `facts` an object."""

_TYPES = {"entitlement_id": "uuid", "person_id": "uuid", "from_month": "date"} | dict.fromkeys(
    ("old_levels", "levels", "reasons", "facts"), "jsonb"
)


async def insert(session: AsyncSession, drafting: Drafting, now: datetime) -> UUID:
    """Add an empty draft."""
    decision_id = new_id()
    await session.execute(
        text("""
            INSERT INTO decision (decision_id, kind, commune_code, number, status, pay_month,
                dossier_code, line_count, totals, drafted_by, drafted_at, version)
            VALUES (:id, :kind, :commune, :number, 'draft', :pay_month, :dossier, 0, '{}', :by,
                :now, 1)
        """),
        {
            "id": decision_id,
            "kind": drafting.kind,
            "commune": drafting.commune_code,
            "number": drafting.number,
            "pay_month": None if drafting.pay_month is None else drafting.pay_month.first_day,
            "dossier": drafting.dossier_code,
            "by": drafting.drafted_by,
            "now": now,
        },
    )
    return decision_id


async def find(session: AsyncSession, decision_id: UUID, *, lock: bool = False) -> Decision | None:
    """Read a decision, locked for a change when asked."""
    statement = "SELECT * FROM decision WHERE decision_id = :id" + (" FOR UPDATE" if lock else "")
    row = (await session.execute(text(statement), {"id": decision_id})).one_or_none()
    return None if row is None else _decision(row)


async def find_by_number(session: AsyncSession, commune_code: str, number: str) -> Decision | None:
    """Read a commune's decision by its number, locked."""
    statement = text(
        "SELECT * FROM decision WHERE commune_code = :commune AND number = :number FOR UPDATE"
    )
    row = (
        await session.execute(statement, {"commune": commune_code, "number": number})
    ).one_or_none()
    return None if row is None else _decision(row)


async def page(
    session: AsyncSession,
    filters: Mapping[str, str | None],
    after: Sequence[Any] | None,
    limit: int,
) -> list[Decision]:
    """Read decisions by commune, kind and status, newest first."""
    given = {name: value for name, value in filters.items() if value is not None}
    clauses = [f"{name} = :{name}" for name in given]
    values: dict[str, Any] = {**given, "limit": limit}
    if after is not None:
        clauses.append("decision_id < :after")
        values["after"] = UUID(str(after[-1]))
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"SELECT * FROM decision {where} ORDER BY decision_id DESC LIMIT :limit")
    return [_decision(row) for row in await session.execute(statement, values)]


async def replace_content(
    session: AsyncSession,
    decision: Decision,
    lines: pl.DataFrame,
    explanations: Mapping[str, Mapping[str, Any]],
    totals: Mapping[str, Any],
) -> None:
    """Put lines, explanations and totals of a draft in the place of what it had."""
    values = {"id": decision.decision_id, "commune": decision.commune_code}
    await session.execute(text("DELETE FROM decision_line WHERE decision_id = :id"), values)
    await session.execute(text("DELETE FROM decision_explanation WHERE decision_id = :id"), values)
    await session.execute(
        text("""
            INSERT INTO decision_explanation (decision_id, key, commune_code, body)
            SELECT :id, key, :commune, value FROM jsonb_each(cast(:bodies AS jsonb))
        """),
        {**values, "bodies": to_json(dict(explanations)).decode()},
    )
    await _copy_lines(session, lines)
    columns = ", ".join(LINES)
    typed = ", ".join(f"cast({name} AS {_TYPES.get(name, 'text')})" if name in _TYPES else name
                      for name in LINES)  # fmt: skip
    await session.execute(
        text(f"""
            INSERT INTO decision_line (line_id, decision_id, commune_code, {columns})
            SELECT line_id, :id, :commune, {typed} FROM line_in
        """),
        values,
    )
    await session.execute(
        text("""
            UPDATE decision SET line_count = :count, totals = cast(:totals AS jsonb)
            WHERE decision_id = :id
        """),
        {**values, "count": lines.height, "totals": to_json(dict(totals)).decode()},
    )


async def _copy_lines(session: AsyncSession, lines: pl.DataFrame) -> None:
    connection = await raw(session)
    columns = ", ".join(
        f"{name} {'text' if kind == pl.String else 'bigint'}" for name, kind in LINES.items()
    )
    await connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS line_in (line_id uuid, {columns}) ON COMMIT DROP"
    )
    await connection.execute("TRUNCATE line_in")
    records = [(new_id(), *row) for row in lines.select(*LINES).iter_rows()]
    await connection.copy_records_to_table("line_in", records=records, columns=["line_id", *LINES])


async def count_up(session: AsyncSession, decision_id: UUID, *, drafted_by: str) -> None:
    """Give a draft that was computed again its next version; who computed it is its drafter."""
    await session.execute(
        text("""
            UPDATE decision SET version = version + 1, drafted_by = :by WHERE decision_id = :id
        """),
        {"id": decision_id, "by": drafted_by},
    )


async def sign(
    session: AsyncSession, decision_id: UUID, *, signer: str, signed_on: date, now: datetime
) -> None:
    """Mark a draft as signed; nothing of it can be changed afterwards."""
    await session.execute(
        text("""
            UPDATE decision SET status = 'signed', signed_by = :signer, signed_on = :signed_on,
                signed_at = :now, version = version + 1
            WHERE decision_id = :id
        """),
        {"id": decision_id, "signer": signer, "signed_on": signed_on, "now": now},
    )


async def read_lines(session: AsyncSession, decision_id: UUID) -> pl.DataFrame:
    """Read all lines of a decision in the shape of `LINES`."""
    target = io.BytesIO()
    connection = await raw(session)
    columns = ", ".join(LINES)
    await connection.copy_from_query(
        f"SELECT {columns} FROM decision_line WHERE decision_id = $1 ORDER BY line_id",
        decision_id,
        output=target,
        format="csv",
        header=True,
    )
    target.seek(0)
    return pl.read_csv(target, schema=LINES)


async def page_lines(
    session: AsyncSession,
    decision_id: UUID,
    outcome: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> list[Any]:
    """Read a page of lines, in the order in which they were drafted."""
    clauses, values = ["decision_id = :id"], {"id": decision_id, "limit": limit}
    if outcome is not None:
        clauses.append("outcome = :outcome")
        values["outcome"] = outcome
    if after is not None:
        clauses.append("line_id > :after")
        values["after"] = UUID(str(after[-1]))
    statement = text(
        f"SELECT * FROM decision_line WHERE {' AND '.join(clauses)} ORDER BY line_id LIMIT :limit"
    )
    return list(await session.execute(statement, values))


async def insert_one_offs(
    session: AsyncSession, grants: Sequence[OneOffGranted], now: datetime
) -> int:
    """Write grants down; gives how many were not there for the same person and event."""
    done = await session.execute(
        text("""
            INSERT INTO one_off_grant (one_off_id, decision_id, commune_code, person_id, benefit,
                provision, event_on, amount, payee, granted_at)
            SELECT one_off_id, decision_id, commune_code, person_id, benefit, provision, event_on,
                amount, payee, :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                one_off_id uuid, decision_id uuid, commune_code text, person_id uuid, benefit text,
                provision text, event_on date, amount bigint, payee jsonb
            ) ON CONFLICT DO NOTHING
        """),
        {"rows": to_json([grant.model_dump(mode="json") for grant in grants]).decode(), "now": now},
    )
    return int(getattr(done, "rowcount", 0))


async def granted_amount(session: AsyncSession, person_id: UUID, benefit: str) -> int:
    """Read what was granted to, or for, a person once, đồng."""
    statement = text("""
        SELECT coalesce(sum(amount), 0) FROM one_off_grant
        WHERE person_id = :person AND benefit = :benefit
    """)
    return int(await session.scalar(statement, {"person": person_id, "benefit": benefit}) or 0)


async def explanations(session: AsyncSession, decision_id: UUID) -> Mapping[str, Any]:
    """Read the explanations that a decision's lines share, by key."""
    statement = text("SELECT key, body FROM decision_explanation WHERE decision_id = :id")
    rows = await session.execute(statement, {"id": decision_id})
    return {row.key: row.body for row in rows}


def _decision(row: Any) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        kind=row.kind,
        commune_code=row.commune_code,
        number=row.number,
        status=row.status,
        pay_month=None if row.pay_month is None else Month.of(row.pay_month),
        dossier_code=row.dossier_code,
        line_count=row.line_count,
        totals=row.totals,
        drafted_by=row.drafted_by,
        signed_by=row.signed_by,
        signed_on=row.signed_on,
        version=row.version,
    )
