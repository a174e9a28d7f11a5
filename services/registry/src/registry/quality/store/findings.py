"""Every SQL statement about findings: merged set by set, listed, worked off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.ids import new_id, new_id_texts
from registry.quality.domain import Finding, Found, Kind
from registry.staging import stage, stage_frame

_STAGED = {
    "finding_id": "uuid",
    "commune_code": "text",
    "kind": "text",
    "person_id": "uuid",
    "subject_key": "text",
    "other_id": "uuid",
    "other_commune": "text",
    "reasons": "text",
    "score": "smallint",
    "due_on": "date",
}
_BETWEEN = ","
_MERGE = """
    INSERT INTO quality_finding AS f (finding_id, commune_code, kind, person_id, subject_key,
        other_id, other_commune, reasons, score, due_on, state, found_at)
    SELECT finding_id, commune_code, kind, person_id, coalesce(subject_key, ''), other_id,
        other_commune, string_to_array(reasons, ','), score, due_on, 'open',
        cast(:now AS timestamptz)
    FROM pg_temp.found
    ON CONFLICT (commune_code, kind, person_id, subject_key) DO UPDATE SET
        reasons = excluded.reasons, score = excluded.score, due_on = excluded.due_on,
        other_commune = excluded.other_commune,
        state = CASE WHEN f.state = 'dismissed' AND f.reasons = excluded.reasons
            THEN 'dismissed' ELSE 'open' END,
        closed_at = CASE WHEN f.state = 'dismissed' AND f.reasons = excluded.reasons
            THEN f.closed_at END,
        closed_by = CASE WHEN f.state = 'dismissed' AND f.reasons = excluded.reasons
            THEN f.closed_by END
    WHERE f.state NOT IN ('open', 'dismissed')
        OR (f.reasons, f.score, f.due_on, f.other_commune)
            IS DISTINCT FROM (excluded.reasons, excluded.score, excluded.due_on,
                excluded.other_commune)
"""
"""A finding that is as it was is not written again: most of a look finds what the last one found."""
_GONE = """
    UPDATE quality_finding f SET state = 'gone', closed_at = :now
    WHERE f.state = 'open' AND f.kind = ANY (:kinds)
        AND (cast(:commune AS text) IS NULL OR (f.commune_code = :commune
            AND (f.other_commune IS NULL OR f.other_commune = :commune)))
        AND NOT EXISTS (
            SELECT FROM pg_temp.found s WHERE s.kind = f.kind AND s.person_id = f.person_id
            AND coalesce(s.subject_key, '') = f.subject_key AND s.commune_code = f.commune_code
        )
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What was looked through: these kinds, in a commune (None: in the whole province)."""

    kinds: Collection[Kind]
    commune_code: str | None


async def merge(session: AsyncSession, place: Place, found: Iterable[Found], now: datetime) -> None:
    """Bring the board to what was found: new ones open, those that are no more are gone.

    What was dismissed stays so while its reasons are the same; what was resolved and is found
    again opens again.
    """
    await stage(
        session,
        "found",
        _STAGED,
        (
            (
                new_id(),
                place.commune_code,
                one.kind,
                one.person_id,
                one.subject_key,
                one.other_id,
                one.other_commune,
                _BETWEEN.join(one.reasons),
                one.score,
                one.due_on,
            )
            for one in found
        ),
    )
    await _merge(session, place, now)


async def merge_pairs(
    session: AsyncSession, place: Place, pairs: pl.DataFrame, now: datetime
) -> None:
    """Bring the board to the pairs that were found (as `duplicates.probable` gives them)."""
    rows = pairs.with_columns(
        pl.Series("finding_id", new_id_texts(pairs.height), dtype=pl.String),
        kind=pl.lit("duplicate"),
        subject_key=pl.col("other_id"),
        reasons=pl.col("reasons").list.join(_BETWEEN),
    )
    await stage_frame(session, "found", _STAGED, rows)
    await _merge(session, place, now)


async def _merge(session: AsyncSession, place: Place, now: datetime) -> None:
    # A temporary table has no statistics of its own.
    await session.execute(text("ANALYZE pg_temp.found"))
    await session.execute(text(_MERGE), {"now": now})
    await session.execute(
        text(_GONE),
        {"now": now, "kinds": list(place.kinds), "commune": place.commune_code},
    )


async def refreshed(session: AsyncSession, commune_code: str, now: datetime) -> None:
    """Note that a commune (or `province`) was looked through."""
    await session.execute(
        text(
            "INSERT INTO quality_refresh VALUES (:code, :now)"
            " ON CONFLICT (commune_code) DO UPDATE SET refreshed_at = excluded.refreshed_at"
        ),
        {"code": commune_code, "now": now},
    )


async def look_again(session: AsyncSession, communes: Collection[str]) -> None:
    """Forget when communes were looked through."""
    await session.execute(
        text("DELETE FROM quality_refresh WHERE commune_code = ANY (:codes)"),
        {"codes": list(communes)},
    )


async def refreshes(session: AsyncSession) -> dict[str, datetime]:
    """Read when what was looked through last."""
    rows = await session.execute(text("SELECT commune_code, refreshed_at FROM quality_refresh"))
    return {row.commune_code: row.refreshed_at for row in rows}


async def counts(session: AsyncSession, commune_code: str) -> dict[tuple[str, str], int]:
    """Count a commune's findings by kind and state."""
    rows = await session.execute(
        text(
            "SELECT kind, state, count(*) AS n FROM quality_finding"
            " WHERE commune_code = :commune AND state <> 'gone' GROUP BY kind, state"
        ),
        {"commune": commune_code},
    )
    return {(row.kind, row.state): row.n for row in rows}


async def listed(
    session: AsyncSession,
    commune_code: str,
    *,
    kind: str | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of findings with their people."""
    rows = await session.execute(
        text(
            f"SELECT {_VIEW} FROM quality_finding f JOIN person p USING (person_id)"
            " LEFT JOIN person o ON o.person_id = f.other_id"
            " WHERE f.commune_code = :commune AND f.state = :state"
            " AND (cast(:kind AS text) IS NULL OR f.kind = :kind)"
            " AND (cast(:after AS uuid) IS NULL OR f.finding_id > :after)"
            " ORDER BY f.finding_id LIMIT :limit"
        ),
        {
            "commune": commune_code,
            "kind": kind,
            "state": state,
            "after": after,
            "limit": limit,
        },
    )
    return [dict(row) for row in rows.mappings()]


_VIEW = (
    "f.finding_id, f.commune_code, f.kind, f.person_id, f.subject_key, f.other_id, f.reasons,"
    " f.score, f.due_on, f.state, f.found_at, f.closed_at, f.closed_by, f.note, p.personal_id,"
    " p.full_name, p.version, o.personal_id AS other_personal_id, o.full_name AS other_name,"
    " o.version AS other_version"
)


async def view(session: AsyncSession, finding_id: UUID) -> dict[str, Any] | None:
    """Read one finding with its people."""
    rows = await session.execute(
        text(
            f"SELECT {_VIEW} FROM quality_finding f JOIN person p USING (person_id)"
            " LEFT JOIN person o ON o.person_id = f.other_id WHERE f.finding_id = :id"
        ),
        {"id": finding_id},
    )
    row = rows.mappings().one_or_none()
    return dict(row) if row is not None else None


async def locked(session: AsyncSession, finding_id: UUID) -> Finding | None:
    """Read and lock a finding."""
    rows = await session.execute(
        text(
            "SELECT finding_id, commune_code, kind, person_id, state, closed_at, other_id"
            " FROM quality_finding WHERE finding_id = :id FOR UPDATE"
        ),
        {"id": finding_id},
    )
    row = rows.mappings().one_or_none()
    return Finding(**row) if row is not None else None


async def close(session: AsyncSession, finding_id: UUID, values: Mapping[str, Any]) -> None:
    """Work a finding off."""
    await session.execute(
        text(
            "UPDATE quality_finding SET state = :state, closed_at = :now, closed_by = :by,"
            " note = :note WHERE finding_id = :id"
        ),
        {**values, "id": finding_id},
    )


async def forget(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Let the open findings of people be gone: they moved or were merged; the next look decides."""
    await session.execute(
        text(
            "UPDATE quality_finding SET state = 'gone', closed_at = :now"
            " WHERE state = 'open' AND (person_id = ANY (:ids) OR other_id = ANY (:ids))"
        ),
        {"ids": list(person_ids), "now": now},
    )


@dataclass(frozen=True, slots=True)
class Receiving:
    """Who is paid by one entitlement, as eligibility told last."""

    entitlement_id: UUID
    person_id: UUID
    payee_person_id: UUID | None
    commune_code: str
    benefit: str
    status: str
    last_month: date | None


async def put_receiving(session: AsyncSession, rows: Sequence[Receiving]) -> None:
    """Keep who is paid; what was known of an entitlement before is replaced."""
    columns = {
        "entitlement_id": "uuid",
        "person_id": "uuid",
        "payee_person_id": "uuid",
        "commune_code": "text",
        "benefit": "text",
        "status": "text",
        "last_month": "date",
    }
    await stage(
        session,
        "staged_receiving",
        columns,
        (tuple(getattr(row, name) for name in columns) for row in rows),
    )
    listed_columns = ", ".join(columns)
    assigned = ", ".join(
        f"{name} = excluded.{name}" for name in columns if name != "entitlement_id"
    )
    await session.execute(
        text(
            f"INSERT INTO quality_receiving ({listed_columns}) SELECT {listed_columns}"
            " FROM pg_temp.staged_receiving ON CONFLICT (entitlement_id)"
            f" DO UPDATE SET {assigned}"
        )
    )
