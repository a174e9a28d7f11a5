"""Databases of tests: migrated once as a template, cloned for each test, dropped afterwards."""

from __future__ import annotations

import hashlib
import importlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from common.database import migrations
from common.testing.servers import PostgresServer


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """A fresh database of one service."""

    service: str
    name: str
    url: str
    """For the app role."""
    owner_url: str
    superuser_url: str


@dataclass(slots=True)
class DatabaseMaker:
    """Clones templates; `drop_all` removes what a test got."""

    server: PostgresServer
    made: list[str] = field(default_factory=list)

    async def make(self, service: str, *, package: str | None = None) -> ServiceDatabase:
        """Give a database at the head of a service's chain.

        Args:
            service: whose roles own and use it.
            package: its migrations; `<service>.migrations` by default. The empty text gives a
                database without any migration.
        """
        package = f"{service}.migrations" if package is None else package
        name = f"test_{service}_{secrets.token_hex(6)}"
        admin = await asyncpg.connect(self.server.superuser_url())
        try:
            template = await self._template(admin, service, package)
            await _clone(admin, name, template=template, service=service)
        finally:
            await admin.close()
        self.made.append(name)
        return ServiceDatabase(
            service=service,
            name=name,
            url=_at(self.server.database_url(service, "app"), name),
            owner_url=_at(self.server.database_url(service, "owner"), name),
            superuser_url=self.server.superuser_url(name),
        )

    async def drop_all(self) -> None:
        """Drop what was made, with whoever is still connected."""
        if not self.made:
            return
        admin = await asyncpg.connect(self.server.superuser_url())
        try:
            for name in self.made:
                await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        finally:
            await admin.close()
        self.made.clear()

    async def _template(
        self, admin: asyncpg.Connection[asyncpg.Record], service: str, package: str
    ) -> str:
        if not package:
            return service
        name = f"template_{service}_{_fingerprint(package)}"
        # Workers of one run share the server: one of them migrates, the others wait for it.
        await admin.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", name)
        try:
            known = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
            if not await admin.fetchval(known, name):
                unfinished = f"{name}_making"
                await admin.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
                await _clone(admin, unfinished, template=service, service=service)
                owner = _at(self.server.database_url(service, "owner"), unfinished)
                await migrations.upgrade(owner, package, service=service)
                await admin.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
        finally:
            await admin.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)
        return name


async def _clone(
    admin: asyncpg.Connection[asyncpg.Record], name: str, *, template: str, service: str
) -> None:
    # A clone needs a template that nobody is connected to; workers of one run take turns.
    await admin.execute("SELECT pg_advisory_lock(hashtextextended('clone', 0))")
    try:
        await admin.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} OWNER {service}_owner STRATEGY wal_log"
        )
    finally:
        await admin.execute("SELECT pg_advisory_unlock(hashtextextended('clone', 0))")


def _fingerprint(package: str) -> str:
    """Name the content of a chain and of the shared tables, so that a change makes a new one."""
    module = importlib.import_module(package)
    digest = hashlib.sha256(package.encode())
    shared = Path(migrations.__file__).with_name("infrastructure.py")
    for file in (*sorted(Path(str(module.__file__)).parent.rglob("*.py")), shared):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
