"""Keep what the registry tells, and answer what is known about a person in a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl

from common.contracts.eligibility import EntitlementState
from common.contracts.registry import (
    CircumstanceEstablished,
    DisabilityFact,
    HouseholdReclassified,
    PensionIncomeFact,
    PersonDied,
)
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent
from common.kernel.months import Month
from eligibility.facts import store
from eligibility.facts.domain import Person, PersonUnknown

__all__ = [
    "deaths",
    "keep",
    "keep_receipts",
    "month_facts",
    "months_frame",
    "names",
    "person_by_id",
    "person_by_personal_id",
    "received",
]


async def keep(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Take a batch of registry events into the copy; of each person the latest version counts."""
    latest = {event.data.person.person_id: event for event in events}
    await store.put_persons(session, [_person_row(event) for event in latest.values()], now)
    poverty = [_poverty_row(event) for event in _of(events, HouseholdReclassified)]
    if poverty:
        await store.put_poverty(session, poverty, now)
    circumstances = [_circumstance_row(event) for event in _of(events, CircumstanceEstablished)]
    if circumstances:
        await store.put_circumstances(session, circumstances, now)


async def keep_receipts(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep what people receive, as their entitlements stand after a batch of changes."""
    latest = {event.data.entitlement.entitlement_id: event for event in events}
    await store.put_receipts(session, [_receipt_row(event) for event in latest.values()])


def _receipt_row(event: AnyEvent) -> dict[str, Any]:
    state: EntitlementState = event.data.entitlement
    return {
        "entitlement_id": state.entitlement_id,
        "person_id": state.person_id,
        "commune_code": state.commune_code,
        "benefit": state.benefit,
        "status": state.status,
        "levels": [
            {
                "from_month": level.from_month.first_day,
                "to_month": None if level.to_month is None else level.to_month.first_day,
                "amount": level.amount,
            }
            for level in state.levels
        ],
        "version": event.sequence,
    }


async def received(session: AsyncSession, person_id: UUID, month: Month) -> Mapping[str, int]:
    """Give what a person is being paid in a month, đồng by benefit; what is held is not paid."""
    return await store.receipts(session, person_id, month.first_day)


def _of(events: Sequence[AnyEvent], kind: type) -> Iterable[AnyEvent]:
    return (event for event in events if isinstance(event.data, kind))


def _person_row(event: AnyEvent) -> dict[str, Any]:
    row: dict[str, Any] = event.data.person.model_dump(
        exclude={"former_number", "village", "household_id"}
    )
    if isinstance(event.data, PersonDied):
        row["death_date"] = event.data.death_date
    return {**row, "version": event.sequence}


def _poverty_row(event: AnyEvent) -> dict[str, Any]:
    data: HouseholdReclassified = event.data
    return {
        "person_id": data.person.person_id,
        "version": event.sequence,
        "commune_code": data.person.commune_code,
        "poverty_class": data.poverty_class,
        "year": data.year,
        "valid_from": data.valid_from,
        "valid_to": data.valid_to,
    }


def _circumstance_row(event: AnyEvent) -> dict[str, Any]:
    data: CircumstanceEstablished = event.data
    row: dict[str, Any] = {
        "person_id": data.person.person_id,
        "version": event.sequence,
        "circumstance_id": data.circumstance_id,
        "commune_code": data.person.commune_code,
        "kind": data.fact.kind,
        "valid_from": data.valid_from,
        "valid_to": data.valid_to,
        "supersedes": data.supersedes,
    }
    if isinstance(data.fact, DisabilityFact):
        row |= {"degree": data.fact.degree, "certificate_date": data.fact.certificate_date}
    elif isinstance(data.fact, PensionIncomeFact):
        row |= {"monthly_amount": data.fact.monthly_amount}
    return row


async def months_frame(
    session: AsyncSession, person_ids: Sequence[UUID], first: Month, last: Month
) -> pl.DataFrame:
    """Give one row per person and month with the facts that the law reads."""
    return await store.read_months(session, person_ids, first.first_day, last.first_day)


async def month_facts(session: AsyncSession, person_id: UUID, day: date) -> dict[str, Any]:
    """Give one person's facts for the month of a day, by the names that the law uses."""
    month = Month.of(day)
    frame = await months_frame(session, [person_id], month, month)
    rows = frame.to_dicts()
    if not rows:
        raise PersonUnknown
    return rows[0]


async def person_by_id(session: AsyncSession, person_id: UUID) -> Person:
    """Give a person as known now.

    Raises:
        PersonUnknown: the registry has not told about this person, or not to this caller.
    """
    return _person(await store.find_person(session, person_id=person_id))


async def person_by_personal_id(session: AsyncSession, personal_id: str) -> Person:
    """Give a person by the 12 digits.

    Raises:
        PersonUnknown: the registry has not told about this person, or not to this caller.
    """
    return _person(await store.find_person(session, personal_id=personal_id))


async def names(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Give people's names, for lists that officers read."""
    return await store.names(session, person_ids)


async def deaths(session: AsyncSession, person_ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """Give the days of death of those who are known to have died."""
    return await store.deaths(session, person_ids)


def _person(row: Any | None) -> Person:
    if row is None:
        raise PersonUnknown("Cần đăng ký người này ở hệ thống đăng ký trước.")
    return Person(
        person_id=row.person_id,
        personal_id=row.personal_id,
        full_name=row.full_name,
        birth_date=row.birth_date,
        birth_precision=row.birth_precision,
        sex=row.sex,
        commune_code=row.commune_code,
        death_date=row.death_date,
        version=row.version,
    )
