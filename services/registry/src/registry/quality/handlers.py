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
from common.contracts.registry import (
    PersonMerged,
    PersonMoved,
    PersonRegistered,
    PersonRekeyed,
    PersonUnmerged,
)
from common.events.dispatch import AnyEvent, Handlers, without_bulk
from registry.quality import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_BY_LIST = "intake"
"""A list that was taken in is seen by its own day (`service.due`)."""
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


async def on_merged(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Two records that were suspected are one human: only one of them is paid from now on."""
    pairs = [(event.data.person.person_id, event.data.into.person_id) for event in events]
    await service.settle_pairs(session, pairs, "merged", session.info["clock"].now())


@without_bulk
async def on_known(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Look through a commune soon in which somebody was registered or got another number."""
    if any(event.data.recorded_by != _BY_LIST for event in events):
        communes = {event.data.person.commune_code for event in events}
        await service.look_again(session, communes)


HANDLERS: Handlers = [
    (_ENTITLEMENTS, on_entitlement),
    ((PersonMoved, PersonMerged, PersonUnmerged), on_changed),
    ((PersonMerged,), on_merged),
    ((PersonRegistered, PersonRekeyed), on_known),
]
