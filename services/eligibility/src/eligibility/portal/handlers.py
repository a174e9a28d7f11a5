"""This service's own dossier events into the portal's queue."""

from __future__ import annotations

from common.contracts.eligibility import DossierMoved
from common.events.dispatch import Handlers
from eligibility.portal import service

HANDLERS: Handlers = [((DossierMoved,), service.queue_statuses)]
