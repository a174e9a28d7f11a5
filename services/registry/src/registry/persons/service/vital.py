"""Life and death of one person: recorded with source and notice, taken back when wrong.

Thuật ngữ: giấy báo tử, trích lục khai tử; tuyên bố mất tích. Căn cứ: Điều 68 Bộ luật Dân sự 2015
(tuyên bố mất tích, do Tòa án).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.persons.domain import (
    DeathImpossible,
    DeathSource,
    Person,
    PersonDeceased,
    PersonKey,
    VitalKind,
    VitalRow,
    VitalStatusAbsent,
)
from registry.persons.service.locked_person import Seen, people_of, take, take_seen
from registry.persons.service.people import People
from registry.persons.store import records

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Death:
    """A death as an officer records it."""

    death_date: date
    source: DeathSource
    notice_number: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A court's declaration that somebody is missing."""

    missing_since: date
    decision_number: str


async def record_death(session: AsyncSession, seen: Seen, death: Death) -> Person:
    """Record a death.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        DeathImpossible: the day has not come, or lies before birth.
        PersonDeceased: a death is recorded already.
    """
    people = people_of(session, seen.now)
    person = await take_seen(people, seen)
    _check_day(person, death.death_date, "death_date", seen.today)
    if person.death_date is not None:
        raise PersonDeceased
    people.die(person, death.death_date, source=death.source, notice_number=death.notice_number)
    await people.flush()
    await audit.record(session, "person.died", "person", person.person_id, {"source": death.source})
    return person


async def declare_missing(session: AsyncSession, seen: Seen, declaration: Declaration) -> Person:
    """Record that a court declared somebody missing.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        DeathImpossible: the day has not come, or lies before birth.
        PersonDeceased: a death is recorded.
    """
    people = people_of(session, seen.now)
    person = await take_seen(people, seen)
    _check_day(person, declaration.missing_since, "missing_since", seen.today)
    if person.death_date is not None:
        raise PersonDeceased
    if person.missing_since is not None:
        await _supersede(session, person, "missing", seen, declaration.decision_number)
    people.declare_missing(
        person,
        declaration.missing_since,
        source="court",
        notice_number=declaration.decision_number,
    )
    await people.flush()
    await audit.record(session, "person.declared_missing", "person", person.person_id)
    return person


async def take_back(session: AsyncSession, seen: Seen, kind: VitalKind, reason: str) -> Person:
    """Take back a death (recorded by mistake) or a declaration (the person has come back).

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        VitalStatusAbsent: there is nothing to take back.
    """
    people = people_of(session, seen.now)
    person = await take_seen(people, seen)
    field = "death_date" if kind == "death" else "missing_since"
    if getattr(person, field) is None:
        raise VitalStatusAbsent
    setattr(person, field, None)
    home = await _supersede(session, person, kind, seen, reason)
    if kind == "death":
        person.household_id = home
    people.tell_corrected(person, field)
    await people.flush()
    await audit.record(session, f"person.{kind}_taken_back", "person", person.person_id)
    return person


async def correct_death(people: People, person: Person, *, reason: str) -> None:
    """Take a death back so that another day can be recorded in its place; the caller flushes."""
    values = {"now": people.now, "by": people.recorded_by, "reason": reason}
    person.household_id = await records.take_back_vital(
        people.session, person.person_id, "death", values=values
    )
    person.death_date = None
    people.tell_corrected(person, "death_date")


async def vital_of(session: AsyncSession, key: PersonKey) -> list[VitalRow]:
    """Read what was ever recorded about a person's life; audited.

    Raises:
        PersonNotFound: nobody of this key in the caller's communes.
    """
    person = await take(people_of(session, session.info["clock"].now()), key)
    await audit.record(session, "person.vital_status_read", "person", person.person_id)
    return await records.vital_of(session, person.person_id)


async def _supersede(
    session: AsyncSession, person: Person, kind: VitalKind, seen: Seen, reason: str
) -> UUID | None:
    values = {"now": seen.now, "by": session.info["scope"].actor, "reason": reason}
    return await records.take_back_vital(session, person.person_id, kind, values=values)


def _check_day(person: Person, day: date, field: str, today: date) -> None:
    if day > today:
        raise DeathImpossible(field, "Ngày này chưa đến.")
    who = person.identity
    # Of a birth known by month or year only the year is compared.
    before = (
        day < who.birth_date if who.birth_precision == "day" else day.year < who.birth_date.year
    )
    if before:
        raise DeathImpossible(field, "Ngày này trước ngày sinh.")
