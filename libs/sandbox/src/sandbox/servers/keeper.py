"""Keeps one child alive: restarts it with back-off when it ends or stops answering."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.servers.errors import ServersError
from sandbox.servers.processes import Child
from sandbox.servers.state import State, UnitState, UnitStatus

log = logging.getLogger("ansinh.supervisor")


@dataclass(frozen=True)
class Rhythm:
    """How often a keeper looks and how long it waits, in seconds."""

    watch: float = 3.0
    """Between two health checks."""
    patience: int = 4
    """Unanswered checks in a row after which a living process counts as frozen."""
    first_pause: float = 0.2
    """Before the first restart; doubled for each further one."""
    longest_pause: float = 15.0
    calm: float = 60.0
    """After so long without a fault the pause is the shortest again."""


class Managed(Protocol):
    """A server or program that can be started, asked and stopped."""

    @property
    def name(self) -> str:
        """Its name in the state file."""
        ...

    @property
    def child(self) -> Child | None:
        """The process of the last start."""
        ...

    async def start(self) -> None:
        """Start it and wait until it can be used."""
        ...

    async def healthy(self) -> bool:
        """Tell whether it answers."""
        ...

    async def stop(self) -> None:
        """Stop it in its orderly way."""
        ...


@dataclass
class Keeper:
    """Watches over one managed child and records what it sees in the state."""

    managed: Managed
    state: State
    save: Callable[[], None]
    rhythm: Rhythm = Rhythm()

    async def start(self) -> None:
        """First start. A fault here is the caller's: nothing else can start without it."""
        self._record("starting")
        try:
            await self.managed.start()
        except ServersError as error:
            self._record("failed", str(error))
            raise
        self._record("ready")

    async def keep(self) -> None:
        """Restart it whenever it ends or freezes, until cancelled."""
        pause = self.rhythm.first_pause
        while True:
            started = time.monotonic()
            reason = await self._until_fault()
            if time.monotonic() - started > self.rhythm.calm:
                pause = self.rhythm.first_pause
            log.warning("%s %s; restarting", self.managed.name, reason)
            self._unit.restarts += 1
            self._record("restarting", reason)
            await self.managed.stop()
            await asyncio.sleep(pause)
            pause = min(pause * 2, self.rhythm.longest_pause)
            try:
                await self.managed.start()
            except ServersError as error:
                log.exception("%s did not start", self.managed.name)
                self._record("failed", str(error))
            else:
                self._record("ready")

    async def stop(self) -> None:
        """Stop it for good."""
        await self.managed.stop()
        self._record("stopped")

    @property
    def _unit(self) -> UnitState:
        return self.state.unit(self.managed.name)

    def _record(self, status: UnitStatus, detail: str = "") -> None:
        unit, child = self._unit, self.managed.child
        unit.status, unit.detail = status, detail
        alive = child is not None and child.exit_code is None and status != "stopped"
        unit.pid = child.pid if child and alive else None
        unit.identity = child.identity if child and alive else None
        self.save()

    async def _until_fault(self) -> str:
        """Wait until the child ends or is frozen, and say which."""
        child, unanswered = self.managed.child, 0
        if child is None:
            return "has not started"
        while True:
            try:
                code = await asyncio.wait_for(child.process.wait(), self.rhythm.watch)
            except TimeoutError:
                unanswered = 0 if await self.managed.healthy() else unanswered + 1
                if unanswered >= self.rhythm.patience:
                    return f"does not answer ({unanswered} checks)"
            else:
                return f"ended with code {code}"
