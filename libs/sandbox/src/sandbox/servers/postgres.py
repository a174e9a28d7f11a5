"""PostgreSQL 18 as a child process: one cluster, password login only, loopback or socket only."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, field

import asyncpg

from common.database.provision import prepare_databases, superuser
from sandbox.servers.accounts import Account
from sandbox.servers.binaries import Binaries
from sandbox.servers.cluster import configure_cluster, make_cluster
from sandbox.servers.connections import write_connections
from sandbox.servers.errors import StartFailedError
from sandbox.servers.leftovers import postgres_processes_in
from sandbox.servers.paths import Home
from sandbox.servers.ports import Ports
from sandbox.servers.probes import LOOPBACK
from sandbox.servers.processes import Child, Launch, base_environment, spawn
from sandbox.servers.secret_files import POSTGRES_SUPERUSER_PASSWORD, SecretFiles

START_SECONDS = 60.0
"""How long a start is tried again, for instance while an old postmaster still dies."""
READY_SECONDS = 180.0
"""How long a running postmaster may take to replay its log after a crash."""


@dataclass
class PostgresServer:
    """One PostgreSQL cluster. `start` returns when the four databases can be used."""

    home: Home
    binaries: Binaries
    account: Account | None
    secret_files: SecretFiles
    ports: Ports
    temporary: bool = False
    """A cluster that is deleted after use: made without waiting for the disk."""
    name: str = "postgres"
    child: Child | None = field(default=None, init=False)

    async def start(self) -> None:
        """Make the cluster if there is none, start it, wait for it, prepare the databases.

        Raises:
            StartFailedError: it did not become ready in time; the message holds its last words.
        """
        if not (self.home.postgres / "PG_VERSION").exists():
            make_cluster(
                self.home,
                self.binaries.postgres_bin,
                self.account,
                password=self.secret_files.text(POSTGRES_SUPERUSER_PASSWORD),
                temporary=self.temporary,
            )
        deadline = time.monotonic() + START_SECONDS
        # A restart stays where the services know it; only a first start may look for a free port.
        choose = self.ports.free if self.child is None else self.ports.get
        while True:
            await self._wait_for_old_postmaster(deadline)
            port = choose("postgres")
            configure_cluster(self.home, self.account, port)
            self.child = await spawn(self._launch())
            if await self._becomes_ready(self.child, port):
                break
            if time.monotonic() > deadline:
                message = f"PostgreSQL does not start:\n{self.child.log_tail()}"
                raise StartFailedError(message)
            await asyncio.sleep(0.5)
        password = self.secret_files.text(POSTGRES_SUPERUSER_PASSWORD)
        await prepare_databases(
            superuser(LOOPBACK, port, password),
            lambda role: self.secret_files.text(f"{role}_password"),
        )
        write_connections(self.secret_files, port, self.account)

    async def healthy(self) -> bool:
        """Tell whether a new connection gets an answer, be it a refusal, within five seconds."""
        try:
            async with asyncio.timeout(5):
                connection = await self._connect(self.ports.get("postgres"))
                try:
                    await connection.execute("SELECT 1")
                finally:
                    connection.terminate()
        except asyncpg.PostgresError:
            return True
        except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            return False
        return True

    async def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, then a checkpoint is written.

        A temporary cluster is left as it is: nobody starts it again.
        """
        if self.child:
            orderly = () if self.temporary else ((signal.SIGINT, 60.0),)
            await self.child.stop(*orderly, (signal.SIGQUIT, 20.0))

    def _launch(self) -> Launch:
        return Launch(
            name=self.name,
            argv=[str(self.binaries.postgres_bin / "postgres"), "-D", str(self.home.postgres)],
            log=self.home.logs / "postgres.log",
            env=base_environment(self.home.data),
            account=self.account,
            death_signal=signal.SIGINT,
        )

    async def _becomes_ready(self, child: Child, port: int) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while child.exit_code is None:
            try:
                connection = await self._connect(port)
                await connection.close()
            # While it replays its log the postmaster refuses with 57P03.
            except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as error:
                if time.monotonic() > deadline:
                    message = f"PostgreSQL is not ready after {READY_SECONDS:.0f} s ({error})"
                    raise StartFailedError(f"{message}:\n{child.log_tail()}") from error
            else:
                return True
            await asyncio.sleep(0.05)
        return False

    async def _connect(self, port: int) -> asyncpg.Connection:
        return await asyncpg.connect(
            host=LOOPBACK,
            port=port,
            user="postgres",
            database="postgres",
            password=self.secret_files.text(POSTGRES_SUPERUSER_PASSWORD),
            timeout=5,
        )

    async def _wait_for_old_postmaster(self, deadline: float) -> None:
        """Wait until nobody works in the data directory; then a foreign pid in the lock is stale.

        PostgreSQL itself removes the lock of a dead process. It cannot when the number was given to
        another process meanwhile, which happens after a reboot.
        """
        lock = self.home.postgres / "postmaster.pid"
        if not lock.exists():
            return
        while living := postgres_processes_in(self.home.postgres):
            if time.monotonic() > deadline:
                message = f"another PostgreSQL works in {self.home.postgres}: pid {living[0]}"
                raise StartFailedError(message)
            await asyncio.sleep(0.2)
        lock.unlink(missing_ok=True)
