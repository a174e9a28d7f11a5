"""Reporting as one service: its rooms, its worker, its command line."""

from __future__ import annotations

from common.runtime.service import Service, cli
from common.runtime.settings import ServiceSettings
from reporting.activities.routes import router as activities
from reporting.dashboard.routes import router as dashboard
from reporting.documents.routes import router as documents
from reporting.indicators.routes import router as indicators
from reporting.invariants import INVARIANTS
from reporting.lists.routes import router as lists
from reporting.settings import ReportingSettings
from reporting.statutory.routes import router as statutory
from reporting.worker import make_dispatcher


def create_service(settings: ServiceSettings) -> Service:
    """Put the rooms together."""
    return Service(
        name="reporting",
        settings=settings,
        dispatcher=make_dispatcher(),
        routers=(indicators, activities, lists, statutory, documents, dashboard),
        invariants=INVARIANTS,
    )


def run() -> None:
    """Run the command line: `python -m reporting ...`."""
    cli(create_service, ReportingSettings)
