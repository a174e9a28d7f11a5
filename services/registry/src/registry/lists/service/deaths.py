"""Taking in a slice of civil-status death notices: each row finds its person, or waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.database.ids import new_id
from registry.areas import service as areas
from registry.lists.domain.findings import Finding
from registry.lists.domain.imports import Import
from registry.lists.domain.notices import NoticeReading
from registry.lists.store import results as store
from registry.lists.store.results import RowResult
from registry.notices import service as notices
from registry.notices.domain import Notice, book_year_of
from registry.notices.service import ListedNotice
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_TOLD = {
    "pending": ("notice_without_person", None),
    "to_check": ("notice_person_to_check", "identity"),
}


async def apply_slice(
    session: AsyncSession,
    made: Import,
    number: int,
    readings: Sequence[NoticeReading],
    now: datetime,
) -> None:
    """Take in one slice. The transaction sees the whole province: people die away from home."""
    good = [reading for reading in readings if not reading.refused]
    people = People(session, now=now, recorded_by="civil_status")
    kept = await notices.take_listed(
        people, [_notice(reading, made) for reading in good], import_id=made.import_id
    )
    await people.flush()
    results = [
        RowResult(reading.row_number, "refused", reading.findings)
        for reading in readings
        if reading.refused
    ]
    results += [_result(reading, one) for reading, one in zip(good, kept, strict=True)]
    results.sort(key=lambda row: row.row_number)
    await store.insert_slice(session, made, number, results, now=now)


def _notice(reading: NoticeReading, made: Import) -> Notice:
    if reading.death_date is None:
        msg = "only notices that were read without an error are taken in"
        raise ValueError(msg)
    person = reading.person
    return Notice(
        notice_id=new_id(),
        kind="death",
        source="list",
        notice_number=reading.notice_number,
        commune_code=made.commune_code,
        full_name=person.full_name,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        happened_on=reading.death_date,
        happened_precision=reading.death_precision,
        personal_id=person.personal_id,
        former_number=person.former_number,
        place=areas.place_key(reading.registering_commune, made.commune_code),
        book_year=book_year_of(reading.notice_number, reading.notice_date, reading.death_date),
    )


def _result(reading: NoticeReading, kept: ListedNotice) -> RowResult:
    if not kept.is_new:
        return RowResult(reading.row_number, "unchanged", reading.findings)
    if kept.state in _TOLD:
        code, column = _TOLD[kept.state]
        reading.findings.append(Finding(code, column))
        return RowResult(reading.row_number, "created", reading.findings)
    if kept.state == "contradicts":
        code = "notice_death_differs" if kept.name_fits else "notice_does_not_match"
        reading.findings.append(Finding(code, "death_date" if kept.name_fits else "identity"))
        outcome = "unchanged" if kept.name_fits else "created"
        return RowResult(reading.row_number, outcome, reading.findings)
    outcome = "updated" if kept.died else "unchanged"
    return RowResult(reading.row_number, outcome, reading.findings, kept.person_id)
