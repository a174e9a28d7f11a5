"""What may be forgotten: answers of old commands, nonces of expired signatures."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from common.database.session import Database, Scope
from common.web.attempts import forget_attempts
from common.web.idempotency import forget_old
from common.web.rate_limits import forget_counts
from common.web.signatures import forget_nonces

KEPT = timedelta(days=35)
"""One pay cycle: a partner may repeat a command of last month and gets last month's answer."""


class Resources(Protocol):
    """What the job needs; `common.runtime.context.ServiceContext` is one."""

    db: Database


async def forget_expired(ctx: Resources) -> None:
    """Delete what is past its time; every service's worker does it once an hour."""
    async with ctx.db.transaction(Scope.service("housekeeping")) as session:
        await forget_old(session, older_than=KEPT)
        await forget_nonces(session)
        await forget_attempts(session, older_than=KEPT)
        await forget_counts(session)
