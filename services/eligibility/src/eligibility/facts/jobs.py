"""Keep the sheets whole: those that an upgrade left out, and those whose days have passed."""

from __future__ import annotations

from common.database.session import Scope
from common.runtime.context import ServiceContext
from common.runtime.worker import PeriodicJob
from eligibility.facts import service

_EVERY_SECONDS = 600.0
_SLICE = 2_000
_SCOPE = Scope.service("eligibility-facts")


async def renew_sheets(context: ServiceContext) -> None:
    """Make every sheet that is missing or past, slice by slice; repeating it changes nothing."""
    made = _SLICE
    while made >= _SLICE:
        async with context.db.transaction(_SCOPE) as session:
            made = await service.renew_sheets(session, context.clock.now(), _SLICE)


def sheets_job() -> PeriodicJob:
    """Make the job."""
    return PeriodicJob("fact-sheets", _EVERY_SECONDS, renew_sheets)
