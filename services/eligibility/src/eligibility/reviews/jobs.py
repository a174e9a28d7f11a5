"""Long work of `reviews`: the monthly sweep, and the budget simulation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import polars as pl

from common.database.session import Scope
from common.kernel.months import Month
from common.runtime.worker import PeriodicJob
from eligibility.entitlements.service import tell_counts
from eligibility.reviews.domain import SIMULATION, SWEEP
from eligibility.reviews.service.simulation import proposed, runs
from eligibility.reviews.service.simulation.estimating import Laws
from eligibility.reviews.service.sweep import running
from eligibility.rulebook.domain import LAW_EFFECT

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
    if not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            await tell_counts(
                session,
                month,
                communes,
                today=ctx.clock.today(),
                public_key=ctx.settings.reporting_public_key,
            )
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
    laws = runs.laws_of(runs.Simulation.read(ctx.params), ctx.settings.province_code)
    async for _ in _add_up(ctx, laws, {}):
        pass


async def run_law_effect(ctx: OperationContext) -> None:
    """Add up what a proposed change of the province's law would change, and keep it there."""
    async with ctx.db.read(ctx.scope) as session:
        proposal_id = UUID(ctx.params["proposal_id"])
        asked = await proposed.read_proposed(
            session,
            proposal_id,
            province_code=ctx.settings.province_code,
            today=ctx.clock.today(),
        )
    # What was added up before a crash was compared with the law of then.
    kept: dict[str, Any] = {"version": asked.version, **ctx.checkpoint}
    if asked.gift is not None:
        kept.setdefault("people_of_age", 0)
    year = Month.parse(ctx.params["first"]).first_day.year
    async for people in _add_up(ctx, asked.laws, kept):
        if asked.gift is not None:
            kept["people_of_age"] += asked.people_of_age(people, year)
    if not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            await proposed.keep_effect(session, ctx.id, ctx.params, kept)


async def _add_up(
    ctx: OperationContext, laws: Laws, kept: dict[str, Any]
) -> AsyncIterator[pl.DataFrame]:
    """Read, estimate and keep slice by slice; gives each slice's people before it is kept."""
    asked = runs.Simulation.read(ctx.params)
    size = ctx.settings.sweep_slice_people
    after: str | None = ctx.checkpoint.get("after")
    while not ctx.cancelled():
        async with ctx.db.read(ctx.scope) as session:
            place = None if after is None else UUID(after)
            frames, receipts = await runs.read_slice(session, asked, place, size)
        people = frames[0]["person_id"]
        if people.is_empty():
            return
        sums = await runs.estimate_slice(frames, receipts, laws)
        yield frames[0]
        after = str(people.max())
        async with ctx.db.transaction(ctx.scope) as session:
            await runs.keep_slice(session, ctx.id, sums)
            checkpoint = {**kept, "after": after}
            await ctx.progress(ctx.done + people.n_unique(), checkpoint=checkpoint, session=session)


async def sweep_this_month(context: ServiceContext) -> None:
    """Start the province's sweep once a month has begun; a started one is not started again."""
    month = Month.of(context.clock.now().date())
    async with context.db.transaction(_SCOPE) as session:
        if await running.anyone(session) and not await running.was_swept(session, month):
            await running.start_sweep(session, month, None)


def sweep_job() -> PeriodicJob:
    """Make the job."""
    return PeriodicJob("monthly-sweep", _EVERY_SECONDS, sweep_this_month)


JOBS = {SWEEP: run_sweep, SIMULATION: run_simulation, LAW_EFFECT: run_law_effect}
"""Kind of operation -> its work."""
