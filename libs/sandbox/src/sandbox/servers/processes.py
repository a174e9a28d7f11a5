"""Child processes that never outlive their parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.accounts import Account, switch_to
from sandbox.servers.probes import identity

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 20 * 1024 * 1024


@dataclass(frozen=True)
class Launch:
    """How to start one child.

    `death_signal` is what the kernel sends the child when its parent dies, even by kill -9.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str]
    account: Account | None = None
    death_signal: signal.Signals = signal.SIGTERM
    cwd: Path = Path("/")


class Child:
    """A running child process."""

    def __init__(self, launch: Launch, process: Process, log_start: int) -> None:
        self.launch = launch
        self.process = process
        self.identity = identity(process.pid) or f"{process.pid}:gone"
        self._log_start = log_start

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.process.returncode

    def log_tail(self, lines: int = 15) -> str:
        """The last lines that this start of the program wrote."""
        with self.launch.log.open("rb") as file:
            file.seek(self._log_start)
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])

    async def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn until the child ends, waiting the given seconds after each.

        Whatever is left after the last step is killed.
        """
        for number, seconds in (*steps, (signal.SIGKILL, 10.0)):
            if self.process.returncode is not None:
                return
            try:
                self.process.send_signal(number)
                await asyncio.wait_for(self.process.wait(), seconds)
            except ProcessLookupError:
                await self.process.wait()
            except TimeoutError:
                continue


async def spawn(launch: Launch) -> Child:
    """Start a child in its own session, as its account, bound to the life of this process.

    Must be called from the main thread: the kernel binds the death signal to the thread.
    """
    _rotate(launch.log)
    with launch.log.open("ab") as log:
        started_at = log.tell()
        process = await asyncio.create_subprocess_exec(
            *launch.argv,
            stdin=DEVNULL,
            stdout=log,
            stderr=STDOUT,
            cwd=launch.cwd,
            env=dict(launch.env),
            start_new_session=True,
            preexec_fn=_bind_to_parent(launch.death_signal),
            **switch_to(launch.account),
        )
    return Child(launch, process, started_at)


def _bind_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def bind() -> None:
        # Runs after the change of user, which would clear the setting.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def base_environment(home: Path) -> dict[str, str]:
    """The environment that every child starts from: nothing of the caller's but the path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
