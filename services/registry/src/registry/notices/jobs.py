"""Matching of notices: after a request that brought some, and every minute for those who wait."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from common.database.session import Scope
from registry.notices import service

if TYPE_CHECKING:
    from common.operations.runner import OperationContext
    from common.runtime.context import ServiceContext


async def match_posted(ctx: OperationContext) -> None:
    """Match the notices that wait, those that were just sent among them."""
    await _match(ctx, Scope(None, ctx.actor))
    ctx.result({})


async def match_waiting(ctx: ServiceContext) -> None:
    """Match the notices that wait: their people may have been registered since."""
    await _match(ctx, Scope.service("registry-civil-status"))


async def _match(ctx: OperationContext | ServiceContext, scope: Scope) -> None:
    after: UUID | None = None
    while True:
        async with ctx.db.transaction(scope) as session:
            after = await service.match_next(session, after, now=ctx.clock.now())
        if after is None:
            return
