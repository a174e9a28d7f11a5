"""Events in: people, and how they are paid."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import EVENTS, IntakeRowAccepted, PaymentChosen
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.accounts import service

PEOPLE = tuple(kind for kind in EVENTS if "person" in kind.model_fields)
"""Whatever carries a person's full state."""


async def on_people(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep the latest state of each person."""
    await service.take_people(session, [(event.data.person, event.sequence) for event in events])


def handlers(vault: service.Vault) -> Handlers:
    """Give the room's handlers, which need the keys to open accounts."""

    async def on_instructions(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        choices = [(event.data.person, event.data.payment) for event in events]
        await service.take_instructions(session, vault, choices, session.info["clock"].now())

    return [(PEOPLE, on_people), ((IntakeRowAccepted, PaymentChosen), on_instructions)]
