from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.audit import record
from common.database.session import Database, Scope
from common.observability.trace import Trace, enter_trace, leave_trace
from common.runtime.clock import VN_TZ, system_now
from common.testing.clocks import FixedBusinessClock
from common.testing.databases import ServiceDatabase

NOON = datetime(2026, 11, 20, 12, tzinfo=VN_TZ)
OFFICER = Scope(frozenset({"25000"}), "can-bo-1")


@pytest.fixture
async def made(service_database: Any) -> ServiceDatabase:
    database: ServiceDatabase = await service_database(
        "registry", package="common.testing.sample.migrations"
    )
    return database


@pytest.fixture
async def database(made: ServiceDatabase) -> AsyncIterator[Database]:
    opened = Database(made.url, clock=FixedBusinessClock(NOON))
    await opened.open()
    yield opened
    await opened.close()


async def _entries(made: ServiceDatabase) -> list[Any]:
    admin = await asyncpg.connect(made.superuser_url)
    rows = await admin.fetch("SELECT *, detail::text AS words FROM audit_entry ORDER BY seq")
    await admin.close()
    return list(rows)


async def test_an_entry_tells_who_when_what_and_in_which_request(
    database: Database, made: ServiceDatabase
) -> None:
    subject = uuid4()
    token = enter_trace(Trace(request_id="request-1"))
    async with database.transaction(OFFICER) as session:
        await record(session, "decision.signed", "decision", subject, {"lines": 12})
    leave_trace(token)
    (entry,) = await _entries(made)
    assert (entry["actor"], entry["action"]) == ("can-bo-1", "decision.signed")
    assert (entry["subject_type"], entry["subject_id"]) == ("decision", str(subject))
    assert abs(entry["recorded_at"] - system_now()) < timedelta(minutes=5)
    assert (entry["communes"], entry["request_id"]) == ("25000", "request-1")
    assert entry["words"] == '{"lines": 12}'


async def test_an_entry_goes_with_its_transaction(
    database: Database, made: ServiceDatabase
) -> None:
    with pytest.raises(LookupError):
        async with database.transaction(OFFICER) as session:
            await record(session, "decision.signed", "decision", "1")
            raise LookupError
    assert await _entries(made) == []


async def test_sensitive_values_do_not_reach_the_table(
    database: Database, made: ServiceDatabase
) -> None:
    async with database.transaction(OFFICER) as session:
        detail = {"full_name": "Nguyễn Dấu Vết", "why": "số 079201012345", "id": 79201012345}
        await record(session, "person.read", "person", uuid4(), detail)
    (entry,) = await _entries(made)
    assert "Dấu Vết" not in entry["words"]
    assert "079201012345" not in entry["words"]
    assert "79201012345" not in entry["words"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
async def test_nobody_changes_an_entry(
    database: Database, made: ServiceDatabase, statement: str
) -> None:
    async with database.transaction(OFFICER) as session:
        await record(session, "decision.signed", "decision", "1")
    with pytest.raises(DBAPIError):
        async with database.transaction(Scope.service("test")) as session:
            await session.execute(text(statement))
    owner = await asyncpg.connect(made.owner_url)
    with pytest.raises(asyncpg.PostgresError):
        await owner.execute(statement)
    await owner.close()
    assert len(await _entries(made)) == 1
