"""What was just taken over is compared with the law at once."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.eligibility import EntitlementTakenOver
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.reviews import service


async def compare_taken_over(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note where entitlements differ from the law; nothing changes by it."""
    ids = [event.data.entitlement.entitlement_id for event in events]
    await service.compare_taken_over(session, ids, session.info["clock"].now())


HANDLERS: Handlers = [((EntitlementTakenOver,), compare_taken_over)]
