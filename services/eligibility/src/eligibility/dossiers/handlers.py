"""From the registry: people, into the dossiers that waited for them; names of communes, for letterheads."""

from __future__ import annotations

from collections.abc import Sequence

from common.contracts.registry import AreaDescribed, PersonRegistered, PersonRekeyed
from common.database.session import AsyncSession
from common.events.dispatch import AnyEvent, Handlers
from eligibility.dossiers import service
from eligibility.dossiers.domain.slips import Office
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


async def keep_offices(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Keep how communes are called."""
    for event in events:
        area: AreaDescribed = event.data
        office = Office(f"{area.kind} {area.name}", area.province_name)
        await service.keep_office(session, area.commune_code, office)


HANDLERS: Handlers = [
    ((PersonRegistered, PersonRekeyed), join_owners),
    ((AreaDescribed,), keep_offices),
]
