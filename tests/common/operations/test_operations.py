from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from common.database.session import Scope
from common.kernel.errors import Conflict, Unavailable
from common.operations import (
    Operation,
    OperationContext,
    OperationState,
    cancel,
    get,
    run_once,
    run_operations,
    start,
)
from common.operations.domain import OperationFinished, OperationNotFound, OperationNotYours
from common.operations.runner import Rhythm
from common.testing.databases import ServiceDatabase


class _Busy(Unavailable):
    code = "test_busy"
    title = "Bận"


class _Wrong(Conflict):
    code = "test_wrong"
    title = "Sai"


async def _start(resources: Any, scope: Scope, kind: str = "work", **params: Any) -> UUID:
    async with resources.db.transaction(scope) as session:
        return await start(session, kind, params, commune_code="25000", total=10)


async def _get(resources: Any, operation_id: UUID, scope: Scope | None = None) -> Operation:
    async with resources.db.read(scope or Scope.service("test")) as session:
        return await get(session, operation_id)


async def _until(question: Callable[[], Awaitable[bool]]) -> None:
    """Wait for an answer; a test that waits in vain fails."""
    for _ in range(3000):
        if await question():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def _until_state(resources: Any, operation_id: UUID, state: OperationState) -> None:
    async def reached() -> bool:
        return (await _get(resources, operation_id)).state is state

    await _until(reached)


async def test_work_runs_once_and_its_result_is_kept(resources: Any, officer: Scope) -> None:
    seen: list[Any] = []

    async def work(ctx: OperationContext) -> None:
        seen.append((ctx.params, ctx.scope))
        await ctx.progress(4)
        await ctx.progress(7, 7)
        ctx.result({"created": 7})

    operation_id = await _start(resources, officer, file="a")
    assert (await _get(resources, operation_id)).state is OperationState.QUEUED
    assert await run_once(resources, {"work": work})
    assert not await run_once(resources, {"work": work})
    operation = await _get(resources, operation_id)
    assert seen == [({"file": "a"}, officer)]
    assert operation.state is OperationState.SUCCEEDED
    assert (operation.done, operation.total, operation.result) == (7, 7, {"created": 7})
    assert operation.finished_at is not None


async def test_work_that_was_rolled_back_with_its_request_never_runs(
    resources: Any, officer: Scope
) -> None:
    with pytest.raises(LookupError):
        async with resources.db.transaction(officer) as session:
            await start(session, "work", {}, commune_code="25000")
            raise LookupError
    assert not await run_once(resources, {"work": lambda ctx: ctx.progress(1)})


async def test_a_refusal_is_kept_as_a_problem(resources: Any, officer: Scope) -> None:
    async def work(ctx: OperationContext) -> None:
        raise _Wrong("Không được.", state="sealed")

    operation_id = await _start(resources, officer)
    await run_once(resources, {"work": work})
    operation = await _get(resources, operation_id)
    assert operation.state is OperationState.FAILED
    assert operation.problem == {
        "code": "test_wrong",
        "title": "Sai",
        "detail": "Không được.",
        "state": "sealed",
    }


async def test_an_unknown_error_fails_the_work_without_telling_values(
    resources: Any, officer: Scope
) -> None:
    async def work(ctx: OperationContext) -> None:
        raise ValueError("079201012345")

    operation_id = await _start(resources, officer)
    await run_once(resources, {"work": work})
    operation = await _get(resources, operation_id)
    assert operation.state is OperationState.FAILED
    assert operation.problem == {"code": "internal_error", "title": "Lỗi hệ thống"}


async def test_work_that_an_outside_outage_stopped_waits_and_is_tried_again(
    resources: Any, officer: Scope
) -> None:
    async def work(ctx: OperationContext) -> None:
        if ctx.attempt == 1:
            raise _Busy

    operation_id = await _start(resources, officer)
    assert await run_once(resources, {"work": work})
    assert (await _get(resources, operation_id)).state is OperationState.QUEUED
    assert not await run_once(resources, {"work": work})
    async with resources.db.transaction(Scope.service("test")) as session:
        await session.execute(text("UPDATE operation SET available_at = now()"))
    assert await run_once(resources, {"work": work})
    assert (await _get(resources, operation_id)).state is OperationState.SUCCEEDED


async def test_waiting_work_is_cancelled_at_once(resources: Any, officer: Scope) -> None:
    operation_id = await _start(resources, officer)
    async with resources.db.transaction(officer) as session:
        operation = await cancel(session, operation_id, requester="can-bo-1")
    assert operation.state is OperationState.CANCELLED
    assert not await run_once(resources, {"work": lambda ctx: ctx.progress(1)})


async def test_running_work_sees_the_cancel_and_ends(
    resources: Any, officer: Scope, quick: Rhythm
) -> None:
    async def work(ctx: OperationContext) -> None:
        async def asked() -> bool:
            return ctx.cancelled()

        await _until(asked)
        ctx.result({"kept": 3})

    operation_id = await _start(resources, officer)
    running = asyncio.create_task(run_once(resources, {"work": work}, rhythm=quick))
    await _until_state(resources, operation_id, OperationState.RUNNING)
    async with resources.db.transaction(officer) as session:
        asked = await cancel(session, operation_id)
    assert asked.cancel_requested
    await running
    operation = await _get(resources, operation_id)
    assert operation.state is OperationState.CANCELLED
    assert operation.result == {"kept": 3}


async def test_finished_work_and_work_of_another_cannot_be_cancelled(
    resources: Any, officer: Scope
) -> None:
    operation_id = await _start(resources, officer)
    with pytest.raises(OperationNotYours):
        async with resources.db.transaction(officer) as session:
            await cancel(session, operation_id, requester="can-bo-2")
    await run_once(resources, {"work": lambda ctx: ctx.progress(1)})
    with pytest.raises(OperationFinished):
        async with resources.db.transaction(officer) as session:
            await cancel(session, operation_id)


async def test_work_of_another_commune_or_of_the_province_is_not_seen(
    resources: Any, officer: Scope
) -> None:
    operation_id = await _start(resources, officer)
    async with resources.db.transaction(Scope.service("x")) as session:
        whole = await start(session, "work", {}, commune_code=None)
    for hidden, scope in (
        (operation_id, Scope(frozenset({"00001"}), "x")),
        (operation_id, Scope(frozenset(), "x")),
        (whole, officer),
    ):
        with pytest.raises(OperationNotFound):
            await _get(resources, hidden, scope)
    assert (await _get(resources, operation_id, officer)).actor == "can-bo-1"


async def test_twenty_workers_share_forty_works_without_a_double(
    resources: Any, officer: Scope
) -> None:
    seen: Counter[UUID] = Counter()

    async def work(ctx: OperationContext) -> None:
        seen[ctx.id] += 1
        await asyncio.sleep(0.01)

    started = [await _start(resources, officer) for _ in range(40)]

    async def worker() -> None:
        while await run_once(resources, {"work": work}):
            pass

    await asyncio.gather(*(worker() for _ in range(20)))
    assert seen == Counter(started)


async def test_a_worker_that_fell_silent_is_replaced_and_cannot_write_any_more(
    resources: Any, officer: Scope, quick: Rhythm
) -> None:
    """The first worker never beats (a frozen process); the second takes over after a while."""
    claimed, taken = asyncio.Event(), asyncio.Event()
    outcome: list[str] = []

    async def frozen(ctx: OperationContext) -> None:
        claimed.set()
        await taken.wait()
        try:
            await ctx.progress(1)
        except Exception as error:
            outcome.append(type(error).__name__)
            raise

    async def second(ctx: OperationContext) -> None:
        ctx.result({"attempt": ctx.attempt})

    operation_id = await _start(resources, officer)
    slow = asyncio.create_task(run_once(resources, {"work": frozen}))
    await claimed.wait()
    await _until(lambda: run_once(resources, {"work": second}, rhythm=quick))
    taken.set()
    await slow
    operation = await _get(resources, operation_id)
    assert outcome == ["ClaimLost"]
    assert operation.state is OperationState.SUCCEEDED
    assert operation.result == {"attempt": 2}


async def test_work_that_never_gets_anywhere_is_given_up(resources: Any, officer: Scope) -> None:
    operation_id = await _start(resources, officer)
    async with resources.db.transaction(Scope.service("test")) as session:
        await session.execute(text("UPDATE operation SET attempts = 10"))
    await run_once(resources, {"work": lambda ctx: ctx.progress(1)})
    assert (await _get(resources, operation_id)).state is OperationState.FAILED


async def test_a_worker_that_stops_gives_its_work_back_at_once(
    resources: Any, officer: Scope, quick: Rhythm
) -> None:
    reached = asyncio.Event()

    async def work(ctx: OperationContext) -> None:
        if ctx.attempt == 1 and ctx.done == 0:
            await ctx.progress(5, checkpoint={"row": 5})
            reached.set()
            await asyncio.sleep(60)
        ctx.result({"from": ctx.checkpoint["row"]})

    operation_id = await _start(resources, officer)
    worker = asyncio.create_task(run_operations(resources, {"work": work}, rhythm=quick))
    await reached.wait()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert (await _get(resources, operation_id)).state is OperationState.QUEUED
    stop = asyncio.Event()
    again = asyncio.create_task(run_operations(resources, {"work": work}, stop=stop, rhythm=quick))
    await _until_state(resources, operation_id, OperationState.SUCCEEDED)
    stop.set()
    await again
    assert (await _get(resources, operation_id)).result == {"from": 5}


WORKER = Path(__file__).with_name("worker_process.py")


async def _has_rows(made: ServiceDatabase, least: int) -> bool:
    admin = await asyncpg.connect(made.superuser_url)
    count = await admin.fetchval("SELECT count(*) FROM entry")
    await admin.close()
    return int(count) >= least


async def test_work_resumes_exactly_where_a_killed_process_left_it(
    resources: Any, officer: Scope, made: ServiceDatabase, quick: Rhythm
) -> None:
    """Three kill -9 in the middle of 60 batches: each row is written once, none is missing."""
    async with resources.db.transaction(officer) as session:
        operation_id = await start(session, "write", {"rows": 60}, commune_code="25000", total=60)
    for least in (5, 20, 35):
        process = await asyncio.create_subprocess_exec(sys.executable, str(WORKER), made.url)
        await _until(partial(_has_rows, made, least))
        process.kill()
        await process.wait()
    unfinished = await _get(resources, operation_id)
    assert unfinished.state is OperationState.RUNNING
    assert 35 <= unfinished.done < 60
    final = await asyncio.create_subprocess_exec(sys.executable, str(WORKER), made.url)
    await _until_state(resources, operation_id, OperationState.SUCCEEDED)
    final.terminate()
    await final.wait()
    admin = await asyncpg.connect(made.superuser_url)
    texts = [row["text"] for row in await admin.fetch("SELECT text FROM entry ORDER BY id")]
    await admin.close()
    assert texts == [str(number) for number in range(60)]
    operation = await _get(resources, operation_id)
    assert operation.state is OperationState.SUCCEEDED
    assert operation.done == 60
