"""Commands of officers about one person's facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.web.etag import check_version
from registry.circumstances import store
from registry.circumstances.domain import (
    Change,
    Circumstance,
    CircumstanceNotFound,
    CircumstanceSuperseded,
    Fact,
    FactContradicts,
    SealedElsewhere,
    Subject,
    check_period,
    contradictions,
    corrected,
    ended,
    withdrawn,
)
from registry.circumstances.service.establish import (
    establish,
    recording_of,
    tell_correction,
    tell_end,
    write,
)
from registry.persons.domain import Person, PersonNotFound
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_SEALED = "neutral"


@dataclass(frozen=True, slots=True)
class _Known:
    """A person under change and what counts about them now."""

    people: People
    person: Person
    rows: Sequence[Circumstance]

    def row(self, circumstance_id: UUID) -> Circumstance | None:
        return next((r for r in self.rows if r.circumstance_id == circumstance_id), None)


async def establish_for(
    session: AsyncSession, personal_id: str, fact: Fact, *, now: datetime
) -> tuple[Person, Circumstance]:
    """Record a fact about one person, as an officer enters it.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        PeriodInvalid: it would end before it begins.
        FactContradicts: it cannot be.
    """
    known = await _load(session, personal_id, now)
    own = replace(fact, person_id=known.person.person_id)
    check_period(own)
    _refuse_contradictions(known, own, now.date())
    await establish(known.people, [own])
    await known.people.flush()
    rows = (await store.current(session, [own.person_id]))[own.person_id]
    row = next(row for row in rows if row.fact.topic == own.topic and _holds(row, own))
    await _audit(session, "circumstance.established", row)
    return known.person, row


async def correct_for(
    session: AsyncSession,
    personal_id: str,
    circumstance_id: UUID,
    stated: tuple[Fact, str],
    *,
    expected_version: int,
    now: datetime,
) -> tuple[Person, Circumstance]:
    """Replace a row by what should have been written; `stated` is the fact and the reason.

    Raises:
        PersonNotFound, CircumstanceNotFound: not there, or not the caller's.
        PreconditionFailed: the caller's copy of the person is out of date.
        CircumstanceSuperseded: another row has taken its place.
        SealedElsewhere: it follows a sealed fact.
        PeriodInvalid, KindDiffers, PeriodTaken, FactContradicts: it cannot be.
    """
    known = await _load(session, personal_id, now)
    check_version(known.person.version, expected_version)
    row = await _present(session, known, circumstance_id)
    fact, reason = stated
    own = replace(fact, person_id=known.person.person_id)
    change = corrected(_topic(known, row), row, own, recording_of(known.people, reason))
    _refuse_contradictions(known, own, now.date(), but=row)
    await write(known.people, [change], reason=reason)
    tell_correction(known.people, change)
    return await _finish(session, known, change, "circumstance.corrected")


async def end_for(
    session: AsyncSession,
    personal_id: str,
    circumstance_id: UUID,
    ending: tuple[date, str],
    *,
    now: datetime,
) -> tuple[Person, Circumstance]:
    """Let a fact hold only until before a day; `ending` is the day and the reason.

    Raises:
        PersonNotFound, CircumstanceNotFound: not there, or not the caller's.
        CircumstanceSuperseded: another row has taken its place.
        SealedElsewhere: it follows a sealed fact.
        EndOutsidePeriod: it does not hold until then.
    """
    known = await _load(session, personal_id, now)
    row = await _present(session, known, circumstance_id)
    ended_on, reason = ending
    change = ended(row, ended_on, recording_of(known.people, reason))
    await write(known.people, [change], reason=reason)
    # The row has a new id, so that a later correction names it: told first, then its end.
    tell_correction(known.people, change)
    for fresh in change.fresh:
        tell_end(known.people, fresh, withdrawn=False)
    return await _finish(session, known, change, "circumstance.ended")


async def withdraw_for(
    session: AsyncSession, personal_id: str, circumstance_id: UUID, reason: str, *, now: datetime
) -> tuple[Person, Circumstance]:
    """Take back a row that was written by mistake: nothing of it counts.

    Raises:
        PersonNotFound, CircumstanceNotFound: not there, or not the caller's.
        CircumstanceSuperseded: another row has taken its place.
        SealedElsewhere: it follows a sealed fact.
    """
    known = await _load(session, personal_id, now)
    row = await _present(session, known, circumstance_id)
    change = withdrawn(row)
    await write(known.people, [change], reason=reason)
    tell_end(known.people, row, withdrawn=True)
    return await _finish(session, known, change, "circumstance.withdrawn")


async def _load(session: AsyncSession, personal_id: str, now: datetime) -> _Known:
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    rows = await store.current(session, [person.person_id])
    return _Known(people, person, rows.get(person.person_id, []))


async def _present(session: AsyncSession, known: _Known, circumstance_id: UUID) -> Circumstance:
    """Give a row that still counts and may be changed here."""
    row = known.row(circumstance_id)
    if row is None:
        old = await store.by_id(session, known.person.person_id, circumstance_id)
        raise CircumstanceNotFound if old is None else CircumstanceSuperseded
    if row.fact.kind == _SEALED:
        raise SealedElsewhere
    return row


def _topic(known: _Known, row: Circumstance) -> list[Circumstance]:
    return [one for one in known.rows if one.fact.topic == row.fact.topic]


def _refuse_contradictions(
    known: _Known, fact: Fact, today: date, *, but: Circumstance | None = None
) -> None:
    who = known.person.identity
    subject = Subject(known.person.person_id, who.birth_date, who.sex, known.person.death_date)
    found = contradictions(fact, subject, [row for row in known.rows if row is not but], today)
    if found:
        raise FactContradicts(errors=found)


async def _finish(
    session: AsyncSession, known: _Known, change: Change, action: str
) -> tuple[Person, Circumstance]:
    await known.people.flush()
    row = (change.rows or list(change.superseded))[0]
    await _audit(session, action, row)
    return known.person, row


async def _audit(session: AsyncSession, action: str, row: Circumstance) -> None:
    await audit.record(
        session,
        action,
        "person",
        row.fact.person_id,
        {"kind": row.fact.kind, "circumstance_id": str(row.circumstance_id)},
    )


def _holds(row: Circumstance, fact: Fact) -> bool:
    """Say whether a current row is the one that states a fact just recorded."""
    starts = row.valid_from is None or (
        fact.valid_from is not None and row.valid_from <= fact.valid_from
    )
    ends = row.valid_to is None or (fact.valid_to is not None and fact.valid_to <= row.valid_to)
    return starts and ends
