"""Eligibility as one service: its rooms, its worker, its command line."""

from __future__ import annotations

import sys

from fastapi import APIRouter
from yaml import YAMLError

from common.runtime.service import Service, cli
from common.runtime.settings import ServiceSettings
from eligibility.decisions.routes import router as decisions
from eligibility.dossiers.routes import router as dossiers
from eligibility.entitlements.routes import router as entitlements
from eligibility.facts.routes import router as facts
from eligibility.inquiries.routes import router as inquiries
from eligibility.invariants import INVARIANTS
from eligibility.issue_register.routes import router as issue_register
from eligibility.law.domain.parameters import LawFileInvalid
from eligibility.law.routes import router as law
from eligibility.portal.routes import public_pages
from eligibility.portal.routes import router as portal
from eligibility.reviews.jobs import JOBS
from eligibility.reviews.routes import router as reviews
from eligibility.rulebook.routes import FRESH
from eligibility.rulebook.routes import router as rulebook
from eligibility.rulebook.service import check_report, with_province
from eligibility.settings import EligibilitySettings
from eligibility.worker import make_dispatcher, make_periodic


def create_service(settings: ServiceSettings) -> Service:
    """Put the rooms together; every request decides by what the province entered."""
    with_province(settings.province_code)
    rooms = APIRouter(dependencies=[FRESH])
    for room in (
        law,
        rulebook,
        facts,
        dossiers,
        decisions,
        entitlements,
        reviews,
        portal,
        inquiries,
        issue_register,
        public_pages,
    ):
        rooms.include_router(room)
    return Service(
        name="eligibility",
        settings=settings,
        dispatcher=make_dispatcher(),
        routers=(rooms,),
        jobs=JOBS,
        periodic=make_periodic(),
        invariants=INVARIANTS,
        title="An Sinh: xét hưởng",
    )


def run() -> None:
    """Run the command line: `python -m eligibility ...`, with `law check` beside what all have."""
    if sys.argv[1:3] == ["law", "check"]:
        sys.exit(check_law())
    cli(create_service, EligibilitySettings)


def check_law() -> int:
    """Print what of the law is unverified; 1 only when its files are broken."""
    try:
        lines = check_report()
    except (LawFileInvalid, YAMLError, KeyError) as error:
        sys.stderr.write(f"Dữ liệu pháp luật bị hỏng: {error}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
