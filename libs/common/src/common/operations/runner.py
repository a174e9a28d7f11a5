"""The worker side: claim, run, beat, finish. Started by `common.runtime.service`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

import structlog

from common.database.outages import is_concurrency, is_outage
from common.database.session import AsyncSession, Database, Scope
from common.kernel.errors import DomainError, Unavailable
from common.observability.metrics import OPERATIONS
from common.operations import store
from common.operations.domain import Operation, OperationState

if TYPE_CHECKING:
    import httpx

    from common.runtime.clock import BusinessClock

_log = structlog.get_logger(__name__)

ATTEMPTS_MAX = 10
_BACKOFF_SECONDS = 2.0
_BACKOFF_SECONDS_MAX = 300.0


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How often a worker looks, beats, and believes another to be dead (seconds)."""

    poll: float = 0.5
    heartbeat: float = 3.0
    stale_after: float = 15.0


class Resources(Protocol):
    """What a handler may use; `common.runtime.context.ServiceContext` is one."""

    db: Database
    clock: BusinessClock
    settings: Any
    http: httpx.AsyncClient


class ClaimLost(Exception):
    """Another worker took the operation over, because this one was silent for too long."""


class OperationContext:
    """One run of one operation. A run may be the second: look at `done` and `checkpoint` first."""

    def __init__(self, resources: Resources, operation: Operation, claim_id: str) -> None:
        """Hold the row as it was claimed."""
        self.id: UUID = operation.id
        self.kind = operation.kind
        self.params = operation.params
        self.commune_code = operation.commune_code
        self.actor = operation.actor
        self.done = operation.done
        self.total = operation.total
        self.checkpoint = operation.checkpoint
        self.attempt = operation.attempts
        self.db = resources.db
        self.clock = resources.clock
        self.settings = resources.settings
        self.http = resources.http
        self._claim_id = claim_id
        self._cancel_asked = operation.cancel_requested
        self._cancel_seen = False
        self._result: dict[str, Any] | None = None

    @property
    def scope(self) -> Scope:
        """The scope of whoever asked: the operation's commune, in their name."""
        communes = None if self.commune_code is None else frozenset({self.commune_code})
        return Scope(communes=communes, actor=self.actor)

    async def progress(
        self,
        done: int,
        total: int | None = None,
        *,
        checkpoint: dict[str, Any] | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Store how far the work came.

        Args:
            done: how much is finished, counted from the beginning of all runs.
            total: how much there is, when it is known now.
            checkpoint: JSON that the next run finds in `ctx.checkpoint`.
            session: the transaction of the batch; then work and progress commit together, and
                a resumed run starts exactly behind it; make it the last statement of the batch.
                Without it a transaction of its own.

        Raises:
            ClaimLost: another worker has this operation; leave at once, the batch rolls back.
        """
        step = store.Progress(done=done, total=total, checkpoint=checkpoint)
        if session is not None:
            asked = await store.save_progress(session, self.id, self._claim_id, step)
        else:
            async with self.db.transaction(self.scope) as own:
                asked = await store.save_progress(own, self.id, self._claim_id, step)
        self._note(asked)
        self.done = done
        self.total = total if total is not None else self.total
        self.checkpoint = checkpoint if checkpoint is not None else self.checkpoint

    def cancelled(self) -> bool:
        """Tell whether a cancel was asked; a handler that then returns ends as cancelled."""
        self._cancel_seen = self._cancel_seen or self._cancel_asked
        return self._cancel_asked

    def result(self, value: dict[str, Any]) -> None:
        """Keep what the finished operation shows (counts, ids, links; JSON)."""
        self._result = value

    async def beat(self) -> None:
        """Give a sign of life.

        Raises:
            ClaimLost: another worker has this operation.
        """
        async with self.db.transaction(self.scope) as session:
            asked = await store.heartbeat(session, self.id, self._claim_id)
        self._note(asked)

    def _note(self, asked: bool | None) -> None:  # noqa: FBT001 - private, three-valued
        if asked is None:
            raise ClaimLost
        self._cancel_asked = asked

    async def finish(self) -> None:
        """Store the final state of a handler that returned."""
        cancelled = self._cancel_seen
        state = OperationState.CANCELLED if cancelled else OperationState.SUCCEEDED
        async with self.db.transaction(self.scope) as session:
            await store.finish(session, self.id, self._claim_id, state, result=self._result)
        OPERATIONS.labels(self.kind, state.value).inc()

    async def release(self) -> None:
        """Queue the work again at once (this worker stops); a dead database changes nothing."""
        with contextlib.suppress(Exception):
            async with self.db.transaction(self.scope) as session:
                await store.put_back(session, self.id, self._claim_id, timedelta())

    async def fail(self, error: BaseException) -> None:
        """Store a failure; work that an outage stopped is queued again with a growing wait."""
        if isinstance(error, Unavailable) and self.attempt < ATTEMPTS_MAX:
            seconds = min(_BACKOFF_SECONDS * 2 ** (self.attempt - 1), _BACKOFF_SECONDS_MAX)
            async with self.db.transaction(self.scope) as session:
                await store.put_back(session, self.id, self._claim_id, timedelta(seconds=seconds))
            return
        async with self.db.transaction(self.scope) as session:
            await store.finish(
                session,
                self.id,
                self._claim_id,
                OperationState.FAILED,
                result=self._result,
                problem=problem_of(error),
            )
        OPERATIONS.labels(self.kind, OperationState.FAILED.value).inc()


OperationHandler = Callable[[OperationContext], Awaitable[None]]
"""The work of one kind, in transactions of its own; it must bear being begun again."""


def problem_of(error: BaseException) -> dict[str, Any]:
    """Give the problem members of a failure; nothing about an unknown one but its code."""
    if not isinstance(error, DomainError):
        return {"code": DomainError.code, "title": DomainError.title}
    problem: dict[str, Any] = {"code": error.code, "title": error.title, **error.extensions}
    if error.detail is not None:
        problem["detail"] = error.detail
    if error.errors:
        problem["errors"] = [
            {**item.extra, "pointer": item.pointer, "code": item.code, "message": item.message}
            for item in error.errors
        ]
    return problem


async def run_once(
    resources: Resources,
    handlers: Mapping[str, OperationHandler],
    *,
    rhythm: Rhythm = Rhythm(),
) -> bool:
    """Claim one operation and run it to its end; False when nothing waits."""
    claim_id = uuid4().hex
    scope = Scope.service("operations")
    stale = timedelta(seconds=rhythm.stale_after)
    async with resources.db.transaction(scope) as session:
        operation = await store.claim(session, sorted(handlers), claim_id, stale)
    if operation is None:
        return False
    ctx = OperationContext(resources, operation, claim_id)
    await _run(ctx, handlers[operation.kind], rhythm)
    return True


async def _run(ctx: OperationContext, handler: OperationHandler, rhythm: Rhythm) -> None:
    with structlog.contextvars.bound_contextvars(operation_id=str(ctx.id), kind=ctx.kind):
        if ctx.attempt > ATTEMPTS_MAX:
            await ctx.fail(RuntimeError("too many attempts"))
            _log.error("operation_given_up", attempts=ctx.attempt)
            return
        try:
            await _with_heartbeat(ctx, handler, rhythm)
            await ctx.finish()
        except ClaimLost:
            _log.warning("operation_claim_lost")
        except asyncio.CancelledError:
            _log.info("operation_interrupted", done=ctx.done)
            await asyncio.shield(ctx.release())
            raise
        except DomainError as error:
            _log.warning("operation_failed", code=error.code, attempt=ctx.attempt)
            await ctx.fail(error)
        except Exception as error:
            if is_outage(error):
                raise
            _log.exception("operation_broken", attempt=ctx.attempt)
            await ctx.fail(error)
        else:
            _log.info("operation_finished", done=ctx.done, attempt=ctx.attempt)


async def _with_heartbeat(ctx: OperationContext, handler: OperationHandler, rhythm: Rhythm) -> None:
    """Run the handler beside its heartbeat; whoever ends first with an error ends both."""
    work = asyncio.ensure_future(handler(ctx))
    beat = asyncio.ensure_future(_beat(ctx, rhythm.heartbeat))
    try:
        await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            beat.result()
        work.result()
    finally:
        for task in (work, beat):
            task.cancel()
        await asyncio.gather(work, beat, return_exceptions=True)


async def _beat(ctx: OperationContext, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await ctx.beat()
        except Exception as error:
            # A batch that has stored its progress holds the row until it commits.
            if not (is_outage(error) or is_concurrency(error)):
                raise
            _log.warning("operation_heartbeat_missed")


async def run_operations(
    resources: Resources,
    handlers: Mapping[str, OperationHandler],
    *,
    stop: asyncio.Event | None = None,
    parallel: int = 2,
    rhythm: Rhythm = Rhythm(),
) -> None:
    """Work until `stop` is set (or for ever): the coroutine that `runtime.service` starts.

    After `stop` no new work is claimed; what runs is cancelled by the caller or claimed again by
    the next process after its heartbeat has gone stale.
    """
    stopping = stop or asyncio.Event()
    if handlers:
        await asyncio.gather(
            *(_loop(resources, handlers, stopping, rhythm) for _ in range(parallel))
        )


async def _loop(
    resources: Resources,
    handlers: Mapping[str, OperationHandler],
    stop: asyncio.Event,
    rhythm: Rhythm,
) -> None:
    while not stop.is_set():
        try:
            worked = await run_once(resources, handlers, rhythm=rhythm)
        except Exception:  # noqa: BLE001 - the loop survives an outage of the database
            _log.exception("operation_loop_failed")
            worked = False
        if not worked:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), rhythm.poll)
