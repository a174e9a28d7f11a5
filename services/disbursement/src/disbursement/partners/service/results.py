"""What partners answer, taken in once, whatever arrives how often and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from common.contracts.disbursement import CHUNK_LINES, LineResult, PaymentResultsRecorded
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.accounts import service as accounts
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import Posting, failed, returned, settled
from disbursement.obligations import service as obligations
from disbursement.partners.domain import (
    ACCOUNT_REFUSED,
    MessageConflict,
    TotalsDiffer,
    reason_of,
)
from disbursement.partners.store import deliveries as delivery_store
from disbursement.partners.store import results as store
from disbursement.payroll import service as payroll
from disbursement.sql import Record

_OUTCOMES: Mapping[str, Literal["paid", "failed", "uncollected"]] = {
    "paid": "paid",
    "failed": "failed",
    "uncollected": "uncollected",
    "returned": "failed",
}


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """One line of a partner's message."""

    end_to_end_id: str
    outcome: str
    amount: int
    reason_code: str | None
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class ResultMessage:
    """A partner's message as it was read; `raw` are the bytes that were signed."""

    partner: str
    message_id: str
    kind: Literal["results", "statement"]
    reference: str
    entries: Sequence[ResultEntry]
    stated_count: int | None
    stated_sum: int | None
    raw: bytes

    def __repr__(self) -> str:
        """Never show the content."""
        return f"ResultMessage({self.partner}, {self.message_id})"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a message."""

    message_id: str
    entries: int
    applied: int
    exceptions: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class PartnerException:
    """What a partner said and could not be applied; a person looks at it."""

    exception_id: UUID
    partner: str
    message_id: str
    reference: str
    end_to_end_id: str
    code: str
    state: str | None
    outcome: str
    amount: int


async def take_message(session: AsyncSession, message: ResultMessage, now: datetime) -> Applied:
    """Keep a message and apply it; the same id with the same bytes again has no effect.

    Raises:
        MessageConflict: the id was used with other bytes.
        TotalsDiffer: the stated totals are not those of the entries; nothing is applied.
    """
    await store.lock_partner(session, message.partner)
    digest = hashlib.sha256(message.raw).hexdigest()
    known = await store.message(session, message.partner, message.message_id)
    if known is not None:
        if known["sha256"] != digest:
            raise MessageConflict
        return Applied(
            message.message_id, known["entries"], known["applied"], known["exceptions"], True
        )
    _check_totals(message)
    if message.kind == "results":
        moved = await _results(session, message)
    else:
        moved = await _statement(session, message)
    await _consequences(session, message, moved, now)
    exceptions_ = await store.exception_count(session, message.partner, message.message_id)
    await store.keep_message(
        session,
        [
            message.partner, message.message_id, message.kind, message.reference, digest,
            message.raw, len(message.entries), len(moved), exceptions_,
        ],
        received_at=now,
    )  # fmt: skip
    return Applied(message.message_id, len(message.entries), len(moved), exceptions_, False)


async def exceptions(
    session: AsyncSession, partner: str, *, reference: str | None, after: UUID | None, limit: int
) -> list[PartnerException]:
    """Give what could not be applied."""
    rows = await store.exceptions(
        session, partner=partner, reference=reference, after=after, limit=limit
    )
    return [PartnerException(**dict(row)) for row in rows]


def _check_totals(message: ResultMessage) -> None:
    count = len(message.entries)
    total = sum(entry.amount for entry in message.entries)
    if message.stated_count not in {None, count} or message.stated_sum not in {None, total}:
        raise TotalsDiffer


async def _results(session: AsyncSession, message: ResultMessage) -> list[Record]:
    references = [entry.end_to_end_id for entry in message.entries]
    arrived = await store.received(session, message.partner, references)
    await delivery_store.mark_payments_sent(session, arrived)
    columns: list[list[Any]] = [
        references,
        [entry.outcome for entry in message.entries],
        [entry.amount for entry in message.entries],
        [reason_of(entry.outcome, entry.reason_code) for entry in message.entries],
        [entry.reason_code for entry in message.entries],
        [entry.settled_on for entry in message.entries],
    ]
    return await store.apply(
        session, message.partner, message.message_id, columns, message.reference
    )


async def _statement(session: AsyncSession, message: ResultMessage) -> list[Record]:
    columns: list[list[Any]] = [
        [entry.end_to_end_id for entry in message.entries],
        [entry.outcome for entry in message.entries],
        [entry.amount for entry in message.entries],
        [entry.settled_on for entry in message.entries],
    ]
    await store.keep_statement(
        session, message.partner, message.message_id, message.reference, columns
    )
    return await store.returns(session, message.partner, message.message_id, columns[:3])


async def _consequences(
    session: AsyncSession, message: ResultMessage, moved: Sequence[Record], now: datetime
) -> None:
    """Obligations, accounts, ledger and events follow what moved, list by list."""
    by_list: dict[UUID, list[Record]] = {}
    for row in moved:
        by_list.setdefault(row["list_id"], []).append(row)
    paid = [row["payment_id"] for row in moved if row["state"] == "paid"]
    lost = [row for row in moved if row["state"] in {"failed", "uncollected"}]
    if paid:
        await obligations.settle(session, paid)
    if lost:
        await obligations.reopen(session, [(row["payment_id"], row["reason"]) for row in lost])
    if message.kind == "statement":
        back = [(row["payment_id"], "returned") for row in moved if row["state"] == "returned"]
        await obligations.reopen(session, back, returned=True)
    await accounts.reject(
        session,
        [
            (row["account_id"], row["reason"])
            for row in lost
            if row["account_id"] is not None and row["reason"] in ACCOUNT_REFUSED
        ],
        now,
    )
    for list_id, rows in by_list.items():
        await ledger.post(
            session,
            _postings(message, list_id, rows),
            commune_code=rows[0]["commune_code"],
            month=Month.of(rows[0]["month"]),
            posted_on=now.date(),
        )
        await _tell(session, message.partner, list_id, rows)


def _postings(message: ResultMessage, list_id: UUID, rows: Sequence[Record]) -> list[Posting]:
    total = sum(row["amount"] for row in rows if row["state"] == "paid")
    made = [settled(list_id, message.partner, message.message_id, total)]
    made += [
        failed(list_id, message.partner, row["payment_id"], row["amount"])
        for row in rows
        if row["state"] in {"failed", "uncollected"}
    ]
    if message.kind == "statement":
        made += [
            returned(list_id, row["payment_id"], row["amount"])
            for row in rows
            if row["state"] == "returned"
        ]
    return made


async def _tell(session: AsyncSession, partner: str, list_id: UUID, rows: Sequence[Record]) -> None:
    results = [
        LineResult(
            line_id=row["payment_id"],
            person_id=row["person_id"],
            outcome=_OUTCOMES[row["state"]],
            amount=row["amount"],
            reason=row["reason"],
            settled_on=row["settled_on"],
        )
        for row in rows
        if row["state"] in _OUTCOMES
    ]
    chunks = [results[i : i + CHUNK_LINES] for i in range(0, len(results), CHUNK_LINES)]
    if not chunks:
        return
    first = await payroll.take_event_versions(session, list_id, len(chunks))
    await emit_many(
        session,
        [
            NewEvent(
                list_id,
                first + number,
                PaymentResultsRecorded(
                    list_id=list_id,
                    commune_code=rows[0]["commune_code"],
                    month=Month.of(rows[0]["month"]),
                    partner=partner,
                    results=tuple(chunk),
                ),
            )
            for number, chunk in enumerate(chunks)
        ],
    )
