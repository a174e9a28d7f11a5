"""Files of a sealed list: made once, kept sealed, sent until the partner proves to have them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from common.audit import record
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.accounts import service as accounts
from disbursement.partners.domain import (
    DeliveryNotFound,
    DeliveryNotRefused,
    FormatUnknown,
    PaymentNotFound,
)
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.store import deliveries as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file for one partner, as it stands."""

    delivery_id: UUID
    list_id: UUID
    commune_code: str
    month: Month
    partner: str
    reference: str
    format: str
    file_sha256: str
    lines: int
    total: int
    state: str
    attempts: int
    inquiries: int
    renewals: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """What became of a line."""

    state: str
    reason: str | None
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class SendingDelivery:
    """A claimed delivery with its bytes."""

    delivery: Delivery
    content: bytes = field(repr=False)


async def interrupted(session: AsyncSession) -> int:
    """After a crash: what was being sent is of unknown outcome. Only the one sender calls this."""
    return await store.interrupted(session)


async def claim(
    session: AsyncSession, vault: accounts.Vault, partners: Sequence[str], now: datetime
) -> SendingDelivery | None:
    """Take the next file to send; committed as `sending` before anything leaves."""
    row = await store.claim(session, partners, now)
    if row is None:
        return None
    return SendingDelivery(_delivery(row), _content(vault, row))


async def partners_with_work(session: AsyncSession, partners: Sequence[str]) -> list[str]:
    """Give those of these partners who have a file to get, or to be asked about, now."""
    return await store.partners_with_work(session, partners)


async def unknown(session: AsyncSession, partner: str) -> list[Delivery]:
    """Give the deliveries of a partner to inquire about now."""
    return [_delivery(row) for row in await store.unknown(session, partner)]


Sending = Literal["sent", "unknown", "refused"]


async def record_sending(
    session: AsyncSession, delivery: Delivery, outcome: Sending, error: str | None = None
) -> None:
    """Write down how a sending went."""
    moved = await store.move(
        session, delivery.delivery_id, expected="sending", state=outcome, error=error
    )
    if moved and outcome == "sent":
        await store.mark_payments_sent(session, [delivery.delivery_id])


async def record_inquiry(
    session: AsyncSession, delivery: Delivery, *, received: bool, pause: timedelta
) -> None:
    """The partner has it: sent. It never had it: the same reference and bytes go again, later."""
    state = "sent" if received else "ready"
    moved = await store.move(
        session, delivery.delivery_id, expected="unknown", state=state, error=None
    )
    if moved and received:
        await store.mark_payments_sent(session, [delivery.delivery_id])
    if moved and not received:
        await store.postpone(session, delivery.delivery_id, pause)


async def postpone(session: AsyncSession, delivery: Delivery, pause: timedelta) -> None:
    """The partner gave no clear answer: ask again after a pause."""
    await store.postpone(session, delivery.delivery_id, pause)


async def release(session: AsyncSession, list_id: UUID, partner: str) -> Delivery:
    """Send a refused file again: the same reference, the same bytes.

    Raises:
        DeliveryNotFound, DeliveryNotRefused: there is nothing to release.
    """
    row = await store.find(session, list_id, partner)
    if row is None:
        raise DeliveryNotFound
    moved = await store.move(
        session, row["delivery_id"], expected="refused", state="ready", error=None
    )
    if not moved:
        raise DeliveryNotRefused
    await record(session, "delivery.released", "delivery", row["delivery_id"])
    found = await store.find(session, list_id, partner)
    return _delivery(found or row)


async def file_of(
    session: AsyncSession,
    vault: accounts.Vault,
    list_id: UUID,
    partner: str,
    wanted: str | None = None,
) -> SendingDelivery:
    """Give the very bytes that the partner gets; reading them is audited by the route.

    Raises:
        DeliveryNotFound: not sealed, or nothing for this partner.
        FormatUnknown: the file has another format.
    """
    row = await store.find(session, list_id, partner)
    if row is None:
        raise DeliveryNotFound
    if wanted is not None and wanted not in {row["format"], ADAPTERS[row["format"]].extension}:
        raise FormatUnknown
    return SendingDelivery(_delivery(row), _content(vault, row))


async def deliveries_of_list(session: AsyncSession, list_id: UUID) -> list[Delivery]:
    """Give a list's deliveries."""
    return [_delivery(row) for row in await store.of_list(session, list_id)]


async def deliveries_of_partner(
    session: AsyncSession, partner: str, *, after: str | None, limit: int
) -> list[Delivery]:
    """Give a partner's deliveries by reference."""
    rows = await store.of_partner(session, partner, after=after, limit=limit)
    return [_delivery(row) for row in rows]


async def outcomes_of(session: AsyncSession, lines: Sequence[UUID]) -> dict[UUID, PaymentOutcome]:
    """Give what became of lines; a draft's lines have no entry."""
    return {
        row["payment_id"]: PaymentOutcome(row["state"], row["reason"], row["settled_on"])
        for row in await store.outcomes(session, lines)
    }


async def payments_of_person(session: AsyncSession, person_id: UUID) -> list[Record]:
    """Give a person's payments."""
    return await store.payments_of_person(session, person_id)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment with everything that is known of it."""

    payment_id: UUID
    end_to_end_id: str
    list_id: UUID
    list_reference: str
    commune_code: str
    month: Month
    person_id: UUID
    benefit: str
    partner: str
    amount: int
    state: str
    reason: str | None
    raw_reason: str | None
    settled_on: date | None
    message_id: str | None
    exceptions: Sequence[Mapping[str, Any]]


async def payment_of_reference(session: AsyncSession, end_to_end_id: str) -> Payment:
    """Give the payment that a reference names.

    Raises:
        PaymentNotFound: none, or of a commune that the caller may not see.
    """
    row = await store.payment_of_reference(session, end_to_end_id)
    if row is None:
        raise PaymentNotFound
    said = [dict(item) for item in await store.exceptions_of_payment(session, end_to_end_id)]
    return Payment(**{**dict(row), "month": Month.of(row["month"]), "exceptions": said})


def _content(vault: accounts.Vault, row: Record) -> bytes:
    content = vault.cipher.decrypt_bytes(row["file_encrypted"], delivery_aad(row["delivery_id"]))
    if hashlib.sha256(content).hexdigest() != row["file_sha256"]:
        msg = "a stored file differs from its hash"
        raise RuntimeError(msg)
    return content


def _delivery(row: Record) -> Delivery:
    values = {key: row[key] for key in Delivery.__slots__}
    return Delivery(**{**values, "month": Month.of(row["month"])})


def delivery_aad(delivery_id: UUID) -> str:
    """Bind a sealed file to its delivery."""
    return f"delivery|file|{delivery_id}"
