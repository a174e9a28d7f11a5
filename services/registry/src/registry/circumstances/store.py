"""Every SQL statement about circumstances: added and superseded, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.circumstances.domain import Circumstance, Fact, Paper
from registry.staging import move_rows, stage, stage_frame

_FACT = {
    "person_id": "uuid",
    "kind": "text",
    "degree": "text",
    "certificate_number": "text",
    "certificate_date": "date",
    "monthly_amount": "bigint",
    "valid_from": "date",
    "valid_to": "date",
    "child_key": "text",
}
_ROW = {"circumstance_id": "uuid", "commune_code": "text", "supersedes": "uuid", "reason": "text"}
_JSON = {"content": "text", "paper": "text"}
_WRITTEN = ("recorded_at", "recorded_by", "superseded_at")
_READ = ", ".join([*_ROW, *_FACT, *(f"{name}::text AS {name}" for name in _JSON), *_WRITTEN])


_PLAIN = ", ".join([*_ROW, *_FACT])
_FROM_STAGED = (
    f"INSERT INTO circumstance ({_PLAIN}, content, paper, recorded_at, recorded_by)"
    f" SELECT {_PLAIN}, content::jsonb, paper::jsonb, recorded_at, recorded_by"
    " FROM pg_temp.staged_circumstance"
)


async def current(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Circumstance]]:
    """Read the facts of people that are not superseded."""
    found = await session.execute(
        text(
            f"SELECT {_READ} FROM circumstance"
            " WHERE person_id = ANY (:ids) AND superseded_at IS NULL"
            " ORDER BY person_id, kind, child_key, valid_from NULLS FIRST"
        ),
        {"ids": list(ids)},
    )
    rows: dict[UUID, list[Circumstance]] = {}
    for row in found.mappings():
        rows.setdefault(row["person_id"], []).append(_circumstance(row))
    return rows


async def history(session: AsyncSession, person_id: UUID) -> list[Circumstance]:
    """Read every row ever written about a person, superseded ones too."""
    found = await session.execute(
        text(
            f"SELECT {_READ} FROM circumstance WHERE person_id = :person"
            " ORDER BY kind, child_key, recorded_at, valid_from NULLS FIRST, circumstance_id"
        ),
        {"person": person_id},
    )
    return [_circumstance(row) for row in found.mappings()]


async def by_id(
    session: AsyncSession, person_id: UUID, circumstance_id: UUID
) -> Circumstance | None:
    """Read one row of a person."""
    found = await session.execute(
        text(
            f"SELECT {_READ} FROM circumstance WHERE circumstance_id = :id AND person_id = :person"
        ),
        {"id": circumstance_id, "person": person_id},
    )
    row = found.mappings().one_or_none()
    return None if row is None else _circumstance(row)


async def supersede(
    session: AsyncSession,
    ids: Iterable[UUID],
    now: datetime,
    *,
    by: str,
    reason: str | None = None,
) -> int:
    """Mark facts as superseded; gives how many were not yet."""
    done = await session.execute(
        text(
            "UPDATE circumstance SET superseded_at = :now, superseded_by = :by,"
            " superseded_reason = :reason"
            " WHERE circumstance_id = ANY (:ids) AND superseded_at IS NULL"
            " RETURNING circumstance_id"
        ),
        {"ids": list(ids), "now": now, "by": by, "reason": reason},
    )
    return len(done.all())


async def insert(session: AsyncSession, rows: Sequence[Circumstance]) -> None:
    """Add facts, set by set."""
    columns = _ROW | _FACT | _JSON | {"recorded_at": "timestamptz", "recorded_by": "text"}
    await stage(session, "staged_circumstance", columns, (_record(row) for row in rows))
    await session.execute(text(_FROM_STAGED))


async def insert_alike(session: AsyncSession, like: Circumstance, rows: pl.DataFrame) -> None:
    """Add one fact about each of many people, as whole columns.

    Args:
        session: the transaction.
        like: what every row has in the columns that `rows` lacks.
        rows: circumstance_id, person_id, and what else differs from row to row.
    """
    columns = _ROW | _FACT | _JSON | {"recorded_at": "timestamptz", "recorded_by": "text"}
    same = dict(zip(columns, _record(like), strict=True))
    alike = rows.with_columns(
        pl.lit(value if isinstance(value, int) else str(value)).alias(name)
        for name, value in same.items()
        if name not in rows.columns and value is not None
    )
    await stage_frame(session, "staged_circumstance", columns, alike)
    await session.execute(text(_FROM_STAGED))


async def move(session: AsyncSession, communes: Mapping[UUID, str]) -> None:
    """Let the facts of people who moved be seen by the officers of their new commune."""
    await move_rows(session, "circumstance", communes)


def _record(row: Circumstance) -> tuple[Any, ...]:
    fact = row.fact
    return (
        row.circumstance_id,
        row.commune_code,
        row.supersedes,
        row.reason,
        *(getattr(fact, name) for name in _FACT),
        json.dumps(dict(fact.content), ensure_ascii=False) if fact.content else "{}",
        None if fact.paper is None else json.dumps(_paper_json(fact.paper), ensure_ascii=False),
        row.recorded_at,
        row.recorded_by,
    )


def _paper_json(paper: Paper) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(paper).items()
        if value is not None
    }


def _circumstance(row: RowMapping) -> Circumstance:
    paper = json.loads(row["paper"]) if row["paper"] else None
    if paper and "issued_on" in paper:
        paper["issued_on"] = date.fromisoformat(paper["issued_on"])
    return Circumstance(
        row["circumstance_id"],
        row["commune_code"],
        Fact(
            **{name: row[name] for name in _FACT},
            content=json.loads(row["content"]),
            paper=Paper(**paper) if paper else None,
        ),
        row["supersedes"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        superseded_at=row["superseded_at"],
        reason=row["reason"],
    )
