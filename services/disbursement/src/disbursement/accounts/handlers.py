"""Events in: people, and how they are paid."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import (
    EVENTS,
    IntakeRowAccepted,
    PaymentChosen,
    RepresentationAppointed,
    RepresentationRevoked,
)
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.accounts import service

PEOPLE = tuple(kind for kind in EVENTS if "person" in kind.model_fields)
"""Whatever carries a person's full state."""


async def on_people(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep the latest state of each person."""
    await service.take_people(session, [(event.data.person, event.sequence) for event in events])


async def on_representations(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep who may receive a person's money; a revocation ends it on its day."""
    items = []
    for event in events:
        item = event.data.representation
        if isinstance(event.data, RepresentationRevoked):
            item = item.model_copy(update={"valid_to": event.data.revoked_on})
        items.append((event.data.person, item, event.sequence))
    await service.take_representations(session, items)


def handlers(vault: service.Vault) -> Handlers:
    """Give the room's handlers, which need the keys to open accounts."""

    async def on_instructions(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        choices = [_choice(event.data) for event in events]
        await service.take_instructions(session, vault, choices, session.info["clock"].now())

    return [
        (PEOPLE, on_people),
        ((RepresentationAppointed, RepresentationRevoked), on_representations),
        ((IntakeRowAccepted, PaymentChosen), on_instructions),
    ]


def _choice(data: IntakeRowAccepted | PaymentChosen) -> service.Choice:
    """Read whose instruction it is: the row of a list speaks of who is paid by it."""
    payee = data.benefit.payee_person_id if isinstance(data, IntakeRowAccepted) else None
    person = data.person
    return service.Choice(
        payee or person.person_id, person.commune_code, data.payment, person.person_id
    )
