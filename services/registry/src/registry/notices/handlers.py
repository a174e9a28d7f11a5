"""What notices do when something happens to a person elsewhere in the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.disbursement import BeneficiaryReportedDead
from common.contracts.registry import PersonCorrected, PersonRegistered, PersonRekeyed
from common.events.dispatch import AnyEvent, Handlers, without_bulk
from registry.notices import service

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_BY_LIST = "intake"


@without_bulk
async def on_known(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Look for notices that waited for somebody who is registered or gets a number."""
    # A list looks by itself, so that a death is told before the row that it concerns.
    ids = [
        UUID(event.subject)
        for event in events
        if event.data.recorded_by != _BY_LIST
        and not (isinstance(event.data, PersonCorrected) and not _tells(event.data))
    ]
    if ids:
        await service.match_people(session, ids, now=session.info["clock"].now())


def _tells(data: PersonCorrected) -> bool:
    return bool({"former_number", "former_numbers"} & set(data.changed))


async def on_reported(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """A partner could not pay somebody who, it says, died: somebody has to check."""
    reports = [event.data for event in events]
    await service.take_reported(session, reports, session.info["clock"].now())


HANDLERS: Handlers = [
    ((PersonRegistered, PersonRekeyed, PersonCorrected), on_known),
    ((BeneficiaryReportedDead,), on_reported),
]
