"""End or withdraw everything of a kind about one person, for the rooms that keep such facts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from registry.circumstances import store
from registry.circumstances.domain import Circumstance, ended, withdrawn
from registry.circumstances.service.establish import (
    recording_of,
    tell_correction,
    tell_end,
    write,
)
from registry.persons.service import People


async def end_kind(
    people: People, person_id: UUID, kind: str, ended_on: date, *, reason: str
) -> int:
    """Let the facts of a kind hold only until before a day; gives how many rows changed.

    Rows that would only begin on that day or later are withdrawn.
    """
    changed = 0
    for row in await _rows(people, person_id, kind):
        if row.valid_to is not None and row.valid_to <= ended_on:
            continue
        changed += 1
        if row.valid_from is not None and row.valid_from >= ended_on:
            await _withdraw(people, row, reason)
            continue
        change = ended(row, ended_on, recording_of(people, reason))
        await write(people, [change], reason=reason)
        tell_correction(people, change)
        for fresh in change.fresh:
            tell_end(people, fresh, withdrawn=False)
    return changed


async def withdraw_kind(people: People, person_id: UUID, kind: str, *, reason: str) -> int:
    """Take back the facts of a kind: nothing of them counts; gives how many there were."""
    rows = await _rows(people, person_id, kind)
    for row in rows:
        await _withdraw(people, row, reason)
    return len(rows)


async def _withdraw(people: People, row: Circumstance, reason: str) -> None:
    await write(people, [withdrawn(row)], reason=reason)
    tell_end(people, row, withdrawn=True)


async def _rows(people: People, person_id: UUID, kind: str) -> list[Circumstance]:
    rows = (await store.current(people.session, [person_id])).get(person_id, [])
    return [row for row in rows if row.fact.kind == kind]
