from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from common.database.session import Database, Scope
from common.operations.runner import Rhythm
from common.runtime.clock import BusinessClock
from common.testing.databases import ServiceDatabase

OFFICER = Scope(frozenset({"25000"}), "can-bo-1")
QUICK = Rhythm(poll=0.02, heartbeat=0.05, stale_after=0.6)


@dataclass
class Resources:
    """What handlers get to work with."""

    db: Database
    clock: BusinessClock
    settings: Any
    http: httpx.AsyncClient


@pytest.fixture
async def made(service_database: Any) -> ServiceDatabase:
    database: ServiceDatabase = await service_database(
        "registry", package="common.testing.sample.migrations"
    )
    return database


@pytest.fixture
async def resources(made: ServiceDatabase) -> AsyncIterator[Resources]:
    opened = Database(made.url, clock=BusinessClock())
    await opened.open()
    async with httpx.AsyncClient() as http:
        yield Resources(opened, BusinessClock(), None, http)
    await opened.close()


@pytest.fixture
def officer() -> Scope:
    return OFFICER


@pytest.fixture
def quick() -> Rhythm:
    return QUICK
