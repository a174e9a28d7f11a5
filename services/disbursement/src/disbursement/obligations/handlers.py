"""Events in: levels from eligibility, months recorded as paid from the registry's intake."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementHeld,
    EntitlementStopped,
    EntitlementTakenOver,
    OneOffGranted,
)
from common.contracts.registry import DuplicateSettled, DuplicateSuspected, IntakeRowAccepted
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.obligations import service


async def on_entitlements(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep the latest state of each entitlement."""
    await service.take_entitlements(
        session, [(event.data.entitlement, event.sequence) for event in events]
    )


async def on_intake_rows(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Record what the commune's list declared as paid."""
    now = session.info["clock"].now()
    await service.record_paid(session, [event.data for event in events], now)


async def on_one_offs(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Owe what a signed decision grants once."""
    await service.take_one_offs(session, [event.data for event in events])


async def on_duplicates(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep which two records may be one human: the later one is not paid beside the earlier."""
    await service.take_duplicates(session, [(event.data, event.sequence) for event in events])


HANDLERS: Handlers = [
    (
        (
            EntitlementTakenOver,
            EntitlementGranted,
            EntitlementAdjusted,
            EntitlementHeld,
            EntitlementStopped,
        ),
        on_entitlements,
    ),
    ((IntakeRowAccepted,), on_intake_rows),
    ((OneOffGranted,), on_one_offs),
    ((DuplicateSuspected, DuplicateSettled), on_duplicates),
]
