"""Taking in a slice of civil-status death notices: each row finds its person, or waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.database.ids import new_id
from registry.intake.domain.findings import Finding
from registry.intake.domain.imports import Import, Notice
from registry.intake.domain.notices import NoticeReading
from registry.intake.service import notices
from registry.intake.service.notices import CONTRADICTS
from registry.intake.store import notices as notice_store
from registry.intake.store import results as store
from registry.intake.store.notices import NoticeRow
from registry.intake.store.results import RowResult
from registry.persons.domain import Person
from registry.persons.service import People
from registry.verification import service as verification

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(slots=True)
class _Fate:
    """What becomes of one notice."""

    state: str = "pending"
    outcome: str = "created"
    person: Person | None = None


async def apply_slice(
    session: AsyncSession,
    made: Import,
    number: int,
    readings: Sequence[NoticeReading],
    now: datetime,
) -> None:
    """Take in one slice. The transaction sees the whole province: people die away from home."""
    good = [reading for reading in readings if not reading.refused]
    known = await notice_store.known_numbers(
        session, made.commune_code, [reading.notice_number for reading in good]
    )
    people = People(session, now=now, recorded_by="civil_status")
    await people.load(
        personal_ids=[r.person.personal_id for r in good if r.person.personal_id],
        former_numbers=[
            r.person.former_number
            for r in good
            if r.person.former_number and not r.person.personal_id
        ],
    )
    results: list[RowResult] = []
    kept: list[NoticeRow] = []
    tasks = []
    for reading in readings:
        if reading.refused:
            results.append(RowResult(reading.row_number, "refused", reading.findings))
            continue
        if reading.notice_number in known:
            results.append(RowResult(reading.row_number, "unchanged", reading.findings))
            continue
        known.add(reading.notice_number)
        notice = _notice(reading, made)
        person = notices.person_of(people, notice)
        fate = _decide(people, reading, notice, person)
        if fate.person is not None and fate.state == "contradicts":
            tasks.append((fate.person.person_id, fate.person.identity.commune_code, CONTRADICTS))
        kept.append(_row(reading, notice, fate))
        results.append(_result(reading, fate))
    await notice_store.insert(session, made.import_id, kept, now)
    await verification.open_tasks(session, tasks, now)
    await people.flush()
    await store.insert_slice(session, made, number, results, now=now)


def _decide(people: People, reading: NoticeReading, notice: Notice, person: Person | None) -> _Fate:
    if person is None:
        reading.findings.append(Finding("notice_without_person"))
        return _Fate()
    if not notices.is_about(notice, person.identity):
        reading.findings.append(Finding("notice_does_not_match", "identity"))
        return _Fate("contradicts", "created", person)
    if person.death_date is None:
        people.die(
            person,
            notice.death_date,
            source="civil_status",
            notice_number=notice.notice_number,
        )
        return _Fate("matched", "updated", person)
    if person.death_date != notice.death_date:
        reading.findings.append(Finding("notice_death_differs", "death_date"))
        return _Fate("contradicts", "unchanged", person)
    return _Fate("matched", "unchanged", person)


def _notice(reading: NoticeReading, made: Import) -> Notice:
    if reading.death_date is None:
        msg = "only notices that were read without an error are taken in"
        raise ValueError(msg)
    person = reading.person
    return Notice(
        notice_id=new_id(),
        personal_id=person.personal_id,
        former_number=person.former_number,
        full_name=person.full_name,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        death_date=reading.death_date,
        notice_number=reading.notice_number,
        commune_code=made.commune_code,
    )


def _row(reading: NoticeReading, notice: Notice, fate: _Fate) -> NoticeRow:
    return NoticeRow(
        notice=notice,
        row_number=reading.row_number,
        notice_date=reading.notice_date,
        registering_commune=reading.registering_commune,
        state=fate.state,
        person_id=fate.person.person_id if fate.person else None,
    )


def _result(reading: NoticeReading, fate: _Fate) -> RowResult:
    about = fate.person.person_id if fate.person and fate.state == "matched" else None
    return RowResult(reading.row_number, fate.outcome, reading.findings, about)
