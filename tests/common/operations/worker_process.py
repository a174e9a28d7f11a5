"""A worker of its own process, to be killed: writes one row per batch, with its progress."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

import httpx
from sqlalchemy import text

from common.database.session import Database
from common.operations.runner import OperationContext, Rhythm, run_operations
from common.runtime.clock import BusinessClock


async def write(ctx: OperationContext) -> None:
    for number in range(ctx.done, ctx.params["rows"]):
        async with ctx.db.transaction(ctx.scope) as session:
            await session.execute(
                text("INSERT INTO entry (text) VALUES (:text)"), {"text": str(number)}
            )
            await ctx.progress(number + 1, session=session)
        await asyncio.sleep(0.01)


async def main(url: str) -> None:
    database = Database(url, clock=BusinessClock())
    await database.open()
    async with httpx.AsyncClient() as http:
        resources = SimpleNamespace(db=database, clock=BusinessClock(), settings=None, http=http)
        rhythm = Rhythm(poll=0.02, heartbeat=0.1, stale_after=0.5)
        await run_operations(resources, {"write": write}, rhythm=rhythm)


asyncio.run(main(sys.argv[1]))
