"""Start, stop and look at an embedded installation from the outside."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.errors import ServersError, StartFailedError
from sandbox.servers.leftovers import stop_leftovers
from sandbox.servers.paths import Home, home_at
from sandbox.servers.plan import Plan, write_plan
from sandbox.servers.probes import is_alive
from sandbox.servers.state import State, read_state, supervisor_is_alive

UP_SECONDS = 600.0
RESTART_SECONDS = 120.0
"""How long `up` waits for a part that the supervisor of a running system is restarting."""
DOWN_SECONDS = 150.0
LOOK_SECONDS = 0.05
SETTLE_SECONDS = 0.1
ENDING = ("stopping", "stopped", "failed")

Progress = Callable[[State], None]


def installation(root: Path | None = None) -> Home:
    """The installation at a root folder, or at the default one."""
    return home_at(root, unprivileged_account())


def up(
    home: Home, plan: Plan, *, progress: Progress | None = None, temporary: bool = False
) -> State:
    """Start the installation detached and wait until it is ready. A second call changes nothing.

    Args:
        home: the installation.
        plan: what to run on top of the servers.
        progress: called with each new state.
        temporary: stop and delete the data when no process holds a lease (tests).

    Raises:
        StartFailedError: it did not become ready; the message says why.
    """
    home.create_root()
    with _one_at_a_time(home):
        state = read_state(home)
        if supervisor_is_alive(state):
            # A process that was killed just now is seen alive for a moment longer.
            time.sleep(SETTLE_SECONDS)
            state = read_state(home)
        if state and supervisor_is_alive(state) and state.phase in ENDING:
            _wait_for_end(state)
        process = None
        if not supervisor_is_alive(state):
            write_plan(home.run / "plan.json", plan)
            process = _start_supervisor(home, temporary=temporary)
        return _wait_until_ready(home, process, progress)


def down(home: Home) -> bool:
    """Stop the installation in its orderly way. Gives False when it was not running."""
    state = read_state(home)
    if state is None or not supervisor_is_alive(state):
        asyncio.run(stop_leftovers(state, home))
        return False
    try:
        os.kill(_pid(state), signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        message = f"the installation in {home.root} was started by another user"
        raise ServersError(message) from error
    _wait_for_end(state)
    return True


def status(home: Home) -> State | None:
    """The state of the installation; `stopped` when its supervisor is gone, None before `up`."""
    state = read_state(home)
    if state and not supervisor_is_alive(state) and state.phase not in {"stopped", "failed"}:
        state.phase, state.problem = "stopped", "the supervisor was killed"
        for unit in state.units.values():
            unit.status = "ready" if unit.identity and is_alive(unit.identity) else "stopped"
    return state


def reset(home: Home) -> None:
    """Stop the installation and delete its data, secrets and logs."""
    down(home)
    for folder in (home.data, home.sockets, home.root):
        shutil.rmtree(folder, ignore_errors=True)


def _start_supervisor(home: Home, *, temporary: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sandbox.servers.supervisor", "--home", str(home.root)]
    with (home.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            [*command, *(["--temporary"] if temporary else [])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )


def _wait_until_ready(
    home: Home, process: subprocess.Popen[bytes] | None, progress: Progress | None
) -> State:
    deadline = time.monotonic() + UP_SECONDS
    whole_by: float | None = None
    seen: State | None = None
    while time.monotonic() < deadline:
        ended = process is not None and process.poll() is not None
        state = read_state(home)
        ours = state is not None and (
            process is None or (state.supervisor or "").startswith(f"{process.pid}:")
        )
        if state and ours and state != seen:
            seen = state
            if progress:
                progress(state)
        if state and ours and state.phase == "ready":
            absent = _not_ready(state)
            if not absent:
                return state
            whole_by = whole_by or time.monotonic() + RESTART_SECONDS
            if time.monotonic() > whole_by:
                raise StartFailedError("; ".join(absent))
        if ended or (process is None and not supervisor_is_alive(state)):
            problem = state.problem if state and ours else ""
            message = problem or f"the supervisor ended; see {home.logs / 'supervisor.log'}"
            raise StartFailedError(message)
        time.sleep(LOOK_SECONDS)
    message = f"not ready after {UP_SECONDS:.0f} s; see {home.logs}"
    raise StartFailedError(message)


def _not_ready(state: State) -> list[str]:
    """Say which parts of a running system are being restarted, and why."""
    return [
        f"{unit.name} {unit.status}: {unit.detail}"
        for unit in state.units.values()
        if unit.status != "ready"
    ]


def _wait_for_end(state: State) -> None:
    deadline = time.monotonic() + DOWN_SECONDS
    while supervisor_is_alive(state):
        if time.monotonic() > deadline:
            message = f"the supervisor (pid {_pid(state)}) does not stop"
            raise ServersError(message)
        time.sleep(LOOK_SECONDS)


def _pid(state: State) -> int:
    return int((state.supervisor or "0").partition(":")[0])


@contextlib.contextmanager
def _one_at_a_time(home: Home) -> Iterator[None]:
    """Let the second of two simultaneous starts wait and then find the first one's result."""
    with (home.run / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
