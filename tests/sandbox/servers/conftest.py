from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.servers.daemon import installation, reset, up
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan, Program
from sandbox.servers.state import State, read_state
from sandbox.servers.testing import TestServers, start_test_servers, stop_test_servers

TOY = Program(
    name="toy",
    argv=(sys.executable, "-c", "import time; print('on', flush=True); time.sleep(600)"),
    unprivileged=False,
)
TOY_PLAN = Plan(groups=((TOY,),))


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach (pytest's own are private to the user)."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def running(open_folder: Path) -> Iterator[TestServers]:
    """Temporary servers that the tests of permissions share."""
    servers = start_test_servers(open_folder / "shared")
    yield servers
    stop_test_servers(servers)


def _home_in(open_folder: Path) -> Home:
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o755)
    return installation(folder / "home")


@pytest.fixture
def new_home(open_folder: Path) -> Iterator[Home]:
    """An installation that is not started yet and is removed afterwards."""
    home = _home_in(open_folder)
    yield home
    reset(home)


@pytest.fixture(scope="session")
def lasting_home(open_folder: Path) -> Iterator[Home]:
    home = _home_in(open_folder)
    yield home
    reset(home)


@pytest.fixture
def toy_plan() -> Plan:
    """What the lasting installation runs."""
    return TOY_PLAN


@pytest.fixture
def started(lasting_home: Home) -> Home:
    """A lasting installation with a toy program; each test finds it running."""
    up(lasting_home, TOY_PLAN)
    return lasting_home


def wait_for(home: Home, condition: Callable[[State], bool], *, seconds: float = 30.0) -> State:
    """Look at the state file until it is as expected."""
    deadline = time.monotonic() + seconds
    state = read_state(home)
    while state is None or not condition(state):
        assert time.monotonic() < deadline, f"not reached; last state: {state}"
        time.sleep(0.02)
        state = read_state(home)
    return state


@pytest.fixture
def until() -> Callable[..., State]:
    return wait_for
