"""Every SQL statement about what became of rows: results, findings, slices that are done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.lists.domain.findings import Finding
from registry.lists.domain.imports import Import
from registry.staging import copy_frame, stage, stage_frame


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row."""

    row_number: int
    outcome: str
    findings: Sequence[Finding]
    person_id: UUID | None = None
    benefit: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of an import are asked for."""

    outcome: str | None = None
    code: str | None = None
    has_findings: bool | None = None


def _json(value: Any) -> Any:
    # The driver hands JSON of untyped statements over as text.
    return json.loads(value) if isinstance(value, str) else value


async def applied_slices(session: AsyncSession, import_id: UUID) -> dict[int, int]:
    """Read which slices earlier runs took in, and how many rows each has."""
    found = await session.execute(
        text("SELECT number, row_count FROM intake_slice WHERE import_id = :id"), {"id": import_id}
    )
    return {row.number: row.row_count for row in found}


async def tell_frame(session: AsyncSession, events: pl.DataFrame) -> None:
    """Write events that are encoded already to the outbox, in their order."""
    await session.flush()
    await copy_frame(session, "outbox", events)
    session.info["outbox_written"] = True


async def insert_taken(session: AsyncSession, made: Import, rows: pl.DataFrame) -> None:
    """Add the results of plain rows that were taken in as whole columns.

    Args:
        session: the transaction.
        made: the import.
        rows: row_number, outcome, person_id, benefit and digest (hexadecimal).
    """
    columns = {
        "row_number": "integer",
        "outcome": "text",
        "person_id": "uuid",
        "benefit": "text",
        "digest": "bytea",
    }
    await stage_frame(session, "taken_row", columns, rows)
    await session.execute(
        text(
            "INSERT INTO intake_row"
            " (import_id, row_number, commune_code, outcome, person_id, benefit, digest)"
            " SELECT cast(:id AS uuid), row_number, :commune, outcome, person_id, benefit, digest"
            " FROM pg_temp.taken_row"
        ),
        {"id": made.import_id, "commune": made.commune_code},
    )


async def insert_slice(
    session: AsyncSession,
    made: Import,
    number: int,
    rows: Sequence[RowResult],
    *,
    created: int = 0,
    now: datetime,
) -> None:
    """Add the results of a slice, and that it is done; `created` rows of it are written already."""
    await session.execute(
        text(
            "INSERT INTO intake_slice (import_id, number, commune_code, row_count, applied_at)"
            " VALUES (:id, :number, :commune, :count, :now)"
        ),
        {
            "id": made.import_id,
            "number": number,
            "commune": made.commune_code,
            "count": len(rows) + created,
            "now": now,
        },
    )
    await stage(
        session,
        "staged_row",
        {
            "row_number": "integer",
            "outcome": "text",
            "person_id": "uuid",
            "benefit": "text",
            "digest": "bytea",
        },
        ((row.row_number, row.outcome, row.person_id, row.benefit, row.digest) for row in rows),
    )
    await session.execute(
        text(
            "INSERT INTO intake_row"
            " (import_id, row_number, commune_code, outcome, person_id, benefit, digest)"
            " SELECT cast(:id AS uuid), row_number, :commune, outcome, person_id, benefit, digest"
            " FROM pg_temp.staged_row"
        ),
        {"id": made.import_id, "commune": made.commune_code},
    )
    await insert_findings(
        session, made, [(row.row_number, finding) for row in rows for finding in row.findings]
    )


async def insert_findings(
    session: AsyncSession, made: Import, findings: Sequence[tuple[int, Finding]]
) -> None:
    """Add findings to rows; row 0 is the file itself."""
    if not findings:
        return
    await stage(
        session,
        "staged_finding",
        {
            "row_number": "integer",
            "code": "text",
            "severity": "text",
            "column_name": "text",
            "value_masked": "text",
            "message": "text",
        },
        (
            (number, f.code, f.severity, f.column, f.value_masked, f.message)
            for number, f in findings
        ),
    )
    await session.execute(
        text(
            "INSERT INTO intake_finding (import_id, row_number, code, commune_code, severity,"
            " column_name, value_masked, message)"
            " SELECT cast(:id AS uuid), row_number, code, :commune, severity, column_name, value_masked, message"
            " FROM pg_temp.staged_finding ON CONFLICT DO NOTHING"
        ),
        {"id": made.import_id, "commune": made.commune_code},
    )


async def last_digests(
    session: AsyncSession, person_ids: Sequence[UUID]
) -> dict[tuple[UUID, str], bytes]:
    """Read what was taken in last for each person and benefit, as a keyed digest."""
    found = await session.execute(
        text(
            "SELECT DISTINCT ON (person_id, benefit) person_id, benefit, digest FROM intake_row"
            " WHERE person_id = ANY (:ids) AND benefit IS NOT NULL AND digest IS NOT NULL"
            " ORDER BY person_id, benefit, import_id DESC, row_number DESC"
        ),
        {"ids": list(person_ids)},
    )
    return {(row["person_id"], row["benefit"]): bytes(row["digest"]) for row in found.mappings()}


async def note_deceased(
    session: AsyncSession, person_ids: Sequence[UUID], finding: Finding
) -> None:
    """Add the finding to every row of a list on which the people stand."""
    await session.execute(
        text(
            "INSERT INTO intake_finding (import_id, row_number, code, commune_code, severity,"
            " message) SELECT r.import_id, r.row_number, :code, r.commune_code, :severity, :message"
            " FROM intake_row r JOIN intake_import i USING (import_id)"
            " WHERE r.person_id = ANY (:ids) AND i.kind = 'beneficiary_list'"
            " ON CONFLICT DO NOTHING"
        ),
        {
            "ids": list(person_ids),
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
        },
    )


async def counts(session: AsyncSession, import_id: UUID) -> tuple[dict[str, int], dict[str, int]]:
    """Count the rows of an import by outcome, and its findings by code."""
    outcomes = await session.execute(
        text("SELECT outcome, count(*) FROM intake_row WHERE import_id = :id GROUP BY 1"),
        {"id": import_id},
    )
    findings = await session.execute(
        text(
            "SELECT code, count(*) FROM intake_finding WHERE import_id = :id GROUP BY 1 ORDER BY 1"
        ),
        {"id": import_id},
    )
    return (
        {row[0]: int(row[1]) for row in outcomes},
        {row[0]: int(row[1]) for row in findings},
    )


async def file_findings(session: AsyncSession, import_id: UUID) -> list[Mapping[str, Any]]:
    """Read the findings about the file as a whole."""
    found = await session.execute(
        text(
            "SELECT code, severity, column_name, value_masked, message FROM intake_finding"
            " WHERE import_id = :id AND row_number = 0 ORDER BY code"
        ),
        {"id": import_id},
    )
    return [dict(row) for row in found.mappings()]


async def rows(
    session: AsyncSession, import_id: UUID, wanted: RowFilter, *, after: int, limit: int
) -> list[Mapping[str, Any]]:
    """Read a page of rows with their findings, in the order of the file."""
    conditions = ["r.import_id = :id", "r.row_number > :after"]
    values: dict[str, Any] = {"id": import_id, "after": after, "limit": limit}
    if wanted.outcome is not None:
        conditions.append("r.outcome = :outcome")
        values["outcome"] = wanted.outcome
    some = (
        "SELECT FROM intake_finding w WHERE w.import_id = r.import_id"
        " AND w.row_number = r.row_number"
    )
    if wanted.code is not None:
        conditions.append(f"EXISTS ({some} AND w.code = :code)")
        values["code"] = wanted.code
    if wanted.has_findings is not None:
        conditions.append(f"{'' if wanted.has_findings else 'NOT '}EXISTS ({some})")
    found = await session.execute(
        text(
            "SELECT r.row_number, r.outcome, r.person_id, coalesce((SELECT jsonb_agg("
            "jsonb_build_object('code', f.code, 'severity', f.severity, 'column', f.column_name,"
            " 'value_masked', f.value_masked, 'message', f.message) ORDER BY f.code)"
            " FROM intake_finding f WHERE f.import_id = r.import_id"
            " AND f.row_number = r.row_number), '[]') AS findings"
            f" FROM intake_row r WHERE {' AND '.join(conditions)}"
            " ORDER BY r.row_number LIMIT :limit"
        ),
        values,
    )
    return [{**row, "findings": _json(row["findings"])} for row in found.mappings()]


async def outcomes(session: AsyncSession, import_id: UUID) -> dict[int, str]:
    """Read what became of each row of a small import."""
    found = await session.execute(
        text("SELECT row_number, outcome FROM intake_row WHERE import_id = :id"),
        {"id": import_id},
    )
    return {int(row[0]): str(row[1]) for row in found}


async def remarks(session: AsyncSession, import_id: UUID) -> list[Mapping[str, Any]]:
    """Read the errors and warnings of all rows, in the order of the file, errors first."""
    found = await session.execute(
        text(
            "SELECT row_number, severity, column_name, message FROM intake_finding"
            " WHERE import_id = :id AND row_number > 0 AND severity IN ('error', 'warning')"
            " ORDER BY row_number, severity, code"
        ),
        {"id": import_id},
    )
    return [dict(row) for row in found.mappings()]
