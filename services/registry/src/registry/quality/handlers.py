"""What the board hears: who is paid, from eligibility; who moved or was merged, from upstream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.eligibility import (
    EntitlementAdjusted,
    EntitlementGranted,
    EntitlementHeld,
    EntitlementStopped,
    EntitlementTakenOver,
)
from common.contracts.registry import PersonMerged, PersonMoved, PersonUnmerged
from common.events.dispatch import AnyEvent, Handlers, without_bulk
from registry.quality import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_ENTITLEMENTS = (
    EntitlementTakenOver,
    EntitlementGranted,
    EntitlementAdjusted,
    EntitlementHeld,
    EntitlementStopped,
)


async def on_entitlement(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep who is paid, to see the dead and the departed among them."""
    await service.note_receiving(session, [event.data.entitlement for event in events])


@without_bulk
async def on_changed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Let what was open about people be gone who moved, or whose record another one stands for."""
    ids = [UUID(event.subject) for event in events]
    await service.forget(session, ids, now=session.info["clock"].now())


HANDLERS: Handlers = [
    (_ENTITLEMENTS, on_entitlement),
    ((PersonMoved, PersonMerged, PersonUnmerged), on_changed),
]
