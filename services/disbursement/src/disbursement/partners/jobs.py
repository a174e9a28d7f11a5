"""Deliver files: `sending` is committed before the call, the answer after it, nothing in between.

One process at a time does this (the periodic job's lock). A crash leaves `sending`, which the next
run turns into `unknown`; only a status inquiry leads out of it. Should two processes ever overlap,
the partner sees the same reference with the same bytes, and takes it once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from common.database.session import Database, Scope
from common.runtime.clock import BusinessClock
from common.runtime.context import ServiceContext
from disbursement.accounts.service import Vault
from disbursement.directory import service as directory
from disbursement.directory.domain import Partner
from disbursement.partners import service
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.gateway import (
    InquiryAnswer,
    OutgoingFile,
    PartnerGateway,
    PartnerSettings,
)

__all__ = ["PartnerSettings", "deliver", "delivery_job"]

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
"""How often, while some partner is busy, the others are looked at for new work."""
SCOPE = Scope.service("disbursement-worker")


def delivery_job(
    vault: Vault, settings: PartnerSettings
) -> Callable[[ServiceContext], Awaitable[None]]:
    """Give the periodic work; the gateway keeps its access token from run to run."""
    gateways: dict[int, PartnerGateway] = {}

    async def run(context: ServiceContext) -> None:
        gateway = gateways.setdefault(
            id(context), PartnerGateway(context.http, context.outside, settings)
        )
        await deliver(context.db, context.clock, vault, gateway)

    return run


async def deliver(
    database: Database, clock: BusinessClock, vault: Vault, gateway: PartnerGateway
) -> None:
    """Send what is ready and find out about what is unknown, each partner on its own.

    A partner that answers slowly, or not at all, keeps nobody else waiting: its exchanges go on
    beside those of the others, and whoever has new work meanwhile starts at once. The job ends
    when nobody has anything to do.
    """
    async with database.transaction(SCOPE) as session:
        if await service.interrupted(session):
            _LOG.warning("deliveries_interrupted")
    running: dict[str, asyncio.Task[None]] = {}
    broken: set[str] = set()
    try:
        while await _start_idle(database, clock, vault, gateway, running, broken) or running:
            await asyncio.wait(
                running.values(), timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            for partner in [name for name, task in running.items() if task.done()]:
                if error := running.pop(partner).exception():
                    broken.add(partner)  # until the next run of the job
                    _LOG.error("delivery_failed: %s", partner, exc_info=error)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def _start_idle(
    database: Database,
    clock: BusinessClock,
    vault: Vault,
    gateway: PartnerGateway,
    running: dict[str, asyncio.Task[None]],
    broken: set[str],
) -> bool:
    """Start the exchange of every partner that has work and none under way."""
    async with database.read(SCOPE) as session:
        reached = {p.code: p for p in await directory.partners(session) if p.delivery != "pull"}
        busy = await service.partners_with_work(session, list(reached))
    started = [code for code in busy if code not in {*running, *broken}]
    for code in started:
        running[code] = asyncio.create_task(
            _exchange(database, clock, vault, gateway, reached[code]), name=f"deliver-{code}"
        )
    return bool(started)


async def _exchange(
    database: Database,
    clock: BusinessClock,
    vault: Vault,
    gateway: PartnerGateway,
    partner: Partner,
) -> None:
    """Ask about what is unknown, then send what is ready, one file after another."""
    await _inquire(database, vault, gateway, partner)
    while True:
        async with database.transaction(SCOPE) as session:
            claimed = await service.claim(session, vault, [partner.code], clock.now())
        if claimed is None:
            return
        answer = await gateway.send(_file(partner, claimed))
        async with database.transaction(SCOPE) as session:
            await service.record_sending(session, claimed.delivery, answer.outcome, answer.error)
        _LOG.info("delivery_%s: %s", answer.outcome, claimed.delivery.reference)


async def _inquire(
    database: Database, vault: Vault, gateway: PartnerGateway, partner: Partner
) -> None:
    async with database.read(SCOPE) as session:
        waiting = [
            await service.file_of(session, vault, delivery.list_id, delivery.partner)
            for delivery in await service.unknown(session, partner.code)
        ]
    for item in waiting:
        answer: InquiryAnswer = await gateway.inquire(_file(partner, item))
        if answer.received is not None and not answer.matches:
            _LOG.error("delivery_differs_at_partner: %s", item.delivery.reference)
        pause = gateway.pause_after(item.delivery.attempts + item.delivery.inquiries)
        async with database.transaction(SCOPE) as session:
            if answer.received is None or not answer.matches:
                await service.postpone(session, item.delivery, pause)
            else:
                await service.record_inquiry(
                    session, item.delivery, received=answer.received, pause=pause
                )


def _file(partner: Partner, item: service.SendingDelivery) -> OutgoingFile:
    delivery = item.delivery
    adapter = ADAPTERS[delivery.format]
    return OutgoingFile(
        partner=partner,
        reference=delivery.reference,
        media_type=adapter.media_type,
        extension=adapter.extension,
        content=item.content,
        lines=delivery.lines,
        total=delivery.total,
        execution_date=delivery.month.first_day.isoformat(),
    )
