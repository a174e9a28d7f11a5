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
) -> list[Circumstance]:
    """Give a person's facts: those that held on a day, as they were known at the end of a day.

    Without `known_on` as they are known now.
    """
    await audit.record(session, "circumstances.read", "person", person.person_id)
    if known_on is None:
        rows = (await store.current(session, [person.person_id])).get(person.person_id, [])
    else:
        end = datetime.combine(known_on + timedelta(days=1), time.min, VN_TZ)
        written = await store.history(session, person.person_id)
        rows = known_at(written, end - timedelta(microseconds=1))
    if as_of is None:
        return rows
    return [
        row
        for row in rows
        if (row.valid_from is None or row.valid_from <= as_of)
        and (row.valid_to is None or as_of < row.valid_to)
    ]
