"""Looking through communes and the province: asked for, and by and by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as SQLAlchemyTimeout

from common.database.session import Scope
from registry.quality import service

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext

log = structlog.get_logger(__name__)
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
    failed: list[str] = []
    for commune in communes[ctx.done :]:
        if ctx.cancelled():
            return
        if not await _refresh(ctx, commune, ctx.actor, alone=asked is not None):
            failed.append(commune)
        await ctx.progress(ctx.done + 1, steps)
    pairs = 0
    if asked is None and not ctx.cancelled():
        async with ctx.db.transaction(ctx.scope) as session:
            pairs = await service.refresh_duplicates(
                session, now=ctx.clock.now(), settings=ctx.settings
            )
        await ctx.progress(steps, steps)
    ctx.result({"communes": len(communes), "pairs_across_communes": pairs, "failed": failed})


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
        await _refresh(ctx, commune, everywhere.actor)
    if province and len(late) <= AT_ONCE:
        async with ctx.db.transaction(everywhere) as session:
            await service.refresh_duplicates(session, now=now, settings=ctx.settings)


async def _refresh(
    ctx: OperationContext | ServiceContext, commune: str, actor: str, *, alone: bool = False
) -> bool:
    """Look through one commune; a failure is logged and never stops the next commune.

    `alone`: only this commune was asked for, so its failure is the answer.
    """
    try:
        async with ctx.db.transaction(Scope(frozenset({commune}), actor)) as session:
            await service.refresh(session, commune, now=ctx.clock.now(), settings=ctx.settings)
    except (DBAPIError, SQLAlchemyTimeout, ValueError):
        if alone:
            raise
        log.exception("quality_refresh_failed", commune_code=commune)
        return False
    return True
