"""Registers the plugin of `common.testing` and gives it the servers, which only the sandbox has."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.testing.servers import NatsProgram, NatsUser
from sandbox.servers.binaries import find_binaries
from sandbox.servers.nats_permissions import bootstrap_permissions, service_permissions
from sandbox.servers.secret_files import SERVICES
from sandbox.servers.testing import TestServers, start_test_servers, stop_test_servers

pytest_plugins = ["common.testing.plugin"]


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """Real servers; the workers of one run share them."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Not pytest's own folder: the account of the servers must be able to reach it.
    folder = Path(tempfile.gettempdir()) / f"ansinh-test-{run}"
    folder.mkdir(mode=0o755, exist_ok=True)
    running = start_test_servers(folder / "servers")
    yield running
    stop_test_servers(running)
    if "PYTEST_XDIST_TESTRUNUID" not in os.environ:
        shutil.rmtree(folder, ignore_errors=True)


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
    permissions = {name: service_permissions(name) for name in SERVICES}
    permissions["bootstrap"] = bootstrap_permissions()
    return NatsProgram(
        binary=find_binaries(None).nats_server,
        users={
            name: NatsUser(publish=one.publish, subscribe=one.subscribe)
            for name, one in permissions.items()
        },
    )
