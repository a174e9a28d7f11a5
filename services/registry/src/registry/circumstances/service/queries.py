"""Questions about facts. Reading a person's facts is written into the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.runtime.clock import VN_TZ
from registry.circumstances import store
from registry.circumstances.domain import Circumstance, known_at
from registry.persons.domain import Person

if TYPE_CHECKING:
    from common.database.session import AsyncSession


_BY_LIST = "intake"


async def current(
    session: AsyncSession, person_ids: Sequence[UUID]
) -> dict[UUID, list[Circumstance]]:
    """Read the facts of people as they are known now."""
    return await store.current(session, person_ids)


async def history(
    session: AsyncSession,
    person: Person,
    *,
    as_of: date | None = None,
    known_on: date | None = None,
    sealed_scope: bool = False,
) -> list[Circumstance]:
    """Give a person's facts: those that held on a day, as they were known at the end of a day.

    Without `known_on` as they are known now. Outside the sealed scope neither the neutral code is
    told nor that a list stated no income: of a working adult only a sealed group's list does.
    """
    await audit.record(session, "circumstances.read", "person", person.person_id)
    if known_on is None:
        rows = (await store.current(session, [person.person_id])).get(person.person_id, [])
    else:
        end = datetime.combine(known_on + timedelta(days=1), time.min, VN_TZ)
        written = await store.history(session, person.person_id)
        rows = known_at(written, end - timedelta(microseconds=1))
    if not sealed_scope:
        rows = [row for row in rows if not _tells_sealed(row)]
    if as_of is None:
        return rows
    return [
        row
        for row in rows
        if (row.valid_from is None or row.valid_from <= as_of)
        and (row.valid_to is None or as_of < row.valid_to)
    ]


def _tells_sealed(row: Circumstance) -> bool:
    fact = row.fact
    presumed = row.recorded_by == _BY_LIST and fact.monthly_amount == 0
    return fact.kind == "neutral" or (fact.kind in {"wage_income", "pension_income"} and presumed)
