"""The rooms that listen, in corridor order, and the work that repeats."""

from __future__ import annotations

from common.events.dispatch import Dispatcher
from common.runtime.worker import PeriodicJob
from eligibility.dossiers.handlers import HANDLERS as DOSSIERS
from eligibility.dossiers.jobs import clocks_job
from eligibility.entitlements.handlers import HANDLERS as ENTITLEMENTS
from eligibility.facts.handlers import HANDLERS as FACTS
from eligibility.facts.jobs import sheets_job
from eligibility.portal.handlers import HANDLERS as PORTAL
from eligibility.portal.jobs import delivery_job
from eligibility.reviews.handlers import HANDLERS as REVIEWS
from eligibility.reviews.jobs import sweep_job
from eligibility.rulebook.jobs import refresh_job


def make_dispatcher() -> Dispatcher:
    """Give the dispatcher: facts are up to date before anyone downstream reads them."""
    return Dispatcher([FACTS, DOSSIERS, ENTITLEMENTS, REVIEWS, PORTAL])


def make_periodic() -> tuple[PeriodicJob, ...]:
    """Give the work that repeats."""
    return (sweep_job(), sheets_job(), clocks_job(), delivery_job(), refresh_job())
