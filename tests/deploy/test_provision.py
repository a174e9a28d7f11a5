"""Databases and roles: made again without change; the backup role reads everything, writes nothing."""

from __future__ import annotations

import secrets

import asyncpg
import pytest

from common.database.provision import BACKUP_ROLE, SERVICES, Superuser, prepare_databases, superuser
from sandbox.servers.testing import TestServers


@pytest.fixture
def server(own_servers: TestServers) -> Superuser:
    password = own_servers.secrets.text("postgres_superuser_password")
    return superuser(own_servers.host, own_servers.postgres_port, password)


async def test_it_can_be_repeated_and_takes_a_changed_password(
    own_servers: TestServers, server: Superuser
) -> None:
    passwords = {
        f"{service}_{role}": own_servers.secrets.database_password(service, role)
        for service in SERVICES
        for role in ("owner", "app")
    }
    connection = await asyncpg.connect(database="postgres", **server)
    try:
        before = await connection.fetch("SELECT rolname, rolpassword FROM pg_authid ORDER BY 1")
        await prepare_databases(server, passwords.__getitem__)
        after = await connection.fetch("SELECT rolname, rolpassword FROM pg_authid ORDER BY 1")
        assert after == before
    finally:
        await connection.close()
    passwords["registry_app"] = secrets.token_urlsafe(24)
    await prepare_databases(server, passwords.__getitem__)
    place = {"host": server["host"], "port": server["port"], "database": "registry"}
    connection = await asyncpg.connect(
        user="registry_app", password=passwords["registry_app"], **place
    )
    await connection.close()
    old = own_servers.secrets.database_password("registry", "app")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(user="registry_app", password=old, **place)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(
            user="registry_app",
            password=passwords["registry_app"],
            **{**place, "database": "reporting"},
        )


async def test_the_backup_role_sees_every_commune_and_can_change_nothing(
    own_servers: TestServers, server: Superuser
) -> None:
    secret = secrets.token_urlsafe(24)
    await prepare_databases(
        server,
        lambda role: own_servers.secrets.text(f"{role}_password"),
        backup_password=secret,
    )
    owner = await asyncpg.connect(own_servers.database_url("registry", "owner"))
    await owner.execute(
        "CREATE TABLE guarded (commune_code text); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;"
        "INSERT INTO guarded VALUES ('25000'); ALTER TABLE guarded FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY own ON guarded USING (commune_code = current_setting('app.communes', true))"
    )
    assert await owner.fetchval("SELECT count(*) FROM guarded") == 0
    await owner.close()
    backup = await asyncpg.connect(
        host=server["host"],
        port=server["port"],
        user=BACKUP_ROLE,
        password=secret,
        database="registry",
    )
    try:
        assert await backup.fetchval("SELECT count(*) FROM guarded") == 1
        for statement in (
            "DELETE FROM guarded",
            "INSERT INTO guarded VALUES ('1')",
            "CREATE TABLE x ()",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await backup.execute(statement)
    finally:
        await backup.close()
