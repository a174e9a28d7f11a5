"""Take dossiers in, send statuses out; every message is stored, repeatable and retried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from common.database.ids import new_id
from common.database.session import AsyncSession, Database, Scope
from common.events.dispatch import AnyEvent
from common.runtime.clock import system_now
from eligibility.dossiers.domain import DossierStatus
from eligibility.portal import store
from eligibility.portal.domain import Outbound, pause_before_retry, progress_message
from eligibility.portal.gateway import PortalError, PortalGateway

_LEASE = timedelta(seconds=60)
_BATCH = 50
_SCOPE = Scope.service("eligibility-portal")


async def queue_statuses(session: AsyncSession, events: Sequence[AnyEvent]) -> None:
    """Queue what the portal must hear: a status, or a last day, that it does not know yet."""
    known = await store.latest(session, {event.data.dossier_code for event in events})
    rows = []
    for event in events:
        told = (event.data.status, _last_day(event.data.due_on))
        if known.get(event.data.dossier_code) != told:
            known[event.data.dossier_code] = told
            rows.append(_progress_row(event, told[1]))
    if rows:
        await store.queue(session, rows, system_now())


def _last_day(due_on: date | None) -> str:
    return "" if due_on is None else f"{due_on:%Y%m%d}235959"


def _progress_row(event: AnyEvent, due_on: str) -> dict[str, Any]:
    return {
        "message_id": new_id(),
        "dossier_code": event.data.dossier_code,
        "dossier_version": event.sequence,
        "commune_code": event.data.commune_code,
        "status": event.data.status,
        "body": progress_message(
            dossier_code=event.data.dossier_code,
            status=event.data.status,
            title=DossierStatus(event.data.status).title,
            taken_at=event.time,
            due_on=due_on,
        ),
    }


async def deliver(db: Database, gateway: PortalGateway) -> int:
    """Send everything that is due; gives how many statuses the portal took.

    No transaction is open while the portal is called: a message is claimed for a minute, sent, and
    then marked. A crash in between sends it again, which the portal takes without effect.
    """
    sent = 0
    while True:
        async with db.transaction(_SCOPE) as session:
            batch = await store.claim(session, now=system_now(), lease=_LEASE, limit=_BATCH)
        if not batch:
            return sent
        for message in batch:
            sent += await _send(db, gateway, message)


async def _send(db: Database, gateway: PortalGateway, message: Outbound) -> int:
    try:
        await gateway.send_progress(message.body)
    except PortalError as error:
        async with db.transaction(_SCOPE) as session:
            await store.mark_failed(
                session,
                message.message_id,
                error=error.reason,
                next_attempt_at=system_now() + pause_before_retry(message.attempts),
                refused=error.refused,
            )
        return 0
    async with db.transaction(_SCOPE) as session:
        await store.mark_sent(session, message.message_id, system_now())
    return 1


async def page(
    session: AsyncSession, state: str | None, after: Sequence[Any] | None, limit: int
) -> list[Any]:
    """Give a page of the queue."""
    return await store.page(session, state, after, limit)
