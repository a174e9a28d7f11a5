"""Proposals from eligibility in; people registered another way close what waited for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common.contracts.eligibility import RegistrationProposed
from common.contracts.registry import PersonRegistered, PersonRekeyed
from common.events.dispatch import AnyEvent, Handlers
from registry.registrations import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def on_proposed(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Write proposals down for an officer."""
    await service.take(session, [event.data for event in events], session.info["clock"].now())


async def on_registered(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Close proposals of people who are registered now."""
    people = {
        number: event.data.person.person_id
        for event in events
        for number in (event.data.person.personal_id, event.data.person.former_number)
        if number is not None
    }
    await service.close_known(session, people, session.info["clock"].now())


HANDLERS: Handlers = [
    ((RegistrationProposed,), on_proposed),
    ((PersonRegistered, PersonRekeyed), on_registered),
]
