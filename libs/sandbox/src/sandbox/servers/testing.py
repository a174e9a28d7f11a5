"""Real servers for tests: PostgreSQL and NATS only, started in a few seconds, gone afterwards.

    servers = start_test_servers(tmp_path_factory.getbasetemp().parent / "servers")
    servers.database_url("registry", "app")
    await nats.connect(servers.nats_url, **servers.nats_options("registry"))

Processes that give the same folder share the servers: the first one starts them, the others find
them, and they stop by themselves when the last of these processes has ended. Processes that give
different folders (one per pytest-xdist worker) get servers of their own.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from common.events.nats import inbox_prefix
from sandbox.servers.connections import service_database_url, superuser_database_url
from sandbox.servers.daemon import installation, up
from sandbox.servers.leases import return_lease, take_lease
from sandbox.servers.paths import Home
from sandbox.servers.plan import Plan
from sandbox.servers.ports import Ports
from sandbox.servers.probes import LOOPBACK
from sandbox.servers.secret_files import SecretFiles, nats_seed_name

Role = Literal["owner", "app"]


class NatsOptions(TypedDict):
    """Keyword arguments of `nats.connect`."""

    nkeys_seed: str
    inbox_prefix: str


@dataclass(frozen=True)
class TestServers:
    """Addresses and secrets of running servers."""

    __test__ = False

    home: Home
    host: str = LOOPBACK

    @property
    def postgres_port(self) -> int:
        """The port of PostgreSQL now (a restarted server may have moved)."""
        return self._ports.get("postgres")

    @property
    def nats_url(self) -> str:
        """The address of NATS; connect with `nats_options`."""
        return f"nats://{self.host}:{self._ports.get('nats')}"

    @property
    def nats_health_url(self) -> str:
        """The plain health check of NATS."""
        return f"http://{self.host}:{self._ports.get('nats_monitor')}/healthz"

    @property
    def secrets(self) -> SecretFiles:
        """All generated secrets (see `sandbox.servers.secret_files` for the names)."""
        return SecretFiles(self.home.secrets)

    def database_url(self, service: str, role: Role = "app") -> str:
        """`postgresql://<service>_<role>:...@host:port/<service>`."""
        return service_database_url(self.secrets, self.postgres_port, service, role)

    def superuser_url(self, database: str = "postgres") -> str:
        """The superuser's address, for making and dropping databases of a test."""
        return superuser_database_url(self.secrets, self.postgres_port, database)

    def nats_seed_file(self, user: str) -> Path:
        """The nkey seed of `bootstrap` or a service."""
        return self.secrets.path(nats_seed_name(user))

    def nats_options(self, user: str) -> NatsOptions:
        """What `nats.connect` needs beside the address."""
        return {"nkeys_seed": str(self.nats_seed_file(user)), "inbox_prefix": inbox_prefix(user)}

    @property
    def _ports(self) -> Ports:
        return Ports(self.home.run / "ports.json")


def start_test_servers(root: Path) -> TestServers:
    """Start PostgreSQL and NATS below a folder, or find those that already run there.

    They stop, and their data is deleted, when every process that called this has ended or called
    `stop_test_servers`.

    Raises:
        StartFailedError: a server did not become ready; the message says why.
    """
    home = installation(root)
    home.create_root()
    take_lease(home)
    up(home, Plan(), temporary=True)
    atexit.register(return_lease, home)
    return TestServers(home)


def stop_test_servers(servers: TestServers) -> None:
    """Give the servers up; the last process to do so ends them within a second."""
    return_lease(servers.home)
