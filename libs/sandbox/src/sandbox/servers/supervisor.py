"""The parent of everything: starts servers, steps and programs in order and keeps them running.

`python -m sandbox.servers.supervisor --home <folder>` runs in the foreground; `daemon.up` starts it
detached. It survives nothing by itself: when it is killed, the kernel ends its children, and the
next start stops whatever is left before it begins.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.servers.accounts import Account, unprivileged_account
from sandbox.servers.binaries import find_binaries
from sandbox.servers.done_steps import is_done, keep_record, take_record
from sandbox.servers.errors import ServersError
from sandbox.servers.keeper import Keeper, Managed
from sandbox.servers.leases import has_living_lease
from sandbox.servers.leftovers import stop_leftovers
from sandbox.servers.nats import NatsServer
from sandbox.servers.paths import Home, home_at
from sandbox.servers.plan import Plan, read_plan, with_ports
from sandbox.servers.ports import Ports
from sandbox.servers.postgres import PostgresServer
from sandbox.servers.probes import identity
from sandbox.servers.programs import ProgramRunner, run_step
from sandbox.servers.secret_files import create_secrets
from sandbox.servers.state import Phase, State, read_state, write_state

log = logging.getLogger("ansinh.supervisor")

LEASE_SECONDS = 0.5
ALREADY_RUNNING = 3


@dataclass
class Supervisor:
    """Runs one installation until it is told to stop."""

    home: Home
    plan: Plan
    account: Account | None
    temporary: bool = False
    """An installation of tests: stops by itself when no process holds a lease on it."""
    state: State = field(default_factory=State, init=False)
    stop_asked: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _started: list[Keeper] = field(default_factory=list, init=False)
    _watches: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    async def run(self) -> int:
        """Start everything, keep it running, stop everything. Gives the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop_asked.set)
        left = read_state(self.home)
        self.state.supervisor = identity(os.getpid())
        try:
            await self._unless_stopped(self._start_all(left))
            if not self.stop_asked.is_set():
                self._phase("ready")
                await self._wait_for_the_end()
        except ServersError as error:
            log.exception("start failed")
            self.state.problem = str(error)
        await self._stop_all()
        self._phase("failed" if self.state.problem else "stopped")
        return 1 if self.state.problem else 0

    async def _unless_stopped(self, start: Coroutine[None, None, None]) -> None:
        """Run the start, but give it up as soon as someone asks to stop."""
        starting = asyncio.ensure_future(start)
        asked = asyncio.ensure_future(self.stop_asked.wait())
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not starting.done():
            starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await starting

    async def _start_all(self, left: State | None) -> None:
        self._phase("starting", "stopping what an earlier run left")
        await stop_leftovers(left, self.home)
        self._phase("starting", "checking the servers")
        self.home.create(self.account)
        self._make_folders()
        secret_files = create_secrets(self.home.secrets, self.account)
        binaries = find_binaries(self.account)
        ports = Ports(self.home.run / "ports.json")
        shared = (self.home, binaries, self.account, secret_files, ports)
        postgres = PostgresServer(*shared, temporary=self.temporary)
        await self._start("databases", postgres, NatsServer(*shared))
        plan = with_ports(self.plan, ports)
        done = take_record(self.home)
        for group in plan.steps:
            steps = [step for step in group if not is_done(self.home, step, done)]
            if steps:
                self._phase("starting", ", ".join(step.name for step in steps))
            await _all_done(*(run_step(step, self.home, self.account) for step in steps))
        for programs in plan.groups:
            runners = [ProgramRunner(program, self.home, self.account) for program in programs]
            for program in programs:
                self.state.unit(program.name).url = program.url
            await self._start(", ".join(program.name for program in programs), *runners)
        keep_record(self.home, plan)

    async def _start(self, step: str, *managed: Managed) -> None:
        """Start a group together; watch each one from then on."""
        self._phase("starting", step)
        keepers = [Keeper(one, self.state, self._save) for one in managed]
        self._started.extend(keepers)
        await _all_done(*(keeper.start() for keeper in keepers))
        self._watches.extend(asyncio.create_task(keeper.keep()) for keeper in keepers)

    async def _wait_for_the_end(self) -> None:
        if not self.temporary:
            await self.stop_asked.wait()
        while not self.stop_asked.is_set() and has_living_lease(self.home):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop_asked.wait(), LEASE_SECONDS)

    async def _stop_all(self) -> None:
        """Stop in the opposite order: programs before the servers that they need."""
        self._phase("stopping")
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        servers = [
            keeper for keeper in self._started if keeper.managed.name in {"postgres", "nats"}
        ]
        programs = [keeper for keeper in self._started if keeper not in servers]
        for group in (programs, servers):
            await asyncio.gather(*(keeper.stop() for keeper in group))

    def _make_folders(self) -> None:
        """Make what the programs expect to find; they own it, wherever it was missing."""
        folders = [self.home.data / folder for folder in self.plan.folders]
        for folder in folders:
            folder.mkdir(exist_ok=True, mode=0o700)
        files = [self.home.data / seed.path for seed in self.plan.seeds]
        for file, seed in zip(files, self.plan.seeds, strict=True):
            if not file.exists():
                file.write_text(seed.text, encoding="utf-8")
        for place in (*folders, *files):
            if self.account:
                self.account.owns(place)

    def _phase(self, phase: Phase, step: str = "") -> None:
        self.state.phase, self.state.step = phase, step
        log.info("%s %s", phase, step)
        self._save()

    def _save(self) -> None:
        self.state.ports = Ports(self.home.run / "ports.json").all()
        write_state(self.home, self.state)


async def _all_done(*work: Coroutine[None, None, None]) -> None:
    """Do everything at once and to the end, then report the first fault."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def run(home: Home, plan: Plan, account: Account | None, *, temporary: bool = False) -> int:
    """Hold the lock of the installation and supervise it until the end. Gives the exit code."""
    home.create_root()
    with (home.run / "supervisor.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("a supervisor already runs for %s", home.root)
            return ALREADY_RUNNING
        lock.truncate(0)
        lock.write(f"{identity(os.getpid())}\n")
        lock.flush()
        code = asyncio.run(Supervisor(home, plan, account, temporary).run())
        if temporary:
            for folder in (home.data, home.secrets):
                shutil.rmtree(folder, ignore_errors=True)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m sandbox.servers.supervisor`."""
    parser = argparse.ArgumentParser(description="Supervisor of an embedded installation")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--temporary", action="store_true")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    account = unprivileged_account()
    home = home_at(options.home, account)
    plan = read_plan(home.run / "plan.json")
    return run(home, plan, account, temporary=options.temporary)


if __name__ == "__main__":
    sys.exit(main())
