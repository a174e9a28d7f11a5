"""The fixtures. `tests/conftest.py` registers this and gives `servers` and `nats_program`.

async def test_x(service_client, make_token, drain, business_clock):
    registry = await service_client("registry", token=make_token(["registry:read"]))
    answer = await registry.get("/registry/v1/persons")
    await drain()
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from common.runtime.clock import VN_TZ
from common.testing.databases import DatabaseMaker, ServiceDatabase
from common.testing.nats_server import NatsServer
from common.testing.servers import NatsProgram, PostgresServer
from common.testing.services import ClockFile, ServiceClient, ServiceRunner, fresh_nats
from common.testing.tokens import TestIssuer

FIRST_INSTANT = datetime(2026, 11, 12, 9, 0, tzinfo=VN_TZ)
_KEPT = frozenset({"ANSINH_PG_BIN", "ANSINH_NATS_BIN"})


@pytest_asyncio.fixture
async def databases(servers: PostgresServer) -> AsyncIterator[DatabaseMaker]:
    """Databases that are dropped after the test."""
    maker = DatabaseMaker(servers)
    yield maker
    await maker.drop_all()


@pytest.fixture
def service_database(
    databases: DatabaseMaker,
) -> Callable[..., Awaitable[ServiceDatabase]]:
    """Give addresses of a fresh, migrated database of the named service (await it)."""
    return databases.make


@pytest_asyncio.fixture
async def nats_server(nats_program: NatsProgram, tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A NATS server of the test's own, with streams, consumers, users and permissions."""
    server = await fresh_nats(nats_program, tmp_path / "nats")
    yield server
    server.kill()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> TestIssuer:
    """The issuer that the services of tests trust."""
    return TestIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
def make_token(issuer: TestIssuer) -> Callable[..., str]:
    """`make_token(["registry:read"], communes=["25000"], roles=[...], subject="can_bo")`."""
    return issuer.token


@pytest.fixture
def business_clock(tmp_path: Path) -> ClockFile:
    """The clock of all services of the test, at 9:00 on 12/11/2026; `.set("2026-11-19T08:00")`."""
    return ClockFile(tmp_path / "clock", FIRST_INSTANT)


@pytest_asyncio.fixture
async def services(
    databases: DatabaseMaker,
    nats_server: NatsServer,
    issuer: TestIssuer,
    business_clock: ClockFile,
) -> AsyncIterator[ServiceRunner]:
    """Everything about running services; the fixtures below are its usual parts."""
    async with contextlib.AsyncExitStack() as stack:
        yield ServiceRunner(
            databases=databases,
            nats=nats_server,
            issuer=issuer,
            clock=business_clock,
            stack=stack,
        )


@pytest.fixture
def service_client(services: ServiceRunner) -> Callable[..., Awaitable[ServiceClient]]:
    """Run the real app of the named service; options: `token`, `worker`, any setting (await it)."""
    return services.start


@pytest.fixture
def publish_event(services: ServiceRunner) -> Callable[..., Awaitable[Any]]:
    """Tell an event for a producer that does not run in this test (await it)."""
    return services.publish


@pytest.fixture
def drain(services: ServiceRunner) -> Callable[..., Awaitable[None]]:
    """Wait until relays, consumers and operations are idle; fails on a dead letter."""
    return services.drain


@pytest.fixture(autouse=True)
def _no_settings_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of the developer's shell out of the tests."""
    for name in [name for name in os.environ if name.startswith("ANSINH_")]:
        if name not in _KEPT:
            monkeypatch.delenv(name)
