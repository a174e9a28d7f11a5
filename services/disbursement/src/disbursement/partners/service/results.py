"""What partners answer, taken in once, whatever arrives how often and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from common.contracts.disbursement import CHUNK_LINES, LineResult, PaymentResultsRecorded
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.accounts.service import Vault
from disbursement.directory import service as directory
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import Posting, failed, returned, settled
from disbursement.obligations import service as obligations
from disbursement.partners.domain import (
    MessageConflict,
    TotalsDiffer,
    reason_of,
)
from disbursement.partners.messages.message import ResultMessage
from disbursement.partners.service.cases import contradicted
from disbursement.partners.service.failures import follow_failures
from disbursement.partners.service.refusals import sealed
from disbursement.partners.service.suspense import post_suspense
from disbursement.partners.store import bank_lines
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


APPLIED_WITH_CODE = frozenset({"beneficiary_deceased"})
"""Codes that a person looks at although the line itself was applied."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a message."""

    message_id: str
    entries: int
    applied: int
    exceptions: int
    repeated: bool
    results: Sequence[LineOutcome]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line: `entry` counts from 1 in the order of the message."""

    entry: int
    end_to_end_id: str
    result: Literal["applied", "recorded", "exception"]
    code: str | None


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
    entry: int | None
    message: str | None = None


async def take_message(
    session: AsyncSession, vault: Vault, message: ResultMessage, now: datetime
) -> Applied:
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
        outcomes = await _outcomes(session, message)
        return Applied(
            message.message_id, known["entries"], known["applied"], known["exceptions"],
            repeated=True, results=outcomes,
        )  # fmt: skip
    _check_totals(message)
    fresh: list[str] = []
    if message.kind == "results":
        moved = await _results(session, message)
    else:
        fresh = await _statement(session, message)
        moved = []
    await _consequences(session, message, moved, now)
    references = [entry.end_to_end_id for entry in message.entries]
    back = await bank_lines.returns(session, message.partner, message.message_id, references, fresh)
    await _came_back(session, message.partner, back, now)
    await post_suspense(session, message.partner, references, now)
    results = message.message_id if message.kind == "results" else None
    disputed = await contradicted(session, message.partner, results, fresh, now)
    touched = await store.lists_of(session, message.partner, references, disputed)
    moved = [*moved, *back]
    changed = {row["list_id"] for row in moved}
    await payroll.reopen(
        session, [row["list_id"] for row in touched if row["disputed"] or row["list_id"] in changed]
    )
    exceptions_ = await store.exception_count(session, message.partner, message.message_id)
    await store.keep_message(
        session,
        [
            message.partner, message.message_id, message.kind, message.reference, digest,
            sealed(vault, "message", message.partner, message.message_id, message.raw),
            len(message.entries), len(moved), exceptions_,
        ],
        received_at=now,
    )  # fmt: skip
    return Applied(
        message.message_id, len(message.entries), len(moved), exceptions_,
        repeated=False, results=await _outcomes(session, message),
    )  # fmt: skip


async def _outcomes(session: AsyncSession, message: ResultMessage) -> list[LineOutcome]:
    """Give one outcome per line, the same whenever the message is told again."""
    codes = await store.codes_of_message(session, message.partner, message.message_id)
    taken: Literal["applied", "recorded"]
    taken = "applied" if message.kind == "results" else "recorded"
    made = []
    for number, entry in enumerate(message.entries, 1):
        code = codes.get(number)
        refused = code is not None and code not in APPLIED_WITH_CODE
        made.append(
            LineOutcome(number, entry.end_to_end_id, "exception" if refused else taken, code)
        )
    return made


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Which exceptions are asked for; None asks for all."""

    reference: str | None = None
    end_to_end_id: str | None = None


async def exceptions(
    session: AsyncSession,
    partner: str,
    chosen: ExceptionFilter,
    *,
    after: UUID | None,
    limit: int,
) -> list[PartnerException]:
    """Give what could not be applied."""
    rows = await store.exceptions(
        session,
        partner=partner,
        reference=chosen.reference,
        end_to_end_id=chosen.end_to_end_id,
        after=after,
        limit=limit,
    )
    return [PartnerException(**dict(row)) for row in rows]


def _check_totals(message: ResultMessage) -> None:
    """Compare the stated totals; a line whose amount is none leaves no sum to compare."""
    total: int | None = sum(entry.amount for entry in message.entries)
    if any(entry.amount == 0 for entry in message.entries):
        total = message.stated_sum
    count = len(message.entries)
    if message.stated_count not in {None, count} or message.stated_sum not in {None, total}:
        raise TotalsDiffer


async def _results(session: AsyncSession, message: ResultMessage) -> list[Record]:
    entries = message.entries
    wrong = await _wrong_reference(session, message)
    problems = [entry.problem or wrong for entry in entries]
    sound = [
        entry.end_to_end_id
        for entry, problem in zip(entries, problems, strict=True)
        if problem is None
    ]
    arrived = await store.received(session, message.partner, sound, message.reference)
    await delivery_store.mark_payments_sent(session, arrived)
    profile = (await directory.partner(session, message.partner)).profile
    own: Mapping[str, str] = profile.get("reasons", {})
    codes = [own.get(entry.reason_code or "", entry.reason_code) for entry in entries]
    columns: list[list[Any]] = [
        [entry.end_to_end_id for entry in entries],
        [entry.outcome for entry in entries],
        [entry.amount for entry in entries],
        [reason_of(entry.outcome, code) for entry, code in zip(entries, codes, strict=True)],
        [entry.reason_code for entry in entries],
        [entry.settled_on for entry in entries],
        problems,
    ]
    return await store.apply(
        session, message.partner, message.message_id, columns, message.reference
    )


async def _wrong_reference(session: AsyncSession, message: ResultMessage) -> str | None:
    """Say what is wrong with the list that the message names, for every line of it."""
    if not message.reference:
        return "list_reference_missing" if message.kind == "results" else None
    known = await store.has_list(session, message.partner, message.reference)
    return None if known else "list_reference_unknown"


async def _statement(session: AsyncSession, message: ResultMessage) -> list[str]:
    """Keep a statement; gives the references of lines that no earlier statement told."""
    wrong = await _wrong_reference(session, message)
    judged = [(entry, entry.problem or wrong) for entry in message.entries]
    await store.note_statement(
        session,
        message.partner,
        message.message_id,
        message.reference,
        [
            [entry.end_to_end_id for entry, _ in judged],
            [entry.outcome for entry, _ in judged],
            [entry.amount for entry, _ in judged],
            [problem for _, problem in judged],
        ],
    )
    sound = [entry for entry, problem in judged if problem is None]
    columns: list[list[Any]] = [
        [entry.end_to_end_id for entry in sound],
        [entry.outcome for entry in sound],
        [entry.amount for entry in sound],
        [entry.settled_on for entry in sound],
    ]
    await store.keep_statement(
        session, message.partner, message.message_id, message.reference, columns
    )
    columns.append([entry.bank_reference for entry in sound])
    return await bank_lines.keep(
        session, message.partner, message.message_id, message.reference, columns
    )


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
    await follow_failures(session, message.partner, lost, now)
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
    return made


async def _came_back(
    session: AsyncSession, partner: str, rows: Sequence[Record], now: datetime
) -> None:
    """Money came back after it was paid: owed again, by another way than the one that failed."""
    await obligations.reopen(
        session, [(row["payment_id"], "returned") for row in rows], returned=True
    )
    await follow_failures(session, partner, rows, now)
    for row in rows:
        await ledger.post(
            session,
            [returned(row["list_id"], row["payment_id"], row["amount"])],
            commune_code=row["commune_code"],
            month=Month.of(row["month"]),
            posted_on=now.date(),
        )
        await _tell(session, partner, row["list_id"], [row])


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
    kind = (await payroll.get(session, list_id)).kind
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
                    kind=kind,
                ),
            )
            for number, chunk in enumerate(chunks)
        ],
    )
