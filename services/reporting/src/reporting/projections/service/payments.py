"""Entitlements, lists, results, reconciliations and recoveries from events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts import disbursement, eligibility
from common.contracts.envelope import Event
from common.database.session import AsyncSession
from common.kernel.months import Month
from common.runtime.clock import VN_TZ
from reporting.projections import store
from reporting.projections.service.freshness import note

EntitlementEvent = (
    eligibility.EntitlementTakenOver
    | eligibility.EntitlementGranted
    | eligibility.EntitlementAdjusted
    | eligibility.EntitlementHeld
    | eligibility.EntitlementStopped
)


async def project_entitlements(
    session: AsyncSession, events: Sequence[Event[EntitlementEvent]]
) -> None:
    """Keep the state and levels of each entitlement."""
    await store.upsert(session, "entitlement", [_entitlement(event) for event in events])
    people = _distinct([event.data.entitlement.person_id for event in events])
    await store.complete_lines(session, people)
    await note(session, events)


async def project_lists(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListSealed]]
) -> None:
    """Keep the head of each sealed list, with what it announces."""
    rows = [
        {
            **_of_list(event.data),
            "content_hash": event.data.content_hash,
            "lines": event.data.lines,
            "total": event.data.total,
            "sealed_on": event.data.sealed_on.isoformat(),
            "version": event.sequence,
        }
        for event in _monthly(events)
    ]
    await store.upsert(session, "payment_list", rows)
    await note(session, events)


async def project_lines(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListLines]]
) -> None:
    """Keep each line of a sealed list; sealed lines never change."""
    rows = [
        {
            **_of_list(event.data),
            **line.model_dump(mode="json", exclude={"group"}),
            "group_code": line.group,
        }
        for event in _monthly(events)
        for line in event.data.lines
    ]
    await store.upsert(session, "list_line", rows)
    people = _distinct([line.person_id for event in _monthly(events) for line in event.data.lines])
    await store.complete_lines(session, people)
    await note(session, events)


async def project_results(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentResultsRecorded]]
) -> None:
    """Keep the latest proven outcome of each line."""
    rows = [
        {
            **_of_list(event.data),
            **result.model_dump(mode="json", exclude={"person_id"}),
            "version": event.sequence,
        }
        for event in _monthly(events)
        for result in event.data.results
    ]
    await store.upsert(session, "line_result", rows)
    await note(session, events)


async def project_reconciliations(
    session: AsyncSession, events: Sequence[Event[disbursement.PaymentListReconciled]]
) -> None:
    """Keep the latest reconciliation per list and partner."""
    rows = [
        {
            **event.data.model_dump(mode="json"),
            **_of_list(event.data),
            "version": event.sequence,
        }
        for event in _monthly(events)
    ]
    await store.upsert(session, "reconciliation", rows)
    await note(session, events)


async def project_withdrawn_recoveries(
    session: AsyncSession, events: Sequence[Event[disbursement.RecoveryWithdrawn]]
) -> None:
    """Keep what a recovery case still claims."""
    rows = [
        {
            **event.data.model_dump(mode="json", exclude={"months", "remaining"}),
            "reason": "other",
            "first_month": _first_month(event).first_day.isoformat(),
            "months": len(event.data.months),
            "version": event.sequence,
        }
        for event in events
    ]
    await store.upsert(session, "recovery_claim", rows)
    await note(session, events)


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
    await note(session, events)


def _entitlement(event: Event[EntitlementEvent]) -> dict[str, Any]:
    state = event.data.entitlement
    return {
        **state.model_dump(mode="json", exclude={"group", "decision"}),
        "group_code": state.group,
        "origin": state.decision.origin,
        "decision_number": state.decision.number,
        "changed_on": event.time.astimezone(VN_TZ).date().isoformat(),
        "signed_on": state.decision.signed_on.isoformat(),
        "version": event.sequence,
    }


def _first_month(
    event: Event[disbursement.RecoveryOpened] | Event[disbursement.RecoveryWithdrawn],
) -> Month:
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


def _monthly(events: Sequence[Event[Any]]) -> list[Event[Any]]:
    """Give the events of monthly lists: what is granted once is counted from its decision."""
    return [event for event in events if event.data.kind == "monthly"]


def _distinct(ids: Sequence[UUID]) -> list[UUID]:
    return sorted(set(ids))
