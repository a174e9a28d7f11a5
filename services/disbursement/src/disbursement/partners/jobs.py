"""Deliver files: `sending` is committed before the call, the answer after it, nothing in between.

One process at a time does this (the periodic job's lock). A crash leaves `sending`, which the next
run turns into `unknown`; only a status inquiry leads out of it. Should two processes ever overlap,
the partner sees the same reference with the same bytes, and takes it once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from common.database.session import Database, Scope
from common.runtime.clock import BusinessClock
from common.runtime.context import ServiceContext
from disbursement.accounts.service import Vault
from disbursement.partners import service
from disbursement.partners.gateway import (
    InquiryAnswer,
    OutgoingFile,
    PartnerGateway,
    PartnerSettings,
)

__all__ = ["PartnerSettings", "deliver", "delivery_job"]

_LOG = logging.getLogger(__name__)
SCOPE = Scope.service("disbursement-worker")


def delivery_job(
    vault: Vault, settings: PartnerSettings
) -> Callable[[ServiceContext], Awaitable[None]]:
    """Give the periodic work; the gateway keeps its access token from run to run."""
    gateways: dict[int, PartnerGateway] = {}

    async def run(context: ServiceContext) -> None:
        gateway = gateways.setdefault(id(context), PartnerGateway(context.http, settings))
        await deliver(context.db, context.clock, vault, gateway)

    return run


async def deliver(
    database: Database, clock: BusinessClock, vault: Vault, gateway: PartnerGateway
) -> None:
    """Send what is ready and find out about what is unknown."""
    async with database.transaction(SCOPE) as session:
        if await service.interrupted(session):
            _LOG.warning("deliveries_interrupted")
    await _inquire(database, vault, gateway)
    while True:
        async with database.transaction(SCOPE) as session:
            claimed = await service.claim(session, vault, gateway.partners, clock.now())
        if claimed is None:
            return
        answer = await gateway.send(_file(claimed))
        async with database.transaction(SCOPE) as session:
            await service.record_sending(session, claimed.delivery, answer.outcome, answer.error)
        _LOG.info("delivery_%s: %s", answer.outcome, claimed.delivery.reference)


async def _inquire(database: Database, vault: Vault, gateway: PartnerGateway) -> None:
    async with database.read(SCOPE) as session:
        waiting = [
            await service.file_of(session, vault, delivery.list_id, delivery.partner)
            for delivery in await service.unknown(session)
            if delivery.partner in gateway.partners
        ]
    for item in waiting:
        answer: InquiryAnswer = await gateway.inquire(_file(item))
        if answer.received is None:
            continue
        if not answer.matches:
            _LOG.error("delivery_differs_at_partner: %s", item.delivery.reference)
            continue
        async with database.transaction(SCOPE) as session:
            await service.record_inquiry(session, item.delivery, received=answer.received)


def _file(item: service.SendingDelivery) -> OutgoingFile:
    delivery = item.delivery
    return OutgoingFile(
        partner=delivery.partner,
        reference=delivery.reference,
        content=item.content,
        lines=delivery.lines,
        total=delivery.total,
        execution_date=delivery.month.first_day.isoformat(),
    )
