"""Long work of `reviews`: the monthly sweep, and the budget simulation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING
from uuid import UUID

from common.database.session import Scope
from common.kernel.months import Month
from common.runtime.worker import PeriodicJob
from eligibility.reviews.domain import SIMULATION, SWEEP
from eligibility.reviews.service.simulation import asking
from eligibility.reviews.service.sweep import running

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext

_EVERY_SECONDS = 3600.0
_SCOPE = Scope.service("eligibility-reviews")


async def run_sweep(ctx: OperationContext) -> None:
    """Sweep everyone: the next slice is read while one is compared and written."""
    month = Month.parse(str(ctx.params["month"]))
    communes = None if ctx.commune_code is None else [ctx.commune_code]
    async with ctx.db.read(ctx.scope) as session:
        reading = await running.read_once(session, month, communes)
    counts = {"new": 0, "superseded": 0, **dict(ctx.checkpoint.get("counts", {}))}
    async with contextlib.aclosing(_ahead(ctx, reading)) as pieces:
        async for piece in pieces:
            if ctx.cancelled():
                break
            now = ctx.clock.now()
            found = await running.compare(piece, now)
            async with ctx.db.transaction(ctx.scope) as session:
                made, gone = await running.run_slice(session, piece, found, (ctx.id, now), communes)
                counts["new"] += made
                counts["superseded"] += gone
                checkpoint = {"after": piece.last, "counts": counts}
                await ctx.progress(ctx.done + piece.size, checkpoint=checkpoint, session=session)
    ctx.result({"month": str(month), **counts})


async def _ahead(
    ctx: OperationContext, reading: running.Reading
) -> AsyncGenerator[running.Piece, None]:
    """Read the next slice while the one before is compared and written."""
    size = int(getattr(ctx.settings, "sweep_slice_people", running.SLICE_PEOPLE))

    async def read(after: str | None) -> running.Piece | None:
        async with ctx.db.read(ctx.scope) as session:
            place = None if after is None else UUID(after)
            return await running.read_slice(session, reading, place, size)

    upcoming = asyncio.create_task(read(ctx.checkpoint.get("after")))
    try:
        while (piece := await upcoming) is not None:
            upcoming = asyncio.create_task(read(piece.last))
            yield piece
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)


async def run_simulation(ctx: OperationContext) -> None:
    """Add up what everyone would be owed, slice by slice."""
    asked = asking.Simulation.read(ctx.params)
    province = ctx.settings.province_code
    laws = asking.laws_of(asked, province)
    size = ctx.settings.sweep_slice_people
    after: str | None = ctx.checkpoint.get("after")
    while not ctx.cancelled():
        async with ctx.db.read(ctx.scope) as session:
            place = None if after is None else UUID(after)
            frames, receipts = await asking.read_slice(session, asked, place, size)
        people = frames[0]["person_id"]
        if people.is_empty():
            return
        sums = await asking.estimate_slice(frames, receipts, laws)
        after = str(people.max())
        async with ctx.db.transaction(ctx.scope) as session:
            await asking.keep_slice(session, ctx.id, sums)
            await ctx.progress(
                ctx.done + people.n_unique(), checkpoint={"after": after}, session=session
            )


async def sweep_this_month(context: ServiceContext) -> None:
    """Start the province's sweep once a month has begun; a started one is not started again."""
    month = Month.of(context.clock.now().date())
    async with context.db.transaction(_SCOPE) as session:
        if await running.anyone(session) and not await running.was_swept(session, month):
            await running.start_sweep(session, month, None)


def sweep_job() -> PeriodicJob:
    """Make the job."""
    return PeriodicJob("monthly-sweep", _EVERY_SECONDS, sweep_this_month)


JOBS = {SWEEP: run_sweep, SIMULATION: run_simulation}
"""Kind of operation -> its work."""
