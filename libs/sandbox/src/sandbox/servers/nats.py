"""nats-server 2.15 as a child process: JetStream synced to disk, one nkey user per service."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
import time
from dataclasses import dataclass, field

from common.events.permissions import users_configuration
from sandbox.servers.accounts import Account
from sandbox.servers.binaries import Binaries
from sandbox.servers.errors import StartFailedError
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.probes import LOOPBACK, http_status
from sandbox.servers.processes import Child, Launch, base_environment, spawn
from sandbox.servers.secret_files import SecretFiles, nats_public_key

START_SECONDS = 60.0
READY_SECONDS = 60.0
CONFIGURATION = """\
server_name: ansinh
host: 127.0.0.1
port: {port}
http: "127.0.0.1:{monitor}"
max_payload: 1MB
jetstream {{
  store_dir: {store}
  sync_interval: always
  max_memory_store: 64MB
  max_file_store: 20GB
}}
system_account: SYS
accounts {{
  SYS {{ }}
  ANSINH {{
    jetstream: enabled
    {users}
  }}
}}
"""


@dataclass
class NatsServer:
    """One NATS server. `start` returns when its own health check is good."""

    home: Home
    binaries: Binaries
    account: Account | None
    secret_files: SecretFiles
    ports: Ports
    name: str = "nats"
    child: Child | None = field(default=None, init=False)

    @property
    def health_url(self) -> str:
        """The plain health check, which also sees a frozen stream."""
        return f"http://{LOOPBACK}:{self.ports.get('nats_monitor')}/healthz"

    async def start(self) -> None:
        """Write the configuration, start, wait for the health check.

        Raises:
            StartFailedError: it did not become ready in time; the message holds its last words.
        """
        deadline = time.monotonic() + START_SECONDS
        # A restart stays where the services know it; only a first start may look for free ports.
        choose = self.ports.free if self.child is None else self.ports.get
        while True:
            self._configure(port=choose("nats"), monitor=choose("nats_monitor"))
            self.child = await spawn(self._launch())
            if await self._becomes_ready(self.child):
                return
            if time.monotonic() > deadline:
                message = f"NATS does not start:\n{self.child.log_tail()}"
                raise StartFailedError(message)
            await asyncio.sleep(0.5)

    async def healthy(self) -> bool:
        """Tell whether the server and all its streams are well."""
        return await http_status(self.health_url) == 200

    async def stop(self) -> None:
        """Orderly shutdown."""
        if self.child:
            await self.child.stop((signal.SIGTERM, 20.0))

    def _configure(self, *, port: int, monitor: int) -> None:
        file = self.home.nats / "nats.conf"
        file.write_text(
            CONFIGURATION.format(
                port=port,
                monitor=monitor,
                store=json.dumps(str(self.home.nats)),
                users=users_configuration(functools.partial(nats_public_key, self.secret_files)),
            ),
            encoding="utf-8",
        )
        file.chmod(0o600)
        if self.account:
            self.account.owns(file)

    def _launch(self) -> Launch:
        environment = base_environment(self.home.data)
        environment["GOMEMLIMIT"] = "256MiB"
        return Launch(
            name=self.name,
            argv=[str(self.binaries.nats_server), "-c", str(self.home.nats / "nats.conf")],
            log=self.home.logs / "nats.log",
            env=environment,
            account=self.account,
            death_signal=signal.SIGTERM,
        )

    async def _becomes_ready(self, child: Child) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while child.exit_code is None:
            if await self.healthy():
                return True
            if time.monotonic() > deadline:
                message = f"NATS is not ready after {READY_SECONDS:.0f} s"
                raise StartFailedError(f"{message}:\n{child.log_tail()}")
            await asyncio.sleep(0.05)
        return False
