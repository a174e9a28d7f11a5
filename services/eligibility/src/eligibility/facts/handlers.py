"""Registry events, and what this service's own entitlements pay, into this service's own copy."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementHeld,
    EntitlementStopped,
    EntitlementTakenOver,
)
from common.contracts.registry import EVENTS, AreaClassified
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.facts import service

ENTITLEMENT_EVENTS = (
    EntitlementTakenOver,
    EntitlementGranted,
    EntitlementAdjusted,
    EntitlementHeld,
    EntitlementStopped,
)


PERSON_EVENTS = tuple(kind for kind in EVENTS if "person" in kind.model_fields)
"""Whatever carries a person's full state."""


async def keep_areas(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep which places are specially difficult."""
    await service.keep_areas(session, events, session.info["clock"].now())


async def keep_receipts(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep what people receive: what the law asks before it grants another benefit."""
    await service.keep_receipts(session, events, session.info["clock"].now())


async def keep_facts(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep what a batch of registry events says."""
    await service.keep(session, events, session.info["clock"].now())


HANDLERS: Handlers = [
    (PERSON_EVENTS, keep_facts),
    ((AreaClassified,), keep_areas),
    (ENTITLEMENT_EVENTS, keep_receipts),
]
