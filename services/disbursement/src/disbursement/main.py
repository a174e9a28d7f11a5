"""Disbursement as one service: its rooms, its worker, its command line."""

from __future__ import annotations

from common.runtime.service import Service, cli
from disbursement.accounts.routes import router as accounts
from disbursement.directory.routes import make_router as make_directory_router
from disbursement.invariants import INVARIANTS
from disbursement.ledger.routes import router as ledger
from disbursement.obligations.routes import router as obligations
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.routes import (
    make_exchange_router,
    make_messages_router,
    make_office_router,
    make_partner_router,
)
from disbursement.partners.routes.cases import router as cases
from disbursement.payroll.routes import router as payroll
from disbursement.reconciliation.routes import router as reconciliation
from disbursement.recovery.routes import router as recovery
from disbursement.settings import DisbursementSettings
from disbursement.worker import make_dispatcher, make_vault, periodic_jobs


def create_service(settings: DisbursementSettings) -> Service:
    """Put the rooms together, upstream first."""
    vault = make_vault(settings)
    return Service(
        name="disbursement",
        settings=settings,
        dispatcher=make_dispatcher(vault),
        routers=(
            accounts,
            make_directory_router(ADAPTERS.keys()),
            obligations,
            ledger,
            payroll,
            make_office_router(vault),
            make_partner_router(vault),
            make_exchange_router(vault),
            make_messages_router(vault),
            cases,
            reconciliation,
            recovery,
        ),
        periodic=periodic_jobs(settings, vault),
        invariants=INVARIANTS,
        title="An Sinh: chi trả",
    )


def run() -> None:
    """Run the command line: `python -m disbursement ...`."""
    cli(create_service, DisbursementSettings)
