"""The alarm about callers who read, or are refused, far more than usual."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from common.audit import store
from common.audit.jobs import seal_audit, watch_reading
from common.audit.service import record_access
from common.database.session import Database, Scope
from common.testing.databases import ServiceDatabase


@pytest.fixture
async def made(service_database: Any) -> ServiceDatabase:
    database: ServiceDatabase = await service_database(
        "registry", package="common.testing.sample.migrations"
    )
    return database


@pytest.fixture
async def job(made: ServiceDatabase) -> AsyncIterator[Any]:
    opened = Database(made.url)
    await opened.open()
    settings = SimpleNamespace(reads_per_hour_usual=5, refusals_per_hour_usual=3)
    yield SimpleNamespace(name="registry", db=opened, settings=settings)
    await opened.close()


async def access(job: Any, actor: str, outcome: str, times: int) -> None:
    entry = store.Entry(
        action="x",
        outcome=outcome,
        purpose="p",
        subject_type="person",
        subject_id="1",
        request_id=None,
        detail={},
    )
    for _ in range(times):
        await record_access(job.db, Scope(frozenset({"25000"}), actor), entry)


async def alarms(made: ServiceDatabase) -> list[str]:
    admin = await asyncpg.connect(made.superuser_url)
    rows = await admin.fetch(
        "SELECT subject_id FROM audit_entry WHERE action = 'reading.unusual' ORDER BY 1"
    )
    await admin.close()
    return [row["subject_id"] for row in rows]


async def test_who_reads_or_is_refused_too_often_is_told_of_once(
    job: Any, made: ServiceDatabase
) -> None:
    await access(job, "cham-chi", "read", 5)
    await access(job, "to-mo", "read", 6)
    await access(job, "do-cua", "refused", 4)
    with capture_logs() as lines:
        await watch_reading(job)
        await watch_reading(job)
    assert await alarms(made) == ["do-cua", "to-mo"]
    assert [line["event"] for line in lines] == ["reading_unusual"] * 2


async def test_the_head_of_each_block_leaves_with_the_journal(job: Any) -> None:
    await access(job, "a", "read", 1)
    with capture_logs() as lines:
        await seal_audit(job)
        await seal_audit(job)
    assert [line["event"] for line in lines] == ["audit_sealed"]
    assert lines[0]["head"].startswith("1:")
