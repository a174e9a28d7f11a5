"""What is worth another try, and what is not, as the real database says it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from common.database.ids import new_id
from common.database.session import AsyncSession, raw
from common.events.failures import describe, is_transient
from common.kernel.errors import Conflict, Unavailable
from common.testing.sample.side import SCOPE, Side

Work = Callable[[AsyncSession], Coroutine[Any, Any, Any]]


async def wrong_argument(session: AsyncSession) -> None:
    await session.execute(text("SELECT CAST(:id AS uuid)"), {"id": "no uuid at all"})


async def wrong_type(session: AsyncSession) -> None:
    await session.execute(text("SELECT length(CAST(:name AS text))"), {"name": 5})


async def wrong_copy(session: AsyncSession) -> None:
    connection = await raw(session)
    await connection.copy_records_to_table("entry", records=[(5,)], columns=("text",))


async def broken_constraint(session: AsyncSession) -> None:
    await session.execute(
        text("INSERT INTO thing (id, commune_code, name) VALUES (:id, '25000', NULL)"),
        {"id": new_id()},
    )


async def copied_twice(session: AsyncSession) -> None:
    connection = await raw(session)
    key = new_id()
    await connection.copy_records_to_table(
        "inbox", records=[(key, "a"), (key, "a")], columns=("event_id", "producer")
    )


async def rule_broken(session: AsyncSession) -> None:
    raise Conflict


async def program_fault(session: AsyncSession) -> None:
    raise KeyError("x")


async def table_not_there_yet(session: AsyncSession) -> None:
    await session.execute(text("SELECT * FROM made_tomorrow"))


async def lock_not_given(session: AsyncSession) -> None:
    await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
    await session.execute(text("SELECT pg_advisory_xact_lock(1)"))


async def too_slow(session: AsyncSession) -> None:
    await session.execute(text("SET LOCAL statement_timeout = '50ms'"))
    await session.execute(text("SELECT pg_sleep(5)"))


async def line_cut(session: AsyncSession) -> None:
    await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def line_cut_in_copy(session: AsyncSession) -> None:
    (await raw(session)).terminate()
    connection = await raw(session)
    await connection.copy_records_to_table("entry", records=[("x",)], columns=("text",))


async def outside_away(session: AsyncSession) -> None:
    raise Unavailable


async def failure(side: Side, work: Work) -> BaseException:
    with pytest.raises(Exception) as caught:
        async with side.db.transaction(SCOPE) as session:
            await work(session)
    return caught.value


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (wrong_argument, "database_22000"),
        (wrong_type, "database_22000"),
        (wrong_copy, "handler_failed (TypeError)"),
        (broken_constraint, "database_23502"),
        (copied_twice, "database_23505 (inbox_pkey)"),
        (rule_broken, "conflict"),
        (program_fault, "handler_failed (KeyError)"),
    ],
)
async def test_what_no_repetition_can_mend_is_permanent(
    eligibility: Side, work: Work, reason: str
) -> None:
    error = await failure(eligibility, work)
    assert not is_transient(error)
    assert describe(error).reason.split(" (thing")[0] == reason


@pytest.mark.parametrize(
    "work",
    [
        table_not_there_yet,
        lock_not_given,
        too_slow,
        line_cut,
        line_cut_in_copy,
        outside_away,
    ],
)
async def test_what_time_may_mend_is_transient(eligibility: Side, work: Work) -> None:
    holder = await asyncpg.connect(eligibility.made.superuser_url)
    await holder.execute("SELECT pg_advisory_lock(1)")
    error = await failure(eligibility, work)
    await holder.close()
    assert is_transient(error), repr(error)


async def test_a_deadlock_is_transient(eligibility: Side) -> None:
    async def both(first: int, second: int) -> None:
        async with eligibility.db.transaction(SCOPE) as session:
            await session.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
            await asyncio.sleep(0.2)
            await session.execute(text(f"SELECT pg_advisory_xact_lock({second})"))

    ends = await asyncio.gather(both(1, 2), both(2, 1), return_exceptions=True)
    errors = [end for end in ends if end is not None]
    assert len(errors) == 1
    assert is_transient(errors[0])
