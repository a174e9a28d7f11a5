"""Keep each process's law up to date with what the province entered."""

from __future__ import annotations

from common.database.session import Scope
from common.runtime.context import ServiceContext
from common.runtime.worker import PeriodicJob
from eligibility.rulebook import service

_EVERY_SECONDS = 5.0
_SCOPE = Scope.service("eligibility-rulebook")


async def _refresh(context: ServiceContext) -> None:
    async with context.db.read(_SCOPE) as session:
        await service.refresh(session, context.settings.province_code)


def refresh_job() -> PeriodicJob:
    """Make the job."""
    return PeriodicJob("rulebook-refresh", _EVERY_SECONDS, _refresh)
