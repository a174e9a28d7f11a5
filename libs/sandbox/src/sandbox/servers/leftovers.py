"""Processes that an earlier supervisor left: found by identity and by folder, then stopped.

The kernel ends the children of a killed supervisor, but a stop takes time (PostgreSQL writes a
checkpoint) and other systems have no death signal. Two servers must never share a data folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from pathlib import Path

import psutil

from sandbox.servers.paths import Home
from sandbox.servers.probes import identity, is_alive
from sandbox.servers.state import State

log = logging.getLogger("ansinh.supervisor")

ORDERLY_SECONDS = 30.0
FORCED_SECONDS = 10.0


async def stop_leftovers(left: State | None, home: Home) -> None:
    """Stop what is left of an earlier run and wait until it is gone.

    Args:
        left: the state that the earlier supervisor wrote, if any.
        home: the installation, whose folders also identify its servers.
    """
    recorded = {unit.identity for unit in left.units.values() if unit.identity} if left else set()
    servers = {
        identity(pid) for pid in (*postmasters_of(home.postgres), *nats_servers_of(home.nats))
    }
    living = {known for known in (*recorded, *servers) if known and is_alive(known)}
    for number, seconds in (
        (signal.SIGTERM, ORDERLY_SECONDS),
        (signal.SIGQUIT, FORCED_SECONDS),
        (signal.SIGKILL, FORCED_SECONDS),
    ):
        living = await _signal_and_wait(living, number, seconds)
        if not living:
            return


async def _signal_and_wait(living: set[str], number: signal.Signals, seconds: float) -> set[str]:
    for known in living:
        pid = int(known.partition(":")[0])
        log.warning("an earlier run left process %s; sending %s", pid, number.name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, _meaning(pid, number))
    deadline = time.monotonic() + seconds
    while living and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        living = {known for known in living if is_alive(known)}
    return living


def _meaning(pid: int, number: signal.Signals) -> signal.Signals:
    """SIGTERM makes PostgreSQL wait for its clients; its orderly stop without them is SIGINT."""
    if number is not signal.SIGTERM:
        return number
    with contextlib.suppress(psutil.Error):
        if psutil.Process(pid).name() == "postgres":
            return signal.SIGINT
    return number


def postgres_processes_in(data_folder: Path) -> list[int]:
    """Find living PostgreSQL processes that work in a folder (all of them change into it)."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if Path(process.cwd()) == data_folder.resolve():
                found.append(process.pid)
    return found


def postmasters_of(data_folder: Path) -> list[int]:
    """Find the processes of a folder that are not children of another one of them."""
    members = postgres_processes_in(data_folder)
    found = []
    for pid in members:
        with contextlib.suppress(psutil.Error):
            if psutil.Process(pid).ppid() not in members:
                found.append(pid)
    return found


def nats_servers_of(folder: Path) -> list[int]:
    """Find living NATS servers that were started with the configuration in a folder."""
    configuration = str(folder / "nats.conf")
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "nats-server" and configuration in process.cmdline():
                found.append(process.pid)
    return found
