"""Each hour: close what was not supplemented, note what needs an apology today."""

from __future__ import annotations

from common.database.session import Scope
from common.runtime.context import ServiceContext
from common.runtime.worker import PeriodicJob
from eligibility.dossiers import service

_EVERY_SECONDS = 3600.0
_SCOPE = Scope.service("eligibility-dossiers")


async def keep_clocks(context: ServiceContext) -> None:
    """Do what the clocks of the one-stop office ask for; repeating it changes nothing."""
    now = context.clock.now()
    async with context.db.transaction(_SCOPE) as session:
        await service.close_unsupplemented(session, now)
    async with context.db.transaction(_SCOPE) as session:
        await service.note_apologies(session, now)


def clocks_job() -> PeriodicJob:
    """Make the job."""
    return PeriodicJob("dossier-clocks", _EVERY_SECONDS, keep_clocks)
