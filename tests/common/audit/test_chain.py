"""The sealed chain: blocks, their heads, and every way to tamper with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.audit import record, store
from common.audit.chain import Head, verify
from common.database.session import Database, Scope
from common.testing.databases import ServiceDatabase

OFFICER = Scope(frozenset({"25000"}), "can-bo-1", "portal")
AUDITOR = Scope.service("auditor")


@pytest.fixture
async def made(service_database: Any) -> ServiceDatabase:
    database: ServiceDatabase = await service_database(
        "registry", package="common.testing.sample.migrations"
    )
    return database


@pytest.fixture
async def database(made: ServiceDatabase) -> AsyncIterator[Database]:
    opened = Database(made.url)
    await opened.open()
    yield opened
    await opened.close()


async def write(database: Database, count: int) -> None:
    async with database.transaction(OFFICER) as session:
        for number in range(count):
            await record(session, "person.đọc", "person", str(number), {"n": number, "xã": "Lạc"})


async def seal(database: Database) -> int:
    async with database.transaction(AUDITOR) as session:
        return await store.seal(session)


@pytest.fixture
async def kept(database: Database) -> Head:
    """The head after two blocks of three and two entries."""
    await write(database, 3)
    assert await seal(database) == 3
    await write(database, 2)
    assert await seal(database) == 2
    assert await seal(database) == 0
    return (await verify(database, AUDITOR)).head


async def test_an_untouched_log_is_whole(database: Database, kept: Head) -> None:
    verdict = await verify(database, AUDITOR, kept)
    assert (verdict.head.block, verdict.entries, verdict.faults) == (2, 5, ())
    assert Head.parse(str(kept)) == kept


async def test_a_transaction_that_commits_late_is_in_the_next_block(database: Database) -> None:
    async with database.transaction(OFFICER) as early:
        await record(early, "person.read", "person", "early")
        await write(database, 1)
        assert await seal(database) == 1
    assert await seal(database) == 1
    assert (await verify(database, AUDITOR)).faults == ()


TAMPERING = {
    "an entry is changed": "UPDATE audit_entry SET actor = 'x' WHERE seq = 2",
    "an entry is removed": "DELETE FROM audit_entry WHERE seq = 2",
    "an entry is put in": "INSERT INTO audit_entry (actor, communes, action, subject_type,"
    " subject_id, block) VALUES ('x', '*', 'person.read', 'person', '1', 1)",
    "an entry goes to another block": "UPDATE audit_entry SET block = 2 WHERE seq = 1",
    "words go to the next field": "UPDATE audit_entry SET client_id = client_id || actor,"
    " actor = ' ' WHERE seq = 1",
    "the last block is removed": "DELETE FROM audit_entry WHERE block = 2;"
    " DELETE FROM audit_block WHERE block = 2",
    "everything is removed": "DELETE FROM audit_entry; DELETE FROM audit_block",
    "everything is made anew": "DELETE FROM audit_block; DELETE FROM audit_entry WHERE seq = 2;"
    " UPDATE audit_entry SET block = NULL; SELECT seal_audit()",
    "a block is made anew": "UPDATE audit_entry SET actor = 'x' WHERE seq = 5;"
    " UPDATE audit_block SET digest = audit_digest(2, previous) WHERE block = 2",
    "the function lies": "CREATE OR REPLACE FUNCTION audit_digest(number bigint, previous text)"
    " RETURNS text LANGUAGE sql AS 'SELECT ''lie''';"
    " UPDATE audit_block SET digest = 'lie' WHERE block = 2",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
async def test_whoever_owns_the_server_leaves_a_trace(
    database: Database, made: ServiceDatabase, kept: Head, statement: str
) -> None:
    superuser = await asyncpg.connect(made.superuser_url)
    await superuser.execute(
        f"SET session_replication_role = replica; SET app.actor = 'x'; {statement}"
    )
    await superuser.close()
    assert (await verify(database, AUDITOR, kept)).faults


@pytest.mark.parametrize("column", ["actor", "recorded_at", "communes", "client_id", "block"])
async def test_the_application_can_make_up_neither_who_nor_when(
    database: Database, column: str
) -> None:
    value = "now()" if column == "recorded_at" else "'1'"
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(OFFICER) as session:
            await session.execute(
                text(
                    f"INSERT INTO audit_entry (action, subject_type, subject_id, {column})"
                    f" VALUES ('x', 'person', '1', {value})"
                )
            )


@pytest.mark.parametrize("url", ["url", "owner_url"])
async def test_nobody_writes_an_entry_without_an_actor(made: ServiceDatabase, url: str) -> None:
    plain = await asyncpg.connect(getattr(made, url))
    with pytest.raises(asyncpg.PostgresError):
        await plain.execute(
            "INSERT INTO audit_entry (action, subject_type, subject_id) VALUES ('x', 'y', 'z')"
        )
    await plain.close()
