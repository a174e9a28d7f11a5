"""Application processes as children of the supervisor."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.servers.accounts import Account
from sandbox.servers.errors import StartFailedError
from sandbox.servers.paths import Home
from sandbox.servers.plan import Program, Step
from sandbox.servers.probes import http_status, is_free
from sandbox.servers.processes import Child, Launch, base_environment, spawn

SUCCESSFUL = range(200, 300)
PORT_SECONDS = 15.0


@dataclass
class ProgramRunner:
    """Runs one program. `start` returns when its ready address answers."""

    program: Program
    home: Home
    account: Account | None
    child: Child | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """The name of the program."""
        return self.program.name

    async def start(self) -> None:
        """Start it and wait for its ready address.

        Raises:
            StartFailedError: it ended, or is not ready in time; the message holds its last words.
        """
        program = self.program
        await self._wait_for_port()
        self.child = child = await spawn(
            Launch(
                name=program.name,
                argv=program.argv,
                log=self.home.logs / f"{program.name}.log",
                env={**base_environment(self.home.data), **program.env},
                account=self.account if program.unprivileged else None,
            )
        )
        deadline = time.monotonic() + program.ready_seconds
        while program.ready_url and await http_status(program.ready_url) not in SUCCESSFUL:
            if child.exit_code is not None:
                message = f"{program.name} ended with code {child.exit_code}:\n{child.log_tail()}"
                raise StartFailedError(message)
            if time.monotonic() > deadline:
                message = f"{program.name} is not ready after {program.ready_seconds:.0f} s"
                raise StartFailedError(f"{message}:\n{child.log_tail()}")
            await asyncio.sleep(0.1)

    async def _wait_for_port(self) -> None:
        """Let an earlier program go from our port; another's answer would look like ours."""
        port = urlsplit(self.program.ready_url or "").port
        deadline = time.monotonic() + PORT_SECONDS
        while port and not is_free(port):
            if time.monotonic() > deadline:
                message = f"{self.program.name}: port {port} is taken by another program"
                raise StartFailedError(message)
            await asyncio.sleep(0.1)

    async def healthy(self) -> bool:
        """Tell whether its live address answers; true when it has none."""
        url = self.program.live_url
        return (
            url is None or await http_status(url, seconds=self.program.live_seconds) in SUCCESSFUL
        )

    async def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.child:
            await self.child.stop((signal.SIGTERM, self.program.stop_seconds))


async def run_step(step: Step, home: Home, account: Account | None) -> None:
    """Run a command to its end.

    Raises:
        StartFailedError: it failed or took too long; the message holds its last words.
    """
    child = await spawn(
        Launch(
            name=step.name,
            argv=step.argv,
            log=home.logs / f"{step.name}.log",
            env={**base_environment(home.data), **step.env},
            account=account if step.unprivileged else None,
        )
    )
    try:
        code = await asyncio.wait_for(child.process.wait(), step.seconds)
    except TimeoutError as error:
        message = f"{step.name} took longer than {step.seconds:.0f} s:\n{child.log_tail()}"
        raise StartFailedError(message) from error
    finally:
        await child.stop((signal.SIGTERM, 10.0))
    if code != 0:
        message = f"{step.name} failed with code {code}:\n{child.log_tail()}"
        raise StartFailedError(message)
