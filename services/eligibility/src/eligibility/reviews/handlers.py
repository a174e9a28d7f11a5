"""What was just taken over is compared with the law; signatures and deaths settle proposals."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.eligibility import DecisionSigned, EntitlementTakenOver
from common.contracts.registry import (
    IntakeRowAccepted,
    PersonCorrected,
    PersonDied,
    PersonMoved,
)
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.reviews import service
from eligibility.reviews.domain import SETTLED_BY


async def compare_taken_over(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note where entitlements differ from the law; nothing changes by it."""
    ids = [event.data.entitlement.entitlement_id for event in events]
    await service.compare_taken_over(session, ids, session.info["clock"].now())


async def settle_proposals(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Settle the proposals that signed decisions are about."""
    for event in events:
        if event.data.kind in SETTLED_BY:
            await service.settle(session, event.data.decision_id, session.info["clock"].now())


async def note_corrected_deaths(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note signed stops that rest on another death than the one that is known now."""
    people = [event.data.person.person_id for event in events]
    await service.note_corrected_deaths(session, people, session.info["clock"].now())


async def compare_listed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note where a later list says something else than what is being paid."""
    rows = [event.data for event in events]
    await service.compare_listed(session, rows, session.info["clock"].now())


async def note_moves(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Note what has to stop in the place that people left."""
    await service.note_moves(session, [event.data for event in events], session.info["clock"].now())


HANDLERS: Handlers = [
    ((IntakeRowAccepted,), compare_listed),
    ((PersonMoved,), note_moves),
    ((EntitlementTakenOver,), compare_taken_over),
    ((DecisionSigned,), settle_proposals),
    ((PersonDied, PersonCorrected), note_corrected_deaths),
]
