"""What other rooms ask of the ledger: post, close, and show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.ledger import store
from disbursement.ledger.domain import LedgerEarlierOpen, LedgerMonthClosed, Posting
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's totals; `balance` is positive on the account's normal side."""

    code: str
    name: str
    normal_side: str
    debits: int
    credits: int
    balance: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A row of the ledger."""

    transfer_id: UUID
    commune_code: str
    month: Month
    code: str
    debit_account: str
    credit_account: str
    amount: int
    list_id: UUID | None
    subject_id: UUID | None
    posted_on: date
    recorded_at: datetime


async def post(
    session: AsyncSession,
    postings: Sequence[Posting],
    *,
    commune_code: str,
    month: Month,
    posted_on: date,
) -> None:
    """Post transfers to the month of their list, or to the next open month when it is closed."""
    wanted = [posting for posting in postings if posting.amount > 0]
    if not wanted:
        return
    columns: list[list[Any]] = [
        [p.code for p in wanted],
        [p.debit for p in wanted],
        [p.credit for p in wanted],
        [p.amount for p in wanted],
        [p.key for p in wanted],
        [p.list_id for p in wanted],
        [p.subject_id for p in wanted],
    ]
    into = await store.open_month(session, commune_code, month.first_day)
    await store.post(session, columns, commune_code=commune_code, month=into, posted_on=posted_on)


async def close_month(
    session: AsyncSession, commune_code: str, month: Month, closed_on: date
) -> None:
    """Close a commune's month: no transfer enters it any more."""
    await store.close_month(session, commune_code, month.first_day, closed_on)


async def close_by_hand(
    session: AsyncSession, commune_code: str, month: Month, closed_on: date
) -> None:
    """Close a month that no reconciliation closes; months are closed in order.

    Raises:
        LedgerMonthClosed: it is closed; a correction is a new entry of the next open month.
        LedgerEarlierOpen: an earlier month has entries and is open.
    """
    if await store.is_closed(session, commune_code, month.first_day):
        raise LedgerMonthClosed
    if await store.open_before(session, commune_code, month.first_day):
        raise LedgerEarlierOpen
    await store.close_month(session, commune_code, month.first_day, closed_on)


@dataclass(frozen=True, slots=True)
class Period:
    """A closed month of a commune."""

    commune_code: str
    month: Month
    closed_on: date
    closed_by: str


async def periods(session: AsyncSession, commune_code: str | None) -> list[Period]:
    """Give the closed months, the newest first."""
    rows = await store.periods(session, commune_code)
    return [Period(**{**dict(row), "month": Month.of(row["month"])}) for row in rows]


async def trial_balance(
    session: AsyncSession, month: Month, commune_code: str | None
) -> list[Record]:
    """Give opening, movements and closing of each account (bảng cân đối số phát sinh)."""
    return await store.trial_balance(session, month.first_day, commune_code)


async def balances_by_day(
    session: AsyncSession, first: date, last: date, commune_code: str | None
) -> list[Record]:
    """Give each account's movements and balance on each day on which it moved."""
    return await store.balances_by_day(session, first, last, commune_code)


async def balances(
    session: AsyncSession, month: Month | None, commune_code: str | None = None
) -> list[Balance]:
    """Give the balance of each account, of one month or of all."""
    rows = await store.balances(session, month.first_day if month else None, commune_code)
    return [Balance(**dict(row)) for row in rows]


async def transfers(
    session: AsyncSession,
    *,
    month: Month | None,
    list_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Transfer]:
    """Give transfers in the order in which they were recorded."""
    rows = await store.transfers(
        session,
        month=month.first_day if month else None,
        list_id=list_id,
        after=after,
        limit=limit,
    )
    return [Transfer(**{**dict(row), "month": Month.of(row["month"])}) for row in rows]
