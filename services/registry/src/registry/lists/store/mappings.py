"""Every SQL statement about columns that people confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.lists.domain.imports import Import
from registry.lists.domain.questions import Choices


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings as an office confirmed them: columns (from 0), answers, by whom and when."""

    columns: dict[str, int]
    answers: dict[str, str]
    confirmed_at: datetime
    confirmed_by: str


async def remembered(session: AsyncSession, commune_code: str, kind: str) -> dict[str, Layout]:
    """Read what a commune confirmed, by the fingerprint of the headings."""
    found = await session.execute(
        text(
            "SELECT fingerprint, columns::text AS columns, answers::text AS answers, confirmed_at,"
            " confirmed_by FROM intake_mapping WHERE commune_code = :commune AND kind = :kind"
        ),
        {"commune": commune_code, "kind": kind},
    )
    return {
        row.fingerprint: Layout(
            json.loads(row.columns), json.loads(row.answers), row.confirmed_at, row.confirmed_by
        )
        for row in found
    }


async def remember(
    session: AsyncSession,
    made: Import,
    fingerprint: str,
    choices: Choices,
    answers: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what a person confirmed for these headings; a later choice takes its place."""
    await session.execute(
        text(
            "INSERT INTO intake_mapping"
            " (commune_code, kind, fingerprint, columns, answers, confirmed_at, confirmed_by)"
            " VALUES (:commune, :kind, :fingerprint, cast(:columns AS jsonb),"
            " cast(:answers AS jsonb), :now, :actor)"
            " ON CONFLICT (commune_code, kind, fingerprint) DO UPDATE SET"
            " columns = excluded.columns, answers = excluded.answers,"
            " confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by"
        ),
        {
            "commune": made.commune_code,
            "kind": made.kind,
            "fingerprint": fingerprint,
            "columns": json.dumps(dict(choices.columns)),
            "answers": json.dumps(dict(answers)),
            "now": now,
            "actor": session.info["scope"].actor,
        },
    )


async def settle(
    session: AsyncSession, import_id: UUID, columns: Mapping[str, int], choices: bytes
) -> None:
    """Write down how an import is read: its columns, and everything else sealed."""
    await session.execute(
        text(
            "UPDATE intake_import SET mapping = cast(:columns AS jsonb),"
            " choices = cast(:choices AS bytea) WHERE import_id = :id"
        ),
        {"id": import_id, "columns": json.dumps(dict(columns)), "choices": choices},
    )
