"""Turn events into rows of the read models; repeats and late versions change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from common.contracts import disbursement, eligibility, registry
from common.contracts.envelope import Event
from common.database.session import AsyncSession
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from reporting.projections import store

EntitlementEvent = (
    eligibility.EntitlementTakenOver
    | eligibility.EntitlementGranted
    | eligibility.EntitlementAdjusted
    | eligibility.EntitlementHeld
    | eligibility.EntitlementStopped
)


ListEvent = TypeVar(
    "ListEvent",
    disbursement.PaymentListSealed,
    disbursement.PaymentListLines,
    disbursement.PaymentResultsRecorded,
    disbursement.PaymentListReconciled,
)


async def project_persons(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    """Keep what counting needs of each person: no name, no number."""
    await store.upsert(session, "person", [_person(event) for event in events])
    await store.complete_lines(session, _distinct([e.data.person.person_id for e in events]))
    await _note(session, events)


async def project_areas(
    session: AsyncSession, events: Sequence[Event[registry.AreaDescribed]]
) -> None:
    """Keep the name of each commune."""
    rows = [
        {**event.data.model_dump(mode="json", exclude={"province_code"}), "version": event.sequence}
        for event in events
    ]
    await store.upsert(session, "area", rows)
    await _note(session, events)


async def project_entitlements(
    session: AsyncSession, events: Sequence[Event[EntitlementEvent]]
) -> None:
    """Keep the state and levels of each entitlement."""
    await store.upsert(session, "entitlement", [_entitlement(event) for event in events])
    people = _distinct([event.data.entitlement.person_id for event in events])
    await store.complete_lines(session, people)
    await _note(session, events)


async def project_lists(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListSealed]]
) -> None:
    """Keep the head of each sealed list, with what it announces."""
    events = _monthly(events)
    rows = [
        {
            **_of_list(event.data),
            "content_hash": event.data.content_hash,
            "lines": event.data.lines,
            "total": event.data.total,
            "sealed_on": event.data.sealed_on.isoformat(),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "payment_list", rows)
    await _note(session, events)


async def project_lines(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListLines]]
) -> None:
    """Keep each line of a sealed list; sealed lines never change."""
    events = _monthly(events)
    rows = [
        {
            **_of_list(event.data),
            **line.model_dump(mode="json", exclude={"group"}),
            "group_code": line.group,
        }
        for event in events
        for line in event.data.lines
    ]
    await store.upsert(session, "list_line", rows)
    people = _distinct([line.person_id for event in events for line in event.data.lines])
    await store.complete_lines(session, people)
    await _note(session, events)


async def project_results(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentResultsRecorded]]
) -> None:
    """Keep the latest proven outcome of each line."""
    events = _monthly(events)
    rows = [
        {
            **_of_list(event.data),
            **result.model_dump(mode="json", exclude={"person_id"}),
            "version": event.sequence,
        }
        for event in events
        for result in event.data.results
    ]
    await store.upsert(session, "line_result", rows)
    await _note(session, events)


async def project_reconciliations(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListReconciled]]
) -> None:
    """Keep the latest reconciliation per list and partner."""
    events = _monthly(events)
    rows = [
        {
            **event.data.model_dump(mode="json"),
            **_of_list(event.data),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "reconciliation", rows)
    await _note(session, events)


async def project_recoveries(
    session: AsyncSession, events: Sequence[Event[disbursement.RecoveryOpened]]
) -> None:
    """Keep each recovery case with the first month that was paid too much."""
    rows = [
        {
            **event.data.model_dump(mode="json", exclude={"months"}),
            "first_month": _first_month(event).first_day.isoformat(),
            "months": len(event.data.months),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "recovery", rows)
    await _note(session, events)


async def clear(session: AsyncSession) -> None:
    """Empty every read model before a replay from the start of the streams."""
    await store.clear(session)


async def lists_not_as_announced(session: AsyncSession) -> list[str]:
    """Find sealed lists whose lines or sum differ from what their head announces."""
    return await store.ids(session, store.LISTS_NOT_AS_ANNOUNCED)


async def results_without_line(session: AsyncSession) -> list[str]:
    """Find results of lines that no list has."""
    return await store.ids(session, store.RESULTS_WITHOUT_LINE)


async def results_of_other_amounts(session: AsyncSession) -> list[str]:
    """Find lines that were paid another amount than listed."""
    return await store.ids(session, store.RESULTS_OF_OTHER_AMOUNTS)


async def _note(session: AsyncSession, events: Sequence[Event[Any]]) -> None:
    if events:
        producer = events[0].type.split(".", 1)[0]
        await store.note_freshness(session, producer, max(event.time for event in events))


def _person(event: Event[Any]) -> dict[str, Any]:
    wanted = {
        "person_id",
        "commune_code",
        "sex",
        "birth_date",
        "poverty_class",
        "death_date",
        "verification",
    }
    return {
        **event.data.person.model_dump(mode="json", include=wanted),
        "version": event.sequence,
    }


def _entitlement(event: Event[EntitlementEvent]) -> dict[str, Any]:
    state = event.data.entitlement
    return {
        **state.model_dump(mode="json", exclude={"group", "decision"}),
        "group_code": state.group,
        "origin": state.decision.origin,
        "signed_on": state.decision.signed_on.isoformat(),
        "version": event.sequence,
    }


def _first_month(event: Event[disbursement.RecoveryOpened]) -> Month:
    known = min(event.data.months, default=None)
    return Month.of(event.time.astimezone(VN_TZ).date()) if known is None else Month.parse(known)


def _of_list(
    data: disbursement.PaymentListSealed
    | disbursement.PaymentListLines
    | disbursement.PaymentResultsRecorded
    | disbursement.PaymentListReconciled,
) -> dict[str, str]:
    return {
        "list_id": str(data.list_id),
        "commune_code": data.commune_code,
        "month": data.month.first_day.isoformat(),
    }


def _monthly(events: Sequence[Event[ListEvent]]) -> list[Event[ListEvent]]:
    """Leave out lists of one-offs: the figures of the month count monthly benefits."""
    return [event for event in events if event.data.kind == "monthly"]


def _distinct(ids: Sequence[UUID]) -> list[UUID]:
    return sorted(set(ids))
