"""Take what events say into this service's own copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.eligibility import EntitlementState
from common.contracts.registry import (
    AreaClassified,
    ChildFact,
    CircumstanceEnded,
    CircumstanceEstablished,
    HouseholdReclassified,
    NeutralFact,
    PersonDied,
    PersonMerged,
    PersonMoved,
    PersonState,
    RepresentationAppointed,
    RepresentationRevoked,
)
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent
from common.kernel.months import Month
from eligibility.facts.domain import NeutralCodeDiffers
from eligibility.facts.service.reading import neutral_code
from eligibility.facts.store import recording as store
from eligibility.facts.store import sheet


async def keep(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Take a batch of registry events into the copy; of each person the latest version counts.

    Raises:
        NeutralCodeDiffers: the registry tells another code than this service is set to.
    """
    _check_neutral(events, neutral_code(session))
    moves = _move_rows(events)
    if moves:
        await store.put_moves(session, moves, now)
    latest = {event.data.person.person_id: event for event in events}
    await store.put_persons(session, [_person_row(event) for event in latest.values()], now)
    poverty = [_poverty_row(event) for event in _of(events, HouseholdReclassified)]
    if poverty:
        await store.put_poverty(session, poverty, now)
    circumstances = [
        *(_circumstance_row(event) for event in _of(events, CircumstanceEstablished)),
        *(_ended_row(event) for event in _of(events, CircumstanceEnded)),
    ]
    if circumstances:
        await store.put_circumstances(session, circumstances, now)
    appointed = [
        _representation_row(event)
        for kind in (RepresentationAppointed, RepresentationRevoked)
        for event in _of(events, kind)
    ]
    if appointed:
        await store.put_representations(session, appointed, now)
    await refresh(session, list(latest), now)


async def keep_areas(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Keep which communes and villages are specially difficult."""
    await store.put_areas(session, [_area_row(event) for event in events], now)


async def keep_receipts(session: AsyncSession, events: Sequence[AnyEvent], now: datetime) -> None:
    """Keep what people receive, as their entitlements stand after a batch of changes."""
    latest = {event.data.entitlement.entitlement_id: event for event in events}
    rows = [_receipt_row(event) for event in latest.values()]
    await store.put_receipts(session, rows, now)
    await refresh(session, [row["person_id"] for row in rows], now)


async def refresh(session: AsyncSession, person_ids: Sequence[UUID], now: datetime) -> None:
    """Make the flat sheet of people, and of all records of the same human, anew."""
    # Signed in one commune, a decision may be about somebody whose facts were told in another.
    async with whole_province(session):
        people = await sheet.with_merged(session, person_ids)
        await sheet.refresh(session, people, Month.of(now.date()).last_day)


def _check_neutral(events: Sequence[AnyEvent], code: str) -> None:
    for event in _of(events, CircumstanceEstablished):
        fact = event.data.fact
        if isinstance(fact, NeutralFact) and fact.code != code:
            raise NeutralCodeDiffers


def _of(events: Sequence[AnyEvent], kind: type) -> Iterable[AnyEvent]:
    return (event for event in events if isinstance(event.data, kind))


def _person_row(event: AnyEvent) -> dict[str, Any]:
    row: dict[str, Any] = event.data.person.model_dump(exclude={"former_number", "household_id"})
    if isinstance(event.data, PersonDied):
        row["death_date"] = event.data.death_date
    elif isinstance(event.data, PersonMerged):
        row["merged_into"] = event.data.into.person_id
    return {**row, "version": event.sequence}


def _move_rows(events: Sequence[AnyEvent]) -> list[dict[str, Any]]:
    """Name with each move the village that was left, where the same batch told of it."""
    rows: list[dict[str, Any]] = []
    before: dict[UUID, PersonState] = {}
    for event in events:
        person: PersonState = event.data.person
        if isinstance(event.data, PersonMoved):
            rows.append(_move_row(event, before.get(person.person_id)))
        before[person.person_id] = person
    return rows


def _move_row(event: AnyEvent, before: PersonState | None) -> dict[str, Any]:
    data: PersonMoved = event.data
    known = before is not None and before.commune_code == data.from_commune
    return {
        "village": before.village if known and before is not None else None,
        "known": known,
        "person_id": data.person.person_id,
        "version": event.sequence,
        "from_commune": data.from_commune,
        "to_commune": data.to_commune,
        "moved_on": data.moved_on,
    }


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
    return {
        "person_id": data.person.person_id,
        "version": event.sequence,
        "circumstance_id": data.circumstance_id,
        "commune_code": data.person.commune_code,
        "kind": data.fact.kind,
        "child_key": data.fact.child_key if isinstance(data.fact, ChildFact) else "",
        "fact": data.fact.model_dump(mode="json"),
        "valid_from": data.valid_from,
        "valid_to": data.valid_to,
        "supersedes": data.supersedes,
        "ended": False,
        "withdrawn": False,
    }


def _ended_row(event: AnyEvent) -> dict[str, Any]:
    data: CircumstanceEnded = event.data
    return {
        "person_id": data.person.person_id,
        "version": event.sequence,
        "circumstance_id": data.circumstance_id,
        "commune_code": data.person.commune_code,
        "kind": data.kind,
        "valid_to": data.ended_on,
        "supersedes": None,
        "ended": True,
        "withdrawn": data.withdrawn or data.ended_on is None,
    }


def _representation_row(event: AnyEvent) -> dict[str, Any]:
    data: RepresentationAppointed | RepresentationRevoked = event.data
    item = data.representation
    ends: list[date] = [] if item.valid_to is None else [item.valid_to]
    if isinstance(data, RepresentationRevoked):
        ends.append(data.revoked_on)
    return {
        "person_id": data.person.person_id,
        "version": event.sequence,
        "representation_id": item.representation_id,
        "commune_code": data.person.commune_code,
        "kind": item.kind,
        "representative_person_id": item.representative_person_id,
        "may_receive_money": item.may_receive_money,
        "valid_from": item.valid_from,
        "valid_to": min(ends, default=None),
    }


def _area_row(event: AnyEvent) -> dict[str, Any]:
    data: AreaClassified = event.data
    return {
        "area_key": event.subject,
        "version": event.sequence,
        "commune_code": data.commune_code,
        "village": data.village or "",
        "difficult": data.difficult,
        "decision_number": data.decision_number,
        "valid_from": data.valid_from,
        "valid_to": data.valid_to,
    }


def _receipt_row(event: AnyEvent) -> dict[str, Any]:
    state: EntitlementState = event.data.entitlement
    return {
        "entitlement_id": state.entitlement_id,
        "version": event.sequence,
        "person_id": state.person_id,
        "commune_code": state.commune_code,
        "benefit": state.benefit,
        "group_code": state.group_within,
        "status": state.status,
        "signed_on": state.decision.signed_on,
        "levels": [
            {
                "from_month": level.from_month.first_day,
                "to_month": None if level.to_month is None else level.to_month.first_day,
                "amount": level.amount,
            }
            for level in state.levels
        ],
    }


async def renew_sheets(session: AsyncSession, now: datetime, limit: int) -> int:
    """Make up to `limit` sheets that are missing or past their days; gives how many it made.

    An upgraded installation has dated rows from before there were sheets, and time passes for
    people about whom nothing is told.
    """
    people = await sheet.outdated(session, Month.of(now.date()).last_day, limit)
    await refresh(session, people, now)
    return len(people)
