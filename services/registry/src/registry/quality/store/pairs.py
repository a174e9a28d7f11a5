"""Every SQL statement about pairs that may be one human: what was told of them last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_SUSPECT = """
    INSERT INTO duplicate_pair AS d (pair_id, earlier_id, later_id, version, changed_at)
    SELECT DISTINCT ON (f.person_id, f.other_id) uuidv7(), f.person_id, f.other_id, 1,
        cast(:now AS timestamptz)
    FROM quality_finding f
    WHERE f.kind = 'duplicate' AND f.state = 'open'
        AND (cast(:commune AS text) IS NULL
            OR (f.commune_code = :commune AND f.other_commune = :commune))
    ON CONFLICT (earlier_id, later_id) DO UPDATE
        SET outcome = NULL, version = d.version + 1, changed_at = excluded.changed_at
        WHERE d.outcome IS NOT NULL
    RETURNING pair_id, earlier_id, later_id, version
"""
_GONE = """
    UPDATE duplicate_pair d SET outcome = 'not_found', version = d.version + 1, changed_at = :now
    FROM person a, person b
    WHERE d.outcome IS NULL AND a.person_id = d.earlier_id AND b.person_id = d.later_id
        AND (cast(:commune AS text) IS NULL
            OR (a.commune_code = :commune AND b.commune_code = :commune))
        AND NOT EXISTS (SELECT FROM quality_finding f WHERE f.kind = 'duplicate'
            AND f.state = 'open' AND f.person_id = d.earlier_id AND f.other_id = d.later_id)
    RETURNING d.pair_id, d.earlier_id, d.later_id, d.outcome, d.version
"""
_SETTLE = """
    UPDATE duplicate_pair d SET outcome = :outcome, version = d.version + 1, changed_at = :now
    FROM unnest(cast(:ones AS uuid[]), cast(:others AS uuid[])) AS k (one, other)
    WHERE d.outcome IS NULL AND d.earlier_id = least(k.one, k.other)
        AND d.later_id = greatest(k.one, k.other)
    RETURNING d.pair_id, d.earlier_id, d.later_id, d.outcome, d.version
"""
_REASONS = """
    SELECT f.person_id, f.other_id, f.other_commune, f.reasons FROM quality_finding f
    WHERE f.kind = 'duplicate' AND f.state = 'open' AND f.person_id = ANY (:ids)
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair and the version of what is told of it now."""

    pair_id: UUID
    earlier_id: UUID
    later_id: UUID
    version: int
    outcome: str | None = None


async def suspect(session: AsyncSession, commune_code: str | None, now: datetime) -> list[Pair]:
    """Keep the pairs with an open finding; gives those that were not suspected before."""
    rows = await session.execute(text(_SUSPECT), {"commune": commune_code, "now": now})
    return [Pair(**row) for row in rows.mappings()]


async def let_go(session: AsyncSession, commune_code: str | None, now: datetime) -> list[Pair]:
    """Settle what is suspected and was not found again in what was looked through."""
    rows = await session.execute(text(_GONE), {"commune": commune_code, "now": now})
    return [Pair(**row) for row in rows.mappings()]


async def settle(
    session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]], outcome: str, now: datetime
) -> list[Pair]:
    """Settle suspected pairs, named in any order; gives those that were suspected."""
    values = {
        "ones": [one for one, _ in pairs],
        "others": [other for _, other in pairs],
        "outcome": outcome,
        "now": now,
    }
    rows = await session.execute(text(_SETTLE), values)
    return [Pair(**row) for row in rows.mappings()]


async def described(
    session: AsyncSession, pairs: Sequence[Pair]
) -> dict[tuple[UUID, UUID], tuple[str, list[str]]]:
    """Give the commune of the later record and the reasons of suspected pairs."""
    rows = await session.execute(text(_REASONS), {"ids": [pair.earlier_id for pair in pairs]})
    return {(row.person_id, row.other_id): (row.other_commune, list(row.reasons)) for row in rows}
