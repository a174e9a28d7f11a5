"""PostgreSQL 18 as a child process: one cluster, password login only, loopback or socket only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field

import asyncpg

from sandbox.servers.accounts import Account
from sandbox.servers.binaries import Binaries
from sandbox.servers.connections import write_connections
from sandbox.servers.databases import prepare_databases
from sandbox.servers.errors import ServersError, StartFailedError
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
TRUSTED_ACCESS = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = 64MB
work_mem = 16MB
maintenance_work_mem = 64MB
max_worker_processes = 4
max_parallel_workers = 2
autovacuum_max_workers = 2
max_wal_size = 2GB
checkpoint_timeout = 5min
wal_compression = pglz
summarize_wal = off
fsync = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = 30s
log_line_prefix = '%m [%p] %u@%d '
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
cluster_name = 'ansinh'
"""


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
            self._make_cluster()
        deadline = time.monotonic() + START_SECONDS
        while True:
            await self._wait_for_old_postmaster(deadline)
            port = self.ports.free("postgres")
            self._configure(port)
            self.child = await spawn(self._launch())
            if await self._becomes_ready(self.child, port):
                break
            if time.monotonic() > deadline:
                message = f"PostgreSQL does not start:\n{self.child.log_tail()}"
                raise StartFailedError(message)
            await asyncio.sleep(0.5)
        await prepare_databases(LOOPBACK, port, self.secret_files)
        write_connections(self.secret_files, port, self.account)

    async def healthy(self) -> bool:
        """Tell whether a new connection gets an answer within five seconds."""
        try:
            async with asyncio.timeout(5):
                connection = await self._connect(self.ports.get("postgres"))
                try:
                    await connection.execute("SELECT 1")
                finally:
                    connection.terminate()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    async def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, then a checkpoint is written.

        A temporary cluster is left as it is: nobody starts it again.
        """
        if self.child:
            orderly = () if self.temporary else ((signal.SIGINT, 60.0),)
            await self.child.stop(*orderly, (signal.SIGQUIT, 20.0))

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and rename, so that a killed start leaves no half."""
        unfinished = self.home.data / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self.home.data / "postgres.password"
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(self.secret_files.text(POSTGRES_SUPERUSER_PASSWORD))
        if self.account:
            self.account.owns(password)
        argv = [
            str(self.binaries.postgres_bin / "initdb"),
            f"--pgdata={unfinished}",
            "--username=postgres",
            f"--pwfile={password}",
            "--auth-host=scram-sha-256",
            "--auth-local=scram-sha-256",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--data-checksums",
            *(["--no-sync"] if self.temporary else []),
        ]
        switch: dict[str, object] = {}
        if self.account:
            switch = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        try:
            answer = subprocess.run(
                argv,
                cwd="/",
                env=base_environment(self.home.data),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **switch,
            )
        finally:
            password.unlink()
        if answer.returncode != 0:
            message = f"initdb failed:\n{answer.stdout}\n{answer.stderr}"
            raise ServersError(message)
        unfinished.rename(self.home.postgres)

    def _configure(self, port: int) -> None:
        settings = CONFIGURATION.format(port=port, sockets=self.home.sockets)
        for name, text in (("postgresql.conf", settings), ("pg_hba.conf", TRUSTED_ACCESS)):
            file = self.home.postgres / name
            file.write_text(text, encoding="utf-8")
            if self.account:
                self.account.owns(file)

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
            # While it replays its log the postmaster refuses with 57P03.
            with contextlib.suppress(OSError, TimeoutError, asyncpg.CannotConnectNowError):
                connection = await self._connect(port)
                await connection.close()
                return True
            if time.monotonic() > deadline:
                message = f"PostgreSQL is not ready after {READY_SECONDS:.0f} s"
                raise StartFailedError(f"{message}:\n{child.log_tail()}")
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
