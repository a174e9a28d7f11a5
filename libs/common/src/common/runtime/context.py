"""What jobs, periodic work and handlers of requests get to work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from common.database.session import Database
from common.events.nats import Nats
from common.runtime.clock import BusinessClock


@dataclass(slots=True)
class ServiceContext:
    """The open resources of one running service; `app.state.context` of its FastAPI app."""

    name: str
    db: Database
    clock: BusinessClock
    settings: Any
    nats: Nats
    http: httpx.AsyncClient
    """For addresses that the installation's settings name."""
    outside: httpx.AsyncClient
    """For addresses that others gave us: connects to what was checked, never inside."""
