"""Four databases, an owner and an application role for each, made again and again without change."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

import asyncpg

from sandbox.servers.secret_files import SERVICES, SecretFiles

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
SCRAM_ITERATIONS = 4096


def scram_verifier(password: str, salt: bytes, iterations: int = SCRAM_ITERATIONS) -> str:
    """What PostgreSQL stores for a password, so that the password itself is never sent or logged.

    Args:
        password: ASCII text (generated here, so that SASLprep has nothing to change).
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


def _matches(verifier: str | None, password: str) -> bool:
    if not verifier or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    iterations, _, salt = verifier.split("$")[1].partition(":")
    return scram_verifier(password, base64.b64decode(salt), int(iterations)) == verifier


async def prepare_databases(host: str, port: int, secret_files: SecretFiles) -> None:
    """Make roles, databases, privileges and extensions that are missing.

    Args:
        host: address of the cluster.
        port: its port.
        secret_files: where the passwords are.
    """
    superuser = {
        "host": host,
        "port": port,
        "user": "postgres",
        "password": secret_files.text("postgres_superuser_password"),
        "timeout": 30,
    }
    connection = await asyncpg.connect(database="postgres", **superuser)
    try:
        for service in SERVICES:
            for role in ("owner", "app"):
                password = secret_files.database_password(service, role)
                await _ensure_role(connection, f"{service}_{role}", password)
            await _ensure_database(connection, service)
        for name in ("postgres", "template1"):
            await connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    finally:
        await connection.close()
    for service in SERVICES:
        connection = await asyncpg.connect(database=service, **superuser)
        try:
            await connection.execute(_inside(service))
        finally:
            await connection.close()


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    row = await connection.fetchrow("SELECT rolpassword FROM pg_authid WHERE rolname = $1", role)
    if row is None:
        await connection.execute(f"CREATE ROLE {role}")
    verifier = None if row is None else row["rolpassword"]
    if not _matches(verifier, password):
        verifier = scram_verifier(password, os.urandom(16))
    await connection.execute(
        f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS "
        f"PASSWORD '{verifier}'"
    )


async def _ensure_database(connection: asyncpg.Connection, service: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
        await connection.execute(f"CREATE DATABASE {service} OWNER {service}_owner")
    await connection.execute(database_grants(service, service))


def database_grants(database: str, service: str) -> str:
    """Who may connect: the owner and the application role of the service, and nobody else."""
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC;"
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {service}_app;"
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
