"""Every SQL statement about columns that people confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.lists.domain.imports import Import


async def remembered(
    session: AsyncSession, commune_code: str, kind: str
) -> dict[str, dict[str, int]]:
    """Read what a commune confirmed: fingerprint of headings -> field -> column (from 0)."""
    found = await session.execute(
        text(
            "SELECT fingerprint, columns::text AS columns FROM intake_mapping"
            " WHERE commune_code = :commune AND kind = :kind"
        ),
        {"commune": commune_code, "kind": kind},
    )
    return {row.fingerprint: json.loads(row.columns) for row in found}


async def remember(
    session: AsyncSession, made: Import, fingerprint: str, columns: Mapping[str, int], now: datetime
) -> None:
    """Keep what a person confirmed for these headings; a later choice takes its place."""
    await session.execute(
        text(
            "INSERT INTO intake_mapping"
            " (commune_code, kind, fingerprint, columns, confirmed_at, confirmed_by)"
            " VALUES (:commune, :kind, :fingerprint, cast(:columns AS jsonb), :now, :actor)"
            " ON CONFLICT (commune_code, kind, fingerprint) DO UPDATE SET"
            " columns = excluded.columns, confirmed_at = excluded.confirmed_at,"
            " confirmed_by = excluded.confirmed_by"
        ),
        {
            "commune": made.commune_code,
            "kind": made.kind,
            "fingerprint": fingerprint,
            "columns": json.dumps(dict(columns)),
            "now": now,
            "actor": session.info["scope"].actor,
        },
    )


async def settle(
    session: AsyncSession, import_id: UUID, fingerprint: str, columns: Mapping[str, int]
) -> None:
    """Write down which columns an import is read by."""
    await session.execute(
        text(
            "UPDATE intake_import SET fingerprint = :fingerprint,"
            " mapping = cast(:columns AS jsonb) WHERE import_id = :id"
        ),
        {
            "id": import_id,
            "fingerprint": fingerprint,
            "columns": json.dumps(dict(columns)),
        },
    )
