"""The rooms that listen, in corridor order."""

from __future__ import annotations

from common.events.dispatch import Dispatcher
from reporting.projections.handlers import HANDLERS as PROJECTIONS


def make_dispatcher() -> Dispatcher:
    """Give the dispatcher that consumers hand events to."""
    return Dispatcher([PROJECTIONS])
