"""Taking in a slice of a list by number and name, and telling who is new, gone or changed since before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from common import audit
from common.kernel.months import Month
from registry.lists.domain.imports import Import, ListMonthRequired
from registry.lists.domain.monthly_names import same_name
from registry.lists.domain.rows import RowReading
from registry.lists.service.imports import find
from registry.lists.store import changes as store
from registry.lists.store import results
from registry.lists.store.results import RowResult
from registry.persons.domain import Person
from registry.persons.service import People
from registry.verification import service as verification

if TYPE_CHECKING:
    from common.database.session import AsyncSession

GONE = "gone_from_list"
"""Reason of the task about somebody who is on no list of the month, and nobody knows why."""
Reason = Literal["died", "moved"]


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in a comparison of two months, and why they are gone, where that is known."""

    person: Person
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A month's lists of a commune beside those of the month before that has any."""

    list_month: Month
    compared_with: Month | None
    new: Sequence[Listed]
    gone: Sequence[Listed]
    changed: Sequence[Listed]
    """On both, with other benefits."""


async def apply_slice(
    session: AsyncSession,
    made: Import,
    number: int,
    readings: Sequence[RowReading],
    *,
    now: datetime,
) -> None:
    """Find the person of each row by number and name; nobody is changed."""
    people = People(session, now=now, recorded_by="intake")
    stated = [reading.person for reading in readings]
    await people.load(
        personal_ids=[one.personal_id for one in stated if one.personal_id],
        former_numbers=[one.former_number for one in stated if one.former_number],
    )
    rows = [_result(reading, _meant(people, reading, made)) for reading in readings]
    await results.insert_slice(session, made, number, rows, now=now)


def _meant(people: People, reading: RowReading, made: Import) -> Person | None:
    who = reading.person
    found = people.find((who.personal_id or str(who.former_number),))
    if reading.refused:
        return None
    if found is None:
        reading.note("new_on_list", "identity")
        return None
    if found.identity.commune_code != made.commune_code or found.left_on is not None:
        reading.note("id_known_elsewhere", "identity")
        return None
    if not same_name(who.full_name, found.identity.full_name):
        reading.note("id_of_other_person", "identity")
        return None
    if found.death_date is not None:
        reading.note("person_deceased", "full_name")
    return found


def _result(reading: RowReading, person: Person | None) -> RowResult:
    if person is None:
        return RowResult(reading.row_number, "refused", reading.findings)
    return RowResult(reading.row_number, "unchanged", reading.findings, person.person_id)


async def ask_about_gone(session: AsyncSession, made: Import, now: datetime) -> None:
    """Open a task for each person who is gone for no known reason: the list is the whole month's."""
    found = await _compared(session, made, now)
    await verification.open_tasks(
        session,
        [
            (one.person.person_id, made.commune_code, GONE)
            for one in found.gone
            if one.reason is None
        ],
        now,
    )


async def changes(session: AsyncSession, import_id: UUID, now: datetime) -> Changes:
    """Compare the lists of an import's month with those of the month before that has any.

    Raises:
        ImportNotFound: none that the caller may see.
        ListMonthRequired: notices have no month.
    """
    made = await find(session, import_id)
    found = await _compared(session, made, now)
    counts = {"new": len(found.new), "gone": len(found.gone), "changed": len(found.changed)}
    await audit.record(session, "import.changes_read", "import", import_id, counts)
    return found


async def _compared(session: AsyncSession, made: Import, now: datetime) -> Changes:
    if made.list_month is None:
        raise ListMonthRequired
    month = await store.month_before(session, made.commune_code, made.list_month)
    current = await store.listed(session, made.commune_code, made.list_month)
    before = await store.listed(session, made.commune_code, month) if month else {}
    both = current.keys() & before.keys()
    changed = [p for p in both if current[p] and before[p] and current[p] != before[p]]
    new, gone = current.keys() - before.keys(), before.keys() - current.keys()
    people = People(session, now=now, recorded_by="intake")
    await people.load(person_ids={*new, *gone, *changed} if month else ())
    known = {person.person_id: person for person in people.everybody()}
    return Changes(
        list_month=made.list_month,
        compared_with=month,
        new=_people(known, new),
        gone=_people(known, gone),
        changed=_people(known, changed),
    )


def _people(known: dict[UUID, Person], ids: Sequence[UUID] | set[UUID]) -> list[Listed]:
    found = [known[one] for one in ids if one in known]
    found.sort(key=lambda person: (person.identity.full_name, str(person.person_id)))
    return [Listed(person, _reason(person)) for person in found]


def _reason(person: Person) -> Reason | None:
    if person.death_date is not None:
        return "died"
    return "moved" if person.left_on is not None else None
