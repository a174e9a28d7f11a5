"""People, facts, representatives, households and areas from events; the latest version stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts import registry
from common.contracts.envelope import Event
from common.database.session import AsyncSession
from common.runtime.clock import VN_TZ
from reporting.projections import store
from reporting.projections.service.freshness import note

_SEALED = "neutral"
"""The kind of fact that stands for a sealed one: nothing of it is kept here."""
_PERSON = {
    "person_id", "commune_code", "sex", "birth_date", "birth_precision", "poverty_class",
    "death_date", "verification", "personal_id", "full_name", "village", "household_id",
    "merged_into",
}  # fmt: skip


async def project_persons(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    """Keep what counting and lists need of each person, with its facts and representatives."""
    rows = [
        {**event.data.person.model_dump(mode="json", include=_PERSON), "version": event.sequence}
        for event in events
    ]
    await store.upsert(session, "person", rows)
    await _facts(session, events)
    await _representations(session, events)
    people = sorted({event.data.person.person_id for event in events})
    await store.follow_people(session, people)
    await store.complete_lines(session, people)
    await note(session, events)


async def _facts(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    told: dict[UUID, dict[str, Any]] = {}
    ends: dict[UUID, dict[str, Any]] = {}
    for event in events:
        data = event.data
        if isinstance(data, registry.CircumstanceEstablished) and data.fact.kind != _SEALED:
            about = _about(data, data.circumstance_id, data.fact.kind)
            told[data.circumstance_id] = {
                **about,
                "fact": data.fact.model_dump(mode="json", exclude={"kind"}),
                "valid_from": _day(data.valid_from),
                "valid_to": _day(data.valid_to),
            }
            if data.supersedes is not None:
                ends[data.supersedes] = {
                    **_about(data, data.supersedes, data.fact.kind),
                    "withdrawn": True,
                }
        elif isinstance(data, registry.CircumstanceEnded) and data.kind != _SEALED:
            about = _about(data, data.circumstance_id, data.kind)
            before = ends.get(data.circumstance_id, {})
            ends[data.circumstance_id] = {
                **about,
                "ended_on": _day(data.ended_on) or before.get("ended_on"),
                "withdrawn": data.withdrawn or before.get("withdrawn", False),
            }
    await store.upsert(session, "fact", list(told.values()))
    await store.upsert(session, "fact_end", list(ends.values()))


def _about(data: Any, circumstance_id: UUID, kind: str) -> dict[str, Any]:
    return {
        "circumstance_id": str(circumstance_id),
        "person_id": str(data.person.person_id),
        "commune_code": data.person.commune_code,
        "kind": kind,
    }


async def _representations(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    kinds = (registry.RepresentationAppointed, registry.RepresentationRevoked)
    rows = [
        {
            **event.data.representation.model_dump(mode="json"),
            "person_id": str(event.data.person.person_id),
            "commune_code": event.data.person.commune_code,
            "version": event.sequence,
        }
        for event in events
        if isinstance(event.data, kinds)
    ]
    await store.upsert(session, "representation", rows)


async def project_areas(
    session: AsyncSession, events: Sequence[Event[registry.AreaDescribed]]
) -> None:
    """Keep the name of each commune."""
    rows = [
        {**event.data.model_dump(mode="json", exclude={"province_code"}), "version": event.sequence}
        for event in events
    ]
    await store.upsert(session, "area", rows)
    await note(session, events)


async def project_households(
    session: AsyncSession,
    events: Sequence[Event[registry.HouseholdMembersChanged] | Event[registry.HouseholdClassified]],
) -> None:
    """Keep each household, and its poverty class of each year that was decided."""
    rows = [
        {**event.data.household.model_dump(mode="json"), "version": event.sequence}
        for event in events
    ]
    await store.upsert(session, "household", rows)
    classes = [
        {
            "household_id": str(event.data.household.household_id),
            "year": event.data.year,
            "commune_code": event.data.household.commune_code,
            "poverty_class": event.data.household.poverty_class,
            "people": _members(event.data.household, event.time.astimezone(VN_TZ).date()),
            "decision_number": event.data.decision_number,
            "version": event.sequence,
        }
        for event in events
        if isinstance(event.data, registry.HouseholdClassified)
    ]
    await store.upsert(session, "household_class", classes)
    await note(session, events)


def _members(household: registry.HouseholdState, day: date) -> int:
    return sum(member.valid_to is None or member.valid_to > day for member in household.members)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
