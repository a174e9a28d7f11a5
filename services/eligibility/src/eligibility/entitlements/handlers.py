"""Registry rows and deaths, and this service's own signed decisions, into entitlements."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.eligibility import DecisionSigned
from common.contracts.registry import (
    IntakeRowAccepted,
    PersonCorrected,
    PersonDied,
    PersonMerged,
    PersonUnmerged,
)
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.entitlements import service


async def take_over(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Enter the beneficiaries of accepted list rows."""
    await service.take_over(session, events, session.info["clock"].now())


async def follow_deaths(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Hold what the dead have; release it when a death is taken back."""
    people = [event.data.person.person_id for event in events]
    await service.follow_deaths(session, people, session.info["clock"].now())


async def apply_decisions(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Do what signed decisions say, in the transaction of the signature."""
    for event in events:
        await service.apply_decision(session, event.data.decision_id, session.info["clock"].now())


async def follow_merges(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Pay two records of one human once; pay both again when the merge is undone."""
    await service.follow_merges(session, events, session.info["clock"].now())


HANDLERS: Handlers = [
    ((IntakeRowAccepted,), take_over),
    ((PersonDied, PersonCorrected), follow_deaths),
    ((PersonMerged, PersonUnmerged), follow_merges),
    ((DecisionSigned,), apply_decisions),
]
