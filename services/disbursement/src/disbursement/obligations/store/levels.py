"""Entitlements and their levels, and what one person sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from disbursement import sql
from disbursement.sql import Record

_UPSERT_ENTITLEMENTS = """
INSERT INTO entitlement AS e (entitlement_id, person_id, commune_code, benefit, grp, status,
  status_reason, decision_number, decision_signed_on, decision_origin, version, payee_person_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::text[], $9::date[], $10::text[], $11::bigint[], $12::uuid[])
ON CONFLICT (entitlement_id) DO UPDATE SET
  person_id = excluded.person_id, commune_code = excluded.commune_code,
  benefit = excluded.benefit, grp = excluded.grp, status = excluded.status,
  status_reason = excluded.status_reason, decision_number = excluded.decision_number,
  decision_signed_on = excluded.decision_signed_on, decision_origin = excluded.decision_origin,
  version = excluded.version, payee_person_id = excluded.payee_person_id,
  heard_at = clock_timestamp()
WHERE e.version < excluded.version
RETURNING entitlement_id
"""

_INSERT_LEVELS = """
INSERT INTO entitlement_level (entitlement_id, from_month, to_month, amount, coefficient, provision)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::date[], $4::bigint[], $5::numeric[], $6::text[])
"""


async def upsert_entitlements(session: AsyncSession, columns: Sequence[list[Any]]) -> set[UUID]:
    """Take newer versions only; gives the entitlements that changed."""
    rows = await sql.rows(session, _UPSERT_ENTITLEMENTS, *columns)
    return {row["entitlement_id"] for row in rows}


async def replace_levels(
    session: AsyncSession, changed: Sequence[UUID], columns: Sequence[list[Any]]
) -> None:
    """Replace all levels of the entitlements that changed."""
    await sql.run(
        session,
        "DELETE FROM entitlement_level WHERE entitlement_id = ANY($1::uuid[])",
        list(changed),
    )
    await sql.run(session, _INSERT_LEVELS, *columns)


async def of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give a person's obligations, oldest month first."""
    return await sql.rows(
        session,
        "SELECT obligation_id, benefit, month, kind, seq, amount, state, reason, attempts, line_id"
        " FROM obligation WHERE person_id = $1 ORDER BY benefit, month, kind, seq",
        person_id,
    )


async def recorded_of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give the months that were recorded as paid before this system paid."""
    return await sql.rows(
        session,
        "SELECT benefit, month, amount FROM recorded_payment WHERE person_id = $1"
        " ORDER BY benefit, month",
        person_id,
    )
