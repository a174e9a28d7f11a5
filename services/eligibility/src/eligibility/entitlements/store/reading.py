"""Read entitlements with their levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from common.database.session import AsyncSession
from common.kernel.months import Month
from eligibility.entitlements.domain import Entitlement, LevelRow

_READ = """
    SELECT e.*, (
        SELECT coalesce(jsonb_agg(jsonb_build_array(l.from_month, l.to_month, l.amount,
            l.coefficient, l.provision) ORDER BY l.from_month), '[]')
        FROM entitlement_level l
        WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NULL
    ) AS levels FROM entitlement e
"""


async def read(session: AsyncSession, ids: Sequence[UUID]) -> list[Entitlement]:
    """Read entitlements with their levels."""
    statement = text(f"{_READ} WHERE e.entitlement_id = ANY(:ids) ORDER BY e.entitlement_id")
    return [_entitlement(row) for row in await session.execute(statement, {"ids": list(ids)})]


async def read_of_people(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Entitlement]:
    """Read everything that people have or had."""
    statement = text(f"{_READ} WHERE e.person_id = ANY(:ids) ORDER BY e.entitlement_id")
    return [
        _entitlement(row) for row in await session.execute(statement, {"ids": list(person_ids)})
    ]


async def competing(session: AsyncSession, person_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Read, and lock, what people have who have more than one benefit that is not stopped."""
    statement = text("""
        SELECT entitlement_id, person_id, benefit, group_code, listed_amount,
            listed_coefficient AS coefficient
        FROM entitlement e WHERE person_id = ANY(:ids) AND status <> 'stopped' AND EXISTS (
            SELECT FROM entitlement o WHERE o.person_id = e.person_id AND o.status <> 'stopped'
                AND o.entitlement_id <> e.entitlement_id
        ) ORDER BY entitlement_id FOR UPDATE
    """)
    found = await session.execute(statement, {"ids": list(person_ids)})
    return [dict(row) for row in found.mappings()]


async def read_stopped_deceased(
    session: AsyncSession, person_ids: Sequence[UUID]
) -> list[Entitlement]:
    """Read people's entitlements that a signed decision stopped because of a death."""
    statement = text(f"""
        {_READ} WHERE e.person_id = ANY(:ids) AND e.status = 'stopped'
            AND e.status_reason = 'deceased' ORDER BY e.entitlement_id
    """)
    return [
        _entitlement(row) for row in await session.execute(statement, {"ids": list(person_ids)})
    ]


async def page(
    session: AsyncSession, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Entitlement]:
    """Read entitlements by commune, person, benefit and status."""
    given = {name: value for name, value in filters.items() if value is not None}
    benefits = given.pop("benefits", None)
    clauses = [f"e.{name} = :{name}" for name in given]
    values: dict[str, Any] = {**given, "limit": limit}
    if benefits is not None:
        clauses.append("e.benefit = ANY(:benefits)")
        values["benefits"] = benefits
    if after is not None:
        clauses.append("e.entitlement_id > :after")
        values["after"] = UUID(str(after[-1]))
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    statement = text(f"{_READ} {where} ORDER BY e.entitlement_id LIMIT :limit")
    return [_entitlement(row) for row in await session.execute(statement, values)]


async def waiting(
    session: AsyncSession,
    counts_from: date,
    commune_code: str | None,
    entitlement_ids: Sequence[UUID] | None,
) -> list[Any]:
    """Read entitlements whose level does not yet count from a day."""
    which = "entitlement_id = ANY(:ids)" if commune_code is None else "commune_code = :commune"
    statement = text(f"""
        SELECT entitlement_id, person_id, commune_code, benefit, stated_category, status_reason,
            listed_amount, listed_coefficient, paid_from, old_decision_date, version
        FROM entitlement
        WHERE {which} AND status <> 'stopped' AND level_counts_from IS DISTINCT FROM :counts_from
        ORDER BY entitlement_id
    """)
    values: dict[str, Any] = {"counts_from": counts_from}
    if commune_code is None:
        values["ids"] = list(entitlement_ids or ())
    else:
        values["commune"] = commune_code
    return list(await session.execute(statement, values))


async def levels_before_end(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, list[LevelRow]]:
    """Read the levels that entitlements had before they were cut for a death or ended."""
    statement = text("""
        SELECT l.entitlement_id, l.from_month, l.to_month, l.amount, l.coefficient, l.provision
        FROM entitlement e JOIN entitlement_level l ON l.entitlement_id = e.entitlement_id
            AND l.version = coalesce(e.levels_before_end, nullif(e.levels_before_death, 0))
        WHERE e.entitlement_id = ANY(:ids) ORDER BY l.entitlement_id, l.from_month
    """)
    found: dict[UUID, list[LevelRow]] = {}
    for row in await session.execute(statement, {"ids": list(ids)}):
        level = LevelRow(
            Month.of(row.from_month),
            None if row.to_month is None else Month.of(row.to_month),
            row.amount,
            row.coefficient,
            row.provision,
        )
        found.setdefault(row.entitlement_id, []).append(level)
    return found


def _entitlement(row: Any) -> Entitlement:
    return Entitlement(
        entitlement_id=row.entitlement_id,
        person_id=row.person_id,
        commune_code=row.commune_code,
        benefit=row.benefit,
        group_code=row.group_code,
        status=row.status,
        status_reason=row.status_reason,
        origin=row.origin,
        stated_category=row.stated_category,
        listed_amount=row.listed_amount,
        listed_coefficient=row.listed_coefficient,
        paid_from=Month.of(row.paid_from),
        paid_to=None if row.paid_to is None else Month.of(row.paid_to),
        decision={
            "decision_id": row.decision_id,
            "number": row.decision_number,
            "signed_on": row.signed_on,
            "origin": row.decision_origin,
        },
        old_decision_number=row.old_decision_number,
        old_decision_date=row.old_decision_date,
        version=row.version,
        levels=tuple(_level(*level) for level in row.levels),
        payee_person_id=row.payee_person_id,
        import_id=row.import_id,
        row_number=row.row_number,
    )


def _level(start: str, end: str | None, amount: int, coefficient: int, provision: str) -> LevelRow:
    return LevelRow(
        Month.of(date.fromisoformat(start)),
        None if end is None else Month.of(date.fromisoformat(end)),
        amount,
        coefficient,
        provision,
    )
