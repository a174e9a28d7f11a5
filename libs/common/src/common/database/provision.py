"""Databases, roles and privileges of an installation, made again and again without change.

`python -m common.database.provision` does it as the superuser, before any migration. Every service
has one database with an owner (migrations) and an application role (the service itself); the role
`ansinh_backup` may read everything and change nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypedDict

import asyncpg

from common.contracts.catalogue import STREAMS

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
SCRAM_ITERATIONS = 4096
SERVICES: tuple[str, ...] = tuple(STREAMS)
BACKUP_ROLE = "ansinh_backup"
SEALED_ROLE = "registry_sealed"
"""Alone may touch the registry's sealed facts. `registry_app` has to take it on for a statement."""

_LIMITS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
_SERVICE_ROLE = f"{_LIMITS} NOREPLICATION NOBYPASSRLS"
# A dump must hold the rows of every commune, and a base backup is a kind of replication.
_BACKUP_ROLE = f"{_LIMITS} REPLICATION BYPASSRLS"


class Superuser(TypedDict):
    """How the superuser connects."""

    host: str
    port: int
    user: str
    password: str
    timeout: float


def superuser(host: str, port: int, password: str, *, user: str = "postgres") -> Superuser:
    """Give the superuser's connection settings."""
    return {"host": host, "port": port, "user": user, "password": password, "timeout": 30.0}


def scram_verifier(password: str, salt: bytes, iterations: int = SCRAM_ITERATIONS) -> str:
    """Give what PostgreSQL stores for a password, so that the password is never sent or logged.

    Args:
        password: ASCII text (generated, so that SASLprep has nothing to change).
        salt: random bytes.
        iterations: rounds of PBKDF2.
    """
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    first, second, third = (
        base64.b64encode(part).decode() for part in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${iterations}:{first}${second}:{third}"


async def prepare_databases(
    server: Superuser,
    password_of: Callable[[str], str],
    *,
    backup_password: str | None = None,
) -> None:
    """Make roles, databases, privileges and extensions that are missing; set changed passwords.

    Args:
        server: the superuser's connection.
        password_of: role name (`registry_owner`, `registry_app`...) -> its password.
        backup_password: makes the role of the backup; None makes none.
    """
    connection = await asyncpg.connect(database="postgres", **server)
    try:
        for service in SERVICES:
            for role in (f"{service}_owner", f"{service}_app"):
                await _ensure_role(connection, role, password_of(role), _SERVICE_ROLE)
            await _ensure_database(connection, service)
        await _ensure_sealed_role(connection)
        if backup_password is not None:
            await _ensure_role(connection, BACKUP_ROLE, backup_password, _BACKUP_ROLE)
            await connection.execute(_backup_grants())
        for name in ("postgres", "template1"):
            await connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    finally:
        await connection.close()
    for service in SERVICES:
        connection = await asyncpg.connect(database=service, **server)
        try:
            await connection.execute(_inside(service))
        finally:
            await connection.close()


def database_grants(database: str, service: str) -> str:
    """Give who may connect: the owner and the application role of the service, and nobody else."""
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC;"
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {service}_app;"
    )


async def _ensure_role(
    connection: asyncpg.Connection, role: str, password: str, attributes: str
) -> None:
    row = await connection.fetchrow("SELECT rolpassword FROM pg_authid WHERE rolname = $1", role)
    if row is None:
        await connection.execute(f"CREATE ROLE {role}")
    verifier = None if row is None else row["rolpassword"]
    if not _matches(verifier, password):
        verifier = scram_verifier(password, os.urandom(16))
    await connection.execute(f"ALTER ROLE {role} {attributes} PASSWORD '{verifier}'")


async def _ensure_sealed_role(connection: asyncpg.Connection) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", SEALED_ROLE)
    if not known:
        await connection.execute(f"CREATE ROLE {SEALED_ROLE}")
    await connection.execute(
        f"ALTER ROLE {SEALED_ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
        " NOBYPASSRLS"
    )
    await connection.execute(
        f"GRANT {SEALED_ROLE} TO registry_app WITH ADMIN FALSE, INHERIT FALSE, SET TRUE"
    )


def _matches(verifier: str | None, password: str) -> bool:
    if not verifier or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    iterations, _, salt = verifier.split("$")[1].partition(":")
    return scram_verifier(password, base64.b64decode(salt), int(iterations)) == verifier


async def _ensure_database(connection: asyncpg.Connection, service: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
        await connection.execute(f"CREATE DATABASE {service} OWNER {service}_owner")
    await connection.execute(database_grants(service, service))


def _backup_grants() -> str:
    connect = "".join(f"GRANT CONNECT ON DATABASE {name} TO {BACKUP_ROLE};" for name in SERVICES)
    return (
        f"GRANT CONNECT ON DATABASE postgres TO {BACKUP_ROLE};{connect}"
        f"GRANT pg_read_all_data, pg_monitor TO {BACKUP_ROLE};"
    )


def _inside(service: str) -> str:
    owner, app = f"{service}_owner", f"{service}_app"
    extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
    return (
        f"SET client_min_messages = warning; {extensions}"
        f"REVOKE ALL ON SCHEMA public FROM PUBLIC;"
        f"GRANT USAGE, CREATE ON SCHEMA public TO {owner};"
        f"GRANT USAGE ON SCHEMA public TO {app};"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};"
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {app};"
    )


async def wait_for_server(server: Superuser, *, seconds: float) -> None:
    """Wait until the server takes connections; it may be replaying its log.

    Raises:
        TimeoutError: it did not within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = await asyncpg.connect(database="postgres", **server)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as error:
            if time.monotonic() > deadline:
                msg = f"PostgreSQL did not answer within {seconds:.0f} s ({type(error).__name__})"
                raise TimeoutError(msg) from error
            await asyncio.sleep(0.5)
        else:
            await connection.close()
            return


async def _main(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.secrets

    def secret(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8").strip()

    server = superuser(arguments.host, arguments.port, secret("postgres_superuser_password"))
    await wait_for_server(server, seconds=arguments.timeout)
    backup = folder / "backup_password"
    await prepare_databases(
        server,
        lambda role: secret(f"{role}_password"),
        backup_password=secret(backup.name) if backup.exists() else None,
    )


def main(environment: Mapping[str, str] = os.environ) -> None:
    """Prepare the databases of the server that the arguments or the environment name.

    Passwords are files in the folder of secrets: `postgres_superuser_password`,
    `<service>_owner_password`, `<service>_app_password` and, when there, `backup_password`.
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--host", default=environment.get("ANSINH_POSTGRES_HOST", "127.0.0.1"))
    parser.add_argument(
        "--port", type=int, default=int(environment.get("ANSINH_POSTGRES_PORT", "5432"))
    )
    parser.add_argument(
        "--secrets",
        type=Path,
        default=Path(environment.get("ANSINH_SECRETS_FOLDER", "/run/secrets")),
    )
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds to wait")
    try:
        asyncio.run(_main(parser.parse_args()))
    except (TimeoutError, OSError, asyncpg.PostgresError) as error:
        sys.exit(f"databases: {type(error).__name__} {error}")
    sys.stdout.write(f"databases: {', '.join(SERVICES)} are as they should be\n")


if __name__ == "__main__":
    main()
