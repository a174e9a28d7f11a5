"""The work behind the API: relay, consumers, operations, periodic jobs; each survives its errors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from common.audit.jobs import seal_audit, watch_reading
from common.contracts.catalogue import CONSUMES, STREAMS
from common.events.consumer import Consumer
from common.events.dispatch import Dispatcher
from common.events.pruning import prune
from common.events.relay import Relay
from common.operations.runner import run_operations
from common.runtime.context import ServiceContext
from common.web.housekeeping import forget_expired

_LOG = logging.getLogger(__name__)
_FINISH_SECONDS = 20.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Work that repeats every `interval_seconds`; at most one process of a service does it."""

    name: str
    interval_seconds: float
    run: Callable[[ServiceContext], Awaitable[None]]


async def _prune(context: ServiceContext) -> None:
    await prune(context)


_EVERY_SERVICE = (
    PeriodicJob("housekeeping", 3600.0, forget_expired),
    PeriodicJob("audit-sealing", 60.0, seal_audit),
    PeriodicJob("audit-watch", 300.0, watch_reading),
    PeriodicJob("pruning", 6 * 3600.0, _prune),
)


class Worker:
    """All background tasks of one service in this process."""

    def __init__(
        self,
        context: ServiceContext,
        dispatcher: Dispatcher,
        *,
        jobs: Mapping[str, Any],
        periodic: Sequence[PeriodicJob] = (),
    ) -> None:
        """Keep the parts; `start` makes the tasks."""
        self._context = context
        self._dispatcher = dispatcher
        self._jobs = jobs
        self._periodic = periodic
        # A job holds one connection for its lock and needs another for its work: without a bound
        # the locks of many jobs alone empty the pool, and none of them gets on.
        self._turns = asyncio.Semaphore(max(1, context.settings.db_pool_size // 2))
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start every task; none of them waits for a server to be there."""
        context = self._context
        work: dict[str, Callable[[], Awaitable[None]]] = {}
        if context.name in STREAMS:
            relay = Relay(context.db.url, context.nats, service=context.name)
            work["relay"] = lambda: relay.run(self._stop)
        for producer in CONSUMES.get(context.name, ()):
            consumer = Consumer(
                context.db,
                context.nats,
                self._dispatcher,
                service=context.name,
                producer=producer,
            )
            work[f"from-{producer}"] = _runs(consumer.run, self._stop)
        work["operations"] = lambda: run_operations(context, self._jobs, stop=self._stop)
        for job in (*self._periodic, *_EVERY_SERVICE):
            work[f"every-{job.name}"] = _runs(self._repeat, job)
        for name, run in work.items():
            self._tasks.append(asyncio.create_task(self._forever(name, run), name=name))

    async def stop(self) -> None:
        """Let every task finish what it has in hand, then end those that do not."""
        self._stop.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=_FINISH_SECONDS)
        for task in late:
            _LOG.warning("task_cancelled: %s", task.get_name())
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _forever(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                await run()
            except Exception:  # noqa: BLE001 - a task that died unforeseen starts again
                _LOG.exception("task_failed: %s", name)
            else:
                return
            await self._sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _repeat(self, job: PeriodicJob) -> None:
        while not self._stop.is_set():
            async with self._turns, _only_one(self._context, job.name) as chosen:
                if chosen:
                    await job.run(self._context)
            await self._sleep(job.interval_seconds)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


def _runs(
    function: Callable[[Any], Awaitable[None]], argument: Any
) -> Callable[[], Awaitable[None]]:
    return lambda: function(argument)


@contextlib.asynccontextmanager
async def _only_one(context: ServiceContext, name: str) -> AsyncIterator[bool]:
    """Hold a session lock, on a connection outside any transaction, while the job runs."""
    key = {"name": f"periodic:{name}"}
    async with context.db.engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        answer = await connection.execute(
            text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), key
        )
        chosen = bool(answer.scalar_one())
        try:
            yield chosen
        except BaseException:
            # Not back to the pool with the lock: the server frees it with the connection.
            await connection.invalidate()
            raise
        if chosen:
            await connection.execute(
                text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), key
            )
