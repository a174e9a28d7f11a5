"""People whom the registry has registered, into the dossiers that waited for them."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import PersonRegistered, PersonRekeyed
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.dossiers import service
from eligibility.dossiers.service import RegisteredOwner


async def join_owners(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Join dossiers to owners who were not known when they filed, or who got a first number."""
    owners = {
        number: RegisteredOwner(number, person.person_id, person.commune_code)
        for person in (event.data.person for event in events)
        for number in (person.personal_id, person.former_number)
        if number is not None
    }
    if owners:
        await service.join_owners(session, owners, session.info["clock"].now())


HANDLERS: Handlers = [((PersonRegistered, PersonRekeyed), join_owners)]
