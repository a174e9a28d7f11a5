"""Registers the plugin of `common.testing` and gives it the servers, which only the sandbox has."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from common.events.permissions import USERS, permissions_of
from common.testing.servers import NatsProgram, NatsUser
from sandbox.servers.binaries import find_binaries
from sandbox.servers.testing import TestServers, start_test_servers, stop_test_servers

pytest_plugins = ["common.testing.plugin"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what fault runs killed, where, and what came of it."""
    ended = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    told = [
        f"{report.outcome:7} {report.duration:5.0f} s  {text}"
        for report in ended
        for name, text in report.user_properties
        if name == "fault"
    ]
    if told:
        terminalreporter.section("faults")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """Real servers; the workers of one run share them."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Not pytest's own folder: the account of the servers must be able to reach it.
    folder = Path(tempfile.gettempdir()) / f"ansinh-test-{run}"
    folder.mkdir(mode=0o755, exist_ok=True)
    running = start_test_servers(folder / "servers")
    asyncio.run(_do_not_wait_for_the_disk(running))
    yield running
    stop_test_servers(running)
    if "PYTEST_XDIST_TESTRUNUID" not in os.environ:
        shutil.rmtree(folder, ignore_errors=True)


async def _do_not_wait_for_the_disk(running: TestServers) -> None:
    """Only the loss of power would show the difference, and a test has ten databases to make."""
    connection = await asyncpg.connect(running.superuser_url())
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


@pytest.fixture
def own_servers() -> Iterator[TestServers]:
    """Servers that a test may hurt: nobody else uses them."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-test-own-"))
    folder.chmod(0o755)
    running = start_test_servers(folder / "servers")
    yield running
    stop_test_servers(running)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def nats_program() -> NatsProgram:
    """The NATS program and its users, each with the permissions that it has in an installation."""
    permissions = {name: permissions_of(name) for name in USERS}
    return NatsProgram(
        binary=find_binaries(None).nats_server,
        users={
            name: NatsUser(publish=one.publish, subscribe=one.subscribe)
            for name, one in permissions.items()
        },
    )
