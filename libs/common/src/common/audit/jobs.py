"""Work on the audit log that repeats: sealing it in blocks, and noticing unusual reading."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from common.audit import store
from common.audit.chain import Head
from common.audit.service import record
from common.database.session import Scope
from common.observability.metrics import UNUSUAL_READING

if TYPE_CHECKING:
    from common.runtime.context import ServiceContext

_log = structlog.get_logger(__name__)
_WINDOW = timedelta(hours=1)


async def seal_audit(ctx: ServiceContext) -> None:
    """Close a block over the entries since the last one, and write its head into the log.

    The log leaves the server with the journal, so each head is kept in a second place.
    """
    async with ctx.db.transaction(Scope.service("audit")) as session:
        if await store.seal(session) == 0:
            return
        last = (await store.blocks(session))[-1]
    _log.info("audit_sealed", head=str(Head(last["block"], last["digest"])))


async def watch_reading(ctx: ServiceContext) -> None:
    """Raise an alarm about callers who read, or are refused, far more than usual in an hour."""
    settings = ctx.settings
    async with ctx.db.transaction(Scope.service("audit")) as session:
        for row in await store.unusual_readers(
            session, _WINDOW, settings.reads_per_hour_usual, settings.refusals_per_hour_usual
        ):
            counts = {"reads": row["reads"], "refusals": row["refusals"]}
            await record(session, "reading.unusual", "actor", row["actor"], counts)
            _log.warning("reading_unusual", reader=row["actor"], **counts)
            UNUSUAL_READING.labels(ctx.name).inc()
