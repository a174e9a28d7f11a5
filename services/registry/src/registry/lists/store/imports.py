"""Every SQL statement about imports, their rows and findings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.kernel.months import Month
from registry.lists.domain.findings import Finding
from registry.lists.domain.imports import Import
from registry.lists.store.results import insert_findings

_IMPORT = (
    "import_id, kind, commune_code, file_sha256, file_size, list_month, paid_since, operation_id,"
    " header_row, header_columns, row_count, created_at, created_by, sheets, fingerprint, mapping,"
    " slice_rows, proposal, choices"
)


def _import(row: RowMapping) -> Import:
    values = dict(row)
    for name in ("list_month", "paid_since"):
        values[name] = Month.of(values[name]) if values[name] is not None else None
    values["header_columns"] = _json(values["header_columns"])
    values["mapping"] = _json(values["mapping"])
    return Import(**values)


def _json(value: Any) -> Any:
    # The driver hands JSON of untyped statements over as text.
    return json.loads(value) if isinstance(value, str) else value


async def lock_commune(session: AsyncSession, commune_code: str) -> None:
    """Let one import of a commune write at a time, until the transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"intake/{commune_code}"},
    )


async def find_same(
    session: AsyncSession, commune_code: str, kind: str, sha256: str
) -> Import | None:
    """Find an import of the same bytes, kind and commune."""
    found = await session.execute(
        text(
            f"SELECT {_IMPORT} FROM intake_import WHERE commune_code = :commune AND kind = :kind"
            " AND file_sha256 = :sha FOR UPDATE"
        ),
        {"commune": commune_code, "kind": kind, "sha": sha256},
    )
    row = found.mappings().one_or_none()
    return _import(row) if row else None


async def find(session: AsyncSession, import_id: UUID) -> Import | None:
    """Read an import."""
    found = await session.execute(
        text(f"SELECT {_IMPORT} FROM intake_import WHERE import_id = :id"), {"id": import_id}
    )
    row = found.mappings().one_or_none()
    return _import(row) if row else None


async def insert(session: AsyncSession, made: Import) -> None:
    """Add an import."""
    await session.execute(
        text(
            "INSERT INTO intake_import (import_id, kind, commune_code, file_sha256, file_size,"
            " list_month, paid_since, operation_id, fingerprint, proposal, created_at, created_by)"
            " VALUES (:import_id, :kind, :commune_code, :file_sha256, :file_size, :list_month,"
            " :paid_since, :operation_id, :fingerprint, cast(:proposal AS bytea), :created_at,"
            " :created_by)"
        ),
        {
            "import_id": made.import_id,
            "kind": made.kind,
            "commune_code": made.commune_code,
            "file_sha256": made.file_sha256,
            "file_size": made.file_size,
            "list_month": made.list_month.first_day if made.list_month else None,
            "paid_since": made.paid_since.first_day if made.paid_since else None,
            "operation_id": made.operation_id,
            "fingerprint": made.fingerprint,
            "proposal": made.proposal,
            "created_at": made.created_at,
            "created_by": made.created_by,
        },
    )


async def newest(
    session: AsyncSession, commune_code: str, *, before: UUID | None, limit: int
) -> list[Import]:
    """Read a commune's imports, the newest first."""
    found = await session.execute(
        text(
            f"SELECT {_IMPORT} FROM intake_import WHERE commune_code = :commune"
            " AND (cast(:before AS uuid) IS NULL OR import_id < :before)"
            " ORDER BY import_id DESC LIMIT :limit"
        ),
        {"commune": commune_code, "before": before, "limit": limit},
    )
    return [_import(row) for row in found.mappings()]


async def set_operation(session: AsyncSession, import_id: UUID, operation_id: UUID) -> None:
    """Name the operation that works on an import now."""
    await session.execute(
        text("UPDATE intake_import SET operation_id = :operation WHERE import_id = :id"),
        {"id": import_id, "operation": operation_id},
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file was read: where its header stands, which column is which, how many rows."""

    header_row: int
    columns: Mapping[str, int]
    sheets: Sequence[str]
    row_count: int
    findings: Sequence[Finding]
    slice_rows: int


async def set_reading(session: AsyncSession, made: Import, reading: Reading) -> int:
    """Write down how the file was read; the same reading again changes nothing.

    Gives how many lines a slice has: that of the first run, whatever is set by now.
    """
    written = await session.execute(
        text(
            "UPDATE intake_import SET header_row = :row, header_columns = cast(:columns AS jsonb),"
            " sheets = :sheets, row_count = :count,"
            " slice_rows = coalesce(slice_rows, :slice_rows)"
            " WHERE import_id = :id RETURNING slice_rows"
        ),
        {
            "id": made.import_id,
            "row": reading.header_row,
            "columns": json.dumps(dict(reading.columns)),
            "sheets": list(reading.sheets),
            "count": reading.row_count,
            "slice_rows": reading.slice_rows,
        },
    )
    await insert_findings(session, made, [(0, finding) for finding in reading.findings])
    return int(written.scalar_one())


async def copy_for_preview(session: AsyncSession, import_id: UUID, as_id: UUID) -> None:
    """Add a copy of an import under another id, for a transaction that will be undone."""
    await session.execute(
        text(
            "INSERT INTO intake_import (import_id, kind, commune_code, file_sha256, file_size,"
            " list_month, paid_since, created_at, created_by)"
            " SELECT cast(:as_id AS uuid), kind, commune_code, reverse(file_sha256), file_size,"
            " list_month, paid_since, created_at, created_by"
            " FROM intake_import WHERE import_id = :id"
        ),
        {"id": import_id, "as_id": as_id},
    )


async def last_taken_in(session: AsyncSession) -> dict[str, datetime]:
    """Read when rows of a list went in last, for each commune."""
    rows = await session.execute(
        text("SELECT commune_code, max(applied_at) AS at FROM intake_slice GROUP BY commune_code")
    )
    return {row.commune_code: row.at for row in rows}
