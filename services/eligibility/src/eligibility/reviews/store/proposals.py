"""What single events found to differ, and how it was settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from common.database.rows import whole_province
from common.database.session import AsyncSession

Rows = Sequence[Mapping[str, Any]]


async def payees(session: AsyncSession, entitlement_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Read who is paid for the person, by entitlement, in whatever commune it is."""
    statement = text("""
        SELECT entitlement_id, payee_person_id FROM entitlement
        WHERE entitlement_id = ANY(:ids) AND payee_person_id IS NOT NULL
    """)
    async with whole_province(session):
        rows = await session.execute(statement, {"ids": list(entitlement_ids)})
        return {row.entitlement_id: row.payee_person_id for row in rows}


async def replace_proposals(
    session: AsyncSession,
    rows: Rows,
    entitlement_ids: Sequence[UUID],
    *,
    code: str,
    now: datetime,
) -> None:
    """Put the open proposals of one kind in the place of those that entitlements had.

    Args:
        session: the transaction.
        rows: the proposals.
        entitlement_ids: what was compared; those without a row lose their open proposal.
        code: the kind of proposal.
        now: business time.
    """
    values = {"rows": to_json(rows).decode(), "ids": list(entitlement_ids), "code": code}
    await session.execute(
        text("""
            DELETE FROM proposal
            WHERE status = 'open' AND code = :code AND entitlement_id = ANY(:ids)
        """),
        values,
    )
    await session.execute(
        text("""
            INSERT INTO proposal (entitlement_id, code, commune_code, person_id, benefit, status,
                from_month, listed_amount, listed_coefficient, proposed_amount, law_coefficient,
                law_amount, law_provision, reasons, found_at)
            SELECT i.entitlement_id, i.code, i.commune_code, i.person_id, i.benefit, 'open',
                i.from_month, i.listed_amount, i.listed_coefficient, i.proposed_amount,
                i.law_coefficient, i.law_amount, i.law_provision, i.reasons, :now
            FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS i (
                entitlement_id uuid, code text, commune_code text, person_id uuid, benefit text,
                from_month date, listed_amount bigint, listed_coefficient integer,
                proposed_amount bigint, law_coefficient integer, law_amount bigint,
                law_provision text, reasons text[]
            )
            ON CONFLICT (entitlement_id, code) DO NOTHING
        """),
        {**values, "now": now},
    )


async def proposals_of(
    session: AsyncSession, commune_code: str, entitlement_ids: Sequence[UUID], code: str
) -> list[Any]:
    """Read the proposals of one kind about a commune's entitlements."""
    statement = text("""
        SELECT * FROM proposal
        WHERE commune_code = :commune AND code = :code AND entitlement_id = ANY(:ids)
        ORDER BY entitlement_id
    """)
    values = {"commune": commune_code, "code": code, "ids": list(entitlement_ids)}
    return list(await session.execute(statement, values))


async def sign_proposals(
    session: AsyncSession, entitlement_ids: Sequence[UUID], code: str, decision_id: UUID
) -> None:
    """Settle the open proposals of one kind by a signed decision."""
    await session.execute(
        text("""
            UPDATE proposal SET status = 'signed', decision_id = :decision
            WHERE status = 'open' AND code = :code AND entitlement_id = ANY(:ids)
        """),
        {"decision": decision_id, "code": code, "ids": list(entitlement_ids)},
    )


async def page_proposals(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Any]:
    """Read proposals by commune, code and status."""
    given = {name: value for name, value in filters.items() if value is not None}
    clauses = [f"{name} = :{name}" for name in given]
    values: dict[str, Any] = {**given, "limit": limit}
    if after is not None:
        clauses.append("(entitlement_id, code) > (:after_id, :after_code)")
        values |= {"after_id": UUID(str(after[0])), "after_code": str(after[1])}
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"SELECT * FROM proposal {where} ORDER BY entitlement_id, code LIMIT :limit")
    return list(await session.execute(statement, values))


async def reopen_proposals(
    session: AsyncSession, entitlement_ids: Sequence[UUID], code: str
) -> None:
    """Make room for a new difference of entitlements whose last one was signed.

    What was signed stays in the signed decision; `proposal` holds one row per entitlement and kind.
    """
    await session.execute(
        text("""
            DELETE FROM proposal
            WHERE status = 'signed' AND code = :code AND entitlement_id = ANY(:ids)
        """),
        {"code": code, "ids": list(entitlement_ids)},
    )
