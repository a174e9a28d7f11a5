from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from common.database import migrations
from common.testing.databases import ServiceDatabase

SAMPLE = "common.testing.sample.migrations"


async def test_an_empty_database_comes_to_the_head_and_a_second_run_changes_nothing(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    empty = await service_database("registry", package="")
    assert not await migrations.at_head(empty.owner_url, SAMPLE)
    assert await migrations.upgrade(empty.owner_url, SAMPLE, service="registry") == "0001"
    assert await migrations.at_head(empty.owner_url, SAMPLE)
    before = await structure(empty)
    assert await migrations.upgrade(empty.owner_url, SAMPLE, service="registry") == "0001"
    assert await structure(empty) == before


async def test_runs_at_the_same_time_take_turns(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    empty = await service_database("registry", package="")
    done = await asyncio.gather(
        *(migrations.upgrade(empty.owner_url, SAMPLE, service="registry") for _ in range(3))
    )
    assert done == ["0001"] * 3


async def test_the_app_role_may_use_the_tables_and_nothing_more(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    made = await service_database("registry", package=SAMPLE)
    connection = await asyncpg.connect(made.url)
    try:
        await connection.execute("SELECT count(*) FROM outbox")
        for refused in (
            "CREATE TABLE mine (id int)",
            "ALTER TABLE thing DISABLE ROW LEVEL SECURITY",
            "DELETE FROM outbox",
            "UPDATE alembic_version SET version_num = '9'",
            "TRUNCATE thing",
            "DROP TABLE thing",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(refused)
    finally:
        await connection.close()


async def test_a_migration_steps_back_while_somebody_holds_the_table(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    empty = await service_database("registry", package="")
    holder = await asyncpg.connect(empty.owner_url)
    await holder.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
    upgrading = asyncio.create_task(migrations.upgrade(empty.owner_url, SAMPLE, service="registry"))
    await asyncio.sleep(3)
    await transaction.rollback()
    await holder.close()
    assert await upgrading == "0001"


def test_the_chain_prints_as_sql(capsys: pytest.CaptureFixture[str]) -> None:
    migrations.offline_sql(SAMPLE)
    printed = capsys.readouterr().out
    assert "CREATE TABLE outbox" in printed
    assert "FORCE ROW LEVEL SECURITY" in printed


async def structure(made: ServiceDatabase) -> list[str]:
    connection = await asyncpg.connect(made.owner_url)
    rows = await connection.fetch(
        "SELECT c.relname || ' ' || c.relacl::text AS line FROM pg_class c"
        " WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    await connection.close()
    return [str(row["line"]) for row in rows]
