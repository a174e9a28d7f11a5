"""Events in: people, and how and to whom they are paid."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import (
    EVENTS,
    IntakeRowAccepted,
    PaymentChosen,
    PersonMerged,
    PersonUnmerged,
    RepresentationAppointed,
    RepresentationRevoked,
)
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from disbursement.accounts import service
from disbursement.accounts.domain import EVERY_BENEFIT

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
        by = event.data.recorded_by if isinstance(event.data, RepresentationAppointed) else ""
        items.append(service.Appointment(event.data.person, item, event.sequence, by))
    await service.take_representations(session, items, session.info["clock"].now())


async def on_merges(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """A merged record asks to be paid as the one that stays; an undone merge asks for nothing."""
    named = [
        service.PayeeNamed(
            event.data.person.person_id,
            EVERY_BENEFIT,
            event.data.person.commune_code,
            event.data.person.merged_into,
            event.data.recorded_by,
            "merge",
            signed=isinstance(event.data, PersonUnmerged),
        )
        for event in events
    ]
    await service.take_payees(session, named, session.info["clock"].now())
    await service.follow_merges(session)


def handlers(vault: service.Vault) -> Handlers:
    """Give the room's handlers, which need the keys to open accounts."""

    async def on_instructions(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
        choices = [_choice(event.data) for event in events]
        now = session.info["clock"].now()
        await service.take_choices(session, vault, choices, now)
        await service.take_payees(session, _listed_payees(events), now)

    return [
        (PEOPLE, on_people),
        ((RepresentationAppointed, RepresentationRevoked), on_representations),
        ((PersonMerged, PersonUnmerged), on_merges),
        ((IntakeRowAccepted, PaymentChosen), on_instructions),
    ]


def _choice(data: IntakeRowAccepted | PaymentChosen) -> service.Choice:
    """Read whose instruction it is: the row of a list speaks of who is paid by it."""
    payee, import_id = None, None
    if isinstance(data, IntakeRowAccepted):
        payee, import_id = data.benefit.payee_person_id, data.import_id
    person = data.person
    return service.Choice(
        payee or person.person_id,
        person.commune_code,
        data.payment,
        person.person_id,
        data.recorded_by,
        import_id,
    )


def _listed_payees(events: Sequence[AnyEvent]) -> list[service.PayeeNamed]:
    """Give who a list says is paid in a person's place."""
    return [
        service.PayeeNamed(
            event.data.person.person_id,
            event.data.benefit.benefit,
            event.data.person.commune_code,
            event.data.benefit.payee_person_id,
            event.data.recorded_by,
            "commune_list",
            signed=False,
        )
        for event in events
        if isinstance(event.data, IntakeRowAccepted) and event.data.benefit.payee_person_id
    ]
