"""Old rows of outbox and inbox, which would grow for ever, are deleted in small slices.

What may go: an event that was published longer ago than the stream keeps it (a rewind publishes from
the outbox what a stream has lost, so the outbox keeps what the stream may still need), and the mark of
an event applied so long ago that no stream holds it any more. The last event of each aggregate stays,
so that its version can be continued and compared.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Protocol

from sqlalchemy import text

from common.database.session import Database, Scope

_LOG = logging.getLogger(__name__)
KEPT = timedelta(days=100)
"""Longer than the 90 days for which a stream keeps an event."""
SLICE = 5_000
_OUTBOX = text("SELECT prune_outbox(CAST(:kept AS interval), :slice)")
_INBOX = text("""
    DELETE FROM inbox WHERE event_id IN (
        SELECT i.event_id FROM inbox i
        WHERE i.received_at < clock_timestamp() - CAST(:kept AS interval)
          AND NOT EXISTS (SELECT FROM dead_letter d WHERE d.event_id = i.event_id)
        LIMIT :slice)
    RETURNING event_id
""")


class Resources(Protocol):
    """What the job needs; `common.runtime.context.ServiceContext` is one."""

    db: Database


async def prune(context: Resources) -> tuple[int, int]:
    """Delete what is older than `KEPT`; give how many rows of outbox and inbox went."""
    outbox = inbox = 0
    removed = marks = SLICE
    while max(removed, marks) == SLICE:
        # One transaction for each slice, so that no lock is held for long.
        async with context.db.transaction(Scope.service("pruning")) as session:
            values = {"kept": KEPT, "slice": SLICE}
            removed = int((await session.execute(_OUTBOX, values)).scalar_one())
            marks = len((await session.execute(_INBOX, values)).all())
        outbox, inbox = outbox + removed, inbox + marks
    if outbox or inbox:
        _LOG.info("pruned: %d events of the outbox, %d marks of the inbox", outbox, inbox)
    return outbox, inbox
