"""Reporting as one service: its rooms, its worker, its command line."""

from __future__ import annotations

from fastapi import FastAPI

from common.runtime.service import Service, cli
from common.runtime.service import build_app as build_common_app
from common.runtime.settings import ServiceSettings
from reporting.dashboard.routes import router as dashboard
from reporting.documents.routes import router as documents
from reporting.indicators.routes import router as indicators
from reporting.invariants import INVARIANTS
from reporting.settings import ReportingSettings
from reporting.worker import make_dispatcher


def create_service(settings: ServiceSettings) -> Service:
    """Put the rooms together."""
    return Service(
        name="reporting",
        settings=settings,
        dispatcher=make_dispatcher(),
        routers=(indicators, documents, dashboard),
        invariants=INVARIANTS,
    )


def build_app(settings: ServiceSettings | None = None) -> FastAPI:
    """Make the app, by default with settings from the environment."""
    chosen = ReportingSettings() if settings is None else settings
    return build_common_app(create_service(chosen))


def run() -> None:
    """Run the command line: `python -m reporting ...`."""
    cli(create_service, ReportingSettings)
