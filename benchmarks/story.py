"""The demo as an operator meets it: how long it takes, and what the idle system weighs."""

from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path

import psutil

from benchmarks.installations import folder, servers_only
from sandbox.cli import addresses_of, passwords_of
from sandbox.demo.console import console
from sandbox.demo.story import run_demo
from sandbox.servers import daemon
from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.composition import an_sinh
from sandbox.servers.paths import Home
from sandbox.servers.state import read_state

IDLE_SECONDS = 20.0
FIRST_LIMIT_SECONDS = 300.0
"""With downloads; here they are done."""
LATER_LIMIT_SECONDS = 60.0
MEMORY_LIMIT_BYTES = 1_200_000_000


def main() -> None:
    """Measure and print."""
    started = time.perf_counter()
    with servers_only(with_schema=False):
        bare = time.perf_counter() - started
    with folder() as root:
        home = daemon.installation(root / "home")
        try:
            first = _demo(home, root / "first")
            again = _demo(home, root / "again")
            time.sleep(IDLE_SECONDS)
            memory = _memory(home)
            daemon.down(home)
            later = _demo(home, root / "later")
        finally:
            daemon.reset(home)
    print(f"bare servers, made and started      {bare:6.1f} s")
    for name, seconds, limit in (
        ("first run, new installation", first, FIRST_LIMIT_SECONDS),
        ("run again, system running", again, LATER_LIMIT_SECONDS),
        ("run again, system stopped before", later, LATER_LIMIT_SECONDS),
    ):
        print(f"{name:35} {seconds:6.1f} s   {seconds / bare:5.1f} x bare   limit {limit:.0f} s")
    print("idle memory (PSS), MB:")
    for name, size in sorted(memory.items(), key=lambda item: -item[1]):
        print(f"   {name:14} {size / 1e6:7.1f}")
    total = sum(memory.values())
    print(f"   {'whole system':14} {total / 1e6:7.1f}   limit {MEMORY_LIMIT_BYTES / 1e6:.0f}")


def _demo(home: Home, output: Path) -> float:
    started = time.perf_counter()
    state = daemon.up(home, an_sinh(home, unprivileged_account()))
    with contextlib.redirect_stdout(io.StringIO()), console.capture():
        run_demo(addresses_of(state), passwords_of(home), output)
    return time.perf_counter() - started


def _memory(home: Home) -> dict[str, int]:
    state = read_state(home)
    if state is None:
        return {}
    sizes: dict[str, int] = {}
    roots = {"supervisor": int((state.supervisor or "0").partition(":")[0])}
    roots |= {name: unit.pid for name, unit in state.units.items() if unit.pid}
    own = set(roots.values())
    for name, pid in roots.items():
        process = psutil.Process(pid)
        family = [process, *(c for c in process.children(recursive=True) if c.pid not in own)]
        if name == "supervisor":
            family = [process]
        sizes[name] = sum(one.memory_full_info().pss for one in family)
    return sizes
