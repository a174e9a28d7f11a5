"""Looking through communes and the province: asked for, and by and by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common.database.session import Scope
from registry.quality import service

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext

AT_ONCE = 20
"""How many communes one turn looks through."""


async def refresh_quality(ctx: OperationContext) -> None:
    """Look through a commune, or through all of them and then across them; goes on where it was."""
    asked = ctx.params.get("commune_code")
    if asked is not None:
        communes = [str(asked)]
    else:
        async with ctx.db.read(ctx.scope) as session:
            communes = await service.communes_with_people(session)
    steps = len(communes) + (asked is None)
    for commune in communes[ctx.done :]:
        if ctx.cancelled():
            return
        scope = Scope(frozenset({commune}), ctx.actor)
        async with ctx.db.transaction(scope) as session:
            await service.refresh(session, commune, now=ctx.clock.now(), settings=ctx.settings)
        await ctx.progress(ctx.done + 1, steps)
    pairs = 0
    if asked is None and not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            pairs = await service.refresh_duplicates(session, now=ctx.clock.now())
        await ctx.progress(steps, steps)
    ctx.result({"communes": len(communes), "pairs_across_communes": pairs})


async def refresh_stale(ctx: ServiceContext) -> None:
    """Look through the communes whose board is the oldest, and then across them."""
    hours = ctx.settings.quality_refresh_hours
    if not hours:
        return
    everywhere = Scope.service("registry-quality")
    now = ctx.clock.now()
    async with ctx.db.read(everywhere) as session:
        late, province = await service.due(session, now - timedelta(hours=hours))
    for commune in late[:AT_ONCE]:
        scope = Scope(frozenset({commune}), everywhere.actor)
        async with ctx.db.transaction(scope) as session:
            await service.refresh(session, commune, now=now, settings=ctx.settings)
    if province and len(late) <= AT_ONCE:
        async with ctx.db.transaction(everywhere) as session:
            await service.refresh_duplicates(session, now=now)
