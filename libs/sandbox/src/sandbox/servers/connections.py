"""Database addresses with their passwords, as secret files that services read."""

from __future__ import annotations

from sandbox.servers.accounts import Account
from sandbox.servers.probes import LOOPBACK
from sandbox.servers.secret_files import (
    POSTGRES_SUPERUSER_PASSWORD,
    SERVICES,
    SecretFiles,
    replace_secret,
)


def database_url(user: str, password: str, port: int, database: str) -> str:
    """An address in the form `postgresql://user:password@host:port/database`."""
    return f"postgresql://{user}:{password}@{LOOPBACK}:{port}/{database}"


def database_url_name(service: str, role: str) -> str:
    """The secret file with the address for `<service>_owner` or `<service>_app`."""
    return f"{service}_{role}_database_url"


def service_database_url(files: SecretFiles, port: int, service: str, role: str) -> str:
    """The address of a service's database for its role `owner` or `app`."""
    password = files.database_password(service, role)
    return database_url(f"{service}_{role}", password, port, service)


def superuser_database_url(files: SecretFiles, port: int, database: str = "postgres") -> str:
    """The address for the superuser, who makes databases and extensions."""
    return database_url("postgres", files.text(POSTGRES_SUPERUSER_PASSWORD), port, database)


def write_connections(files: SecretFiles, port: int, account: Account | None) -> None:
    """Write the address files anew: the port may have changed since the last start."""
    for service in SERVICES:
        for role in ("owner", "app"):
            url = service_database_url(files, port, service, role)
            replace_secret(files.path(database_url_name(service, role)), url, account)
