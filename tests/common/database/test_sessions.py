from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database.ids import new_id
from common.database.session import AsyncSession, Database, Scope, raw
from common.testing.databases import ServiceDatabase

PROVINCE = Scope.service("test")
INSERT = text("INSERT INTO thing (id, commune_code, name) VALUES (:id, :commune, :name)")


@pytest_asyncio.fixture
async def db(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> AsyncIterator[Database]:
    made = await service_database("registry", package="common.testing.sample.migrations")
    database = Database(made.url, pool_size=3, service="registry")
    await database.open()
    yield database
    await database.close()


async def put(session: AsyncSession, commune: str) -> None:
    await session.execute(INSERT, {"id": new_id(), "commune": commune, "name": "x"})


async def names(db: Database, scope: Scope) -> list[str]:
    async with db.read(scope) as session:
        rows = await session.execute(text("SELECT commune_code FROM thing ORDER BY 1"))
        return list(rows.scalars())


async def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_error(db: Database) -> None:
    async with db.transaction(PROVINCE) as session:
        await put(session, "25000")
    with pytest.raises(RuntimeError):
        async with db.transaction(PROVINCE) as session:
            await put(session, "25001")
            raise RuntimeError
    assert await names(db, PROVINCE) == ["25000"]


async def test_a_cancelled_request_leaves_nothing_and_gives_its_connection_back(
    db: Database,
) -> None:
    async def slow() -> None:
        async with db.transaction(PROVINCE) as session:
            await put(session, "25000")
            await session.execute(text("SELECT pg_sleep(30)"))

    for _ in range(10):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await names(db, PROVINCE) == []


async def test_a_scope_sees_and_writes_only_its_communes(db: Database) -> None:
    async with db.transaction(PROVINCE) as session:
        for commune in ("25000", "25001", "25002"):
            await put(session, commune)
    two = Scope(frozenset({"25000", "25002"}), "officer")
    assert await names(db, two) == ["25000", "25002"]
    assert await names(db, Scope(frozenset(), "nobody")) == []
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.transaction(two) as session:
            await put(session, "25001")
    async with db.transaction(two) as session:
        await session.execute(text("UPDATE thing SET name = 'seen'"))
    async with db.read(PROVINCE) as session:
        changed = await session.execute(text("SELECT count(*) FROM thing WHERE name = 'seen'"))
        assert changed.scalar_one() == 2


@pytest.mark.parametrize("role", ["url", "owner_url"])
async def test_without_the_setting_no_row_is_seen_not_even_by_the_owner(
    service_database: Callable[..., Awaitable[ServiceDatabase]], role: str
) -> None:
    made = await service_database("registry", package="common.testing.sample.migrations")
    superuser = await asyncpg.connect(made.superuser_url)
    await superuser.execute(
        "INSERT INTO thing (id, commune_code, name) VALUES (uuidv7(), '25000', 'x')"
    )
    await superuser.close()
    connection = await asyncpg.connect(getattr(made, role))
    try:
        assert await connection.fetchval("SELECT count(*) FROM thing") == 0
        await connection.execute("SELECT set_config('app.communes', '', false)")
        assert await connection.fetchval("SELECT count(*) FROM thing") == 0
        await connection.execute("SELECT set_config('app.communes', '*', false)")
        assert await connection.fetchval("SELECT count(*) FROM thing") == 1
    finally:
        await connection.close()


async def test_the_scope_of_one_transaction_does_not_reach_the_next_on_the_same_connection(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    made = await service_database("registry", package="common.testing.sample.migrations")
    db = Database(made.url, pool_size=1, service="registry")
    await db.open()
    try:
        async with db.transaction(PROVINCE) as session:
            await put(session, "25000")
        async with db.engine.connect() as connection:
            left = await connection.execute(text("SELECT count(*) FROM thing"))
            assert left.scalar_one() == 0
    finally:
        await db.close()


async def test_a_read_refuses_to_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with db.read(PROVINCE) as session:
            await put(session, "25000")


async def test_an_append_only_table_refuses_changes_from_both_roles(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    made = await service_database("registry", package="common.testing.sample.migrations")
    for url, refusal in (
        (made.url, asyncpg.InsufficientPrivilegeError),
        (made.owner_url, asyncpg.RestrictViolationError),
    ):
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("INSERT INTO entry (text) VALUES ('kept')")
            for change in ("UPDATE entry SET text = ''", "DELETE FROM entry", "TRUNCATE entry"):
                with pytest.raises(refusal):
                    await connection.execute(change)
            await connection.execute("SET app.actor = 'x'; SET app.communes = '*'")
            await connection.execute(
                "INSERT INTO audit_entry (action, subject_type, subject_id) VALUES ('a', 'b', 'c')"
            )
            audit = "UPDATE audit_entry SET actor = ''"
            with pytest.raises(refusal):
                await connection.execute(audit)
        finally:
            await connection.close()
    connection = await asyncpg.connect(made.owner_url)
    assert await connection.fetchval("SELECT count(*) FROM entry") == 2
    await connection.close()


async def test_copy_works_in_the_transaction_of_the_session(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction(PROVINCE) as session:
            connection = await raw(session)
            await connection.execute(
                "CREATE TEMP TABLE incoming (LIKE thing INCLUDING DEFAULTS) ON COMMIT DROP"
            )
            records = [(new_id(), "25000", str(number)) for number in range(1000)]
            await connection.copy_records_to_table(
                "incoming", records=records, columns=("id", "commune_code", "name")
            )
            await session.execute(text("INSERT INTO thing SELECT * FROM incoming"))
            counted = await session.execute(text("SELECT count(*) FROM thing"))
            assert counted.scalar_one() == 1000
            raise RuntimeError
    assert await names(db, PROVINCE) == []


async def test_errors_do_not_show_the_values_of_a_statement(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction(PROVINCE) as session:
            await session.execute(
                text("SELECT CAST(:a AS text), 1 / CAST(:b AS int)"), {"a": "003151000017", "b": 0}
            )
    assert "003151000017" not in str(caught.value)


async def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(
    service_database: Callable[..., Awaitable[ServiceDatabase]],
) -> None:
    made = await service_database("registry", package="common.testing.sample.migrations")
    db = Database(made.url, pool_size=2, service="registry")
    await db.open()
    try:
        assert await names(db, PROVINCE) == []
        superuser = await asyncpg.connect(made.superuser_url)
        ended = await superuser.fetch(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await superuser.close()
        assert ended
        assert await names(db, PROVINCE) == []
    finally:
        await db.close()
