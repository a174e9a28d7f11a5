from __future__ import annotations

import re

import asyncpg
import pytest

from common.database.provision import EXTENSIONS
from sandbox.servers.secret_files import SERVICES
from sandbox.servers.testing import Role, TestServers


@pytest.mark.parametrize("service", SERVICES)
async def test_the_app_role_works_with_the_tables_of_the_owner(
    running: TestServers, service: str
) -> None:
    owner = await asyncpg.connect(running.database_url(service, "owner"))
    app = await asyncpg.connect(running.database_url(service))
    try:
        await owner.execute("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, n text)")
        await owner.execute("CREATE SEQUENCE s")
        await app.execute("INSERT INTO t (n) VALUES ('a')")
        await app.execute("UPDATE t SET n = 'b'")
        assert await app.fetchval("SELECT n FROM t") == "b"
        assert await app.fetchval("SELECT nextval('s')") == 1
        await app.execute("DELETE FROM t")
        await app.execute("CREATE TEMPORARY TABLE batch (n text)")
    finally:
        await owner.execute("DROP TABLE IF EXISTS t")
        await owner.execute("DROP SEQUENCE IF EXISTS s")
        await app.close()
        await owner.close()


@pytest.mark.parametrize(
    "forbidden",
    [
        "CREATE TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "DROP TABLE kept",
        "ALTER TABLE kept DISABLE ROW LEVEL SECURITY",
        "TRUNCATE kept",
        "CREATE ROLE mine",
        "ALTER ROLE registry_app BYPASSRLS",
        "SET ROLE registry_owner",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE EXTENSION citext",
        "COPY kept TO PROGRAM 'cat'",
    ],
)
async def test_the_app_role_may_not(running: TestServers, kept: None, forbidden: str) -> None:
    app = await asyncpg.connect(running.database_url("registry"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(forbidden)
    finally:
        await app.close()


async def test_row_level_security_binds_app_and_owner(running: TestServers, kept: None) -> None:
    for url in (running.database_url("registry"), running.database_url("registry", "owner")):
        connection = await asyncpg.connect(url)
        try:
            assert await connection.fetchval("SELECT count(*) FROM kept") == 0
            await connection.execute("SET app.communes = '25000'")
            assert await connection.fetchval("SELECT count(*) FROM kept") == 1
        finally:
            await connection.close()


@pytest.fixture
async def kept(running: TestServers) -> None:
    owner = await asyncpg.connect(running.database_url("registry", "owner"))
    try:
        await owner.execute(
            """
            DROP TABLE IF EXISTS kept;
            CREATE TABLE kept (commune_code text);
            INSERT INTO kept VALUES ('25000'), ('00001');
            ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
            ALTER TABLE kept FORCE ROW LEVEL SECURITY;
            CREATE POLICY p ON kept USING (commune_code = current_setting('app.communes', true));
            """
        )
    finally:
        await owner.close()


async def test_no_role_of_a_service_has_any_special_power(running: TestServers) -> None:
    superuser = await asyncpg.connect(running.superuser_url())
    try:
        rows = await superuser.fetch(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper"
            " AND NOT rolbypassrls AND NOT rolcreatedb AND NOT rolcreaterole AND NOT rolreplication"
        )
    finally:
        await superuser.close()
    assert {row["rolname"] for row in rows} == {
        f"{service}_{role}" for service in SERVICES for role in ("app", "owner")
    }


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize("other", ["eligibility", "disbursement", "reporting", "postgres"])
async def test_a_service_cannot_even_connect_to_another_database(
    running: TestServers, role: Role, other: str
) -> None:
    url = re.sub(r"/registry$", f"/{other}", running.database_url("registry", role))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url)


async def test_a_wrong_password_is_refused_on_loopback_and_on_the_socket(
    running: TestServers,
) -> None:
    for host in (running.host, str(running.home.sockets)):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host=host,
                port=running.postgres_port,
                user="postgres",
                database="postgres",
                password="wrong",
            )


async def test_the_cluster_is_set_up_as_designed(running: TestServers) -> None:
    superuser = await asyncpg.connect(running.superuser_url("registry"))
    try:
        settings = {
            row["name"]: row["setting"]
            for row in await superuser.fetch("SELECT * FROM pg_settings")
        }
        database = await superuser.fetchrow(
            "SELECT datlocprovider::text AS provider, datlocale AS locale,"
            " pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = 'registry'"
        )
        extensions = await superuser.fetch("SELECT extname FROM pg_extension")
        verifiers = await superuser.fetch(
            "SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL"
        )
    finally:
        await superuser.close()
    expected = {
        "fsync": "on",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
        "jit": "off",
        "max_wal_size": "2048",
        "idle_in_transaction_session_timeout": "30000",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "summarize_wal": "off",
        "synchronous_commit": "on",
    }
    assert {name: settings[name] for name in expected} == expected
    assert dict(database) == {"provider": "b", "locale": "C.UTF-8", "encoding": "UTF8"}
    assert set(EXTENSIONS) <= {row["extname"] for row in extensions}
    assert {row["rolpassword"].split("$")[0] for row in verifiers} == {"SCRAM-SHA-256"}
