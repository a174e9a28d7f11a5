"""Readings of lists: what stands, line by line, beside last month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.obligations import service as obligations
from disbursement.payroll.domain import (
    Item,
    ListKind,
    ListNotFound,
    delivery_reference,
    line_of_reference,
)
from disbursement.payroll.store import lists, reading


@dataclass(frozen=True, slots=True)
class PaymentList:
    """A list as it stands."""

    list_id: UUID
    commune_code: str
    month: Month
    state: str
    content_hash: str
    accounts_hash: str
    lines: int
    total: int
    regular: int
    arrears: int
    carried: int
    maker: str
    built_at: datetime
    sealed_by: str | None
    sealed_on: date | None
    version: int
    kind: ListKind
    number: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved which content."""

    content_hash: str
    accounts_hash: str
    maker: str
    checker: str
    reason: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class PartnerShare:
    """What one partner gets of a list."""

    partner: str
    reference: str
    lines: int
    total: int


@dataclass(frozen=True, slots=True)
class Line:
    """One payment to one person for one benefit, as the list froze it."""

    line_id: UUID
    list_id: UUID
    commune_code: str
    position: int
    person_id: UUID
    personal_id: str | None
    former_number: str | None
    full_name: str
    birth_date: date | None
    village: str | None
    benefit: str
    grp: str
    method: str
    partner: str
    bank_code: str | None
    account_id: UUID | None
    regular: int
    arrears: int
    arrears_months: int
    carried: int
    total: int
    attempt: int
    payee_person_id: UUID | None = None
    payee_name: str | None = None
    payee_number: str | None = None
    account_masked: str | None = None
    one_off_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Something about a list that an officer should know."""

    exception_id: UUID
    person_id: UUID
    benefit: str | None
    code: str
    severity: str
    amount: int
    months: int
    reason: str | None
    before: str | None
    after: str | None
    full_name: str | None
    personal_id: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line beside last month's regular amount."""

    person_id: UUID
    personal_id: str | None
    full_name: str | None
    benefit: str
    change: str
    previous: int | None
    current: int | None
    arrears: int
    carried: int
    total: int
    reason: str | None
    decision_number: str | None
    position: str


async def get(session: AsyncSession, list_id: UUID, *, lock: bool = False) -> PaymentList:
    """Give a list.

    Raises:
        ListNotFound: absent, or of a commune that the caller may not see.
    """
    row = await lists.find(session, list_id, lock=lock)
    if row is None:
        raise ListNotFound
    return _list(row)


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    month: Month | None,
    after: tuple[date, str, int] | None,
    limit: int,
) -> list[PaymentList]:
    """Give lists, the newest month first."""
    rows = await lists.search(
        session,
        commune_code=commune_code,
        month=month.first_day if month else None,
        after=after,
        limit=limit,
    )
    return [_list(row) for row in rows]


async def standing_approval(session: AsyncSession, list_id: UUID) -> Approval | None:
    """Give the approval that stands."""
    row = await lists.standing_approval(session, list_id)
    return Approval(**dict(row)) if row is not None else None


async def shares_of(session: AsyncSession, item: PaymentList) -> list[PartnerShare]:
    """Give lines and money of a list by partner."""
    return [
        PartnerShare(
            row["partner"],
            delivery_reference(item.commune_code, item.month, row["partner"], item.number),
            row["lines"],
            row["total"],
        )
        for row in await reading.per_partner(session, item.list_id)
    ]


async def lines(
    session: AsyncSession,
    list_id: UUID,
    *,
    after: int | None = None,
    limit: int | None = None,
    reference: str | None = None,
) -> list[Line]:
    """Give lines by position; with a reference (EndToEndId) only the line that carries it."""
    if reference is None:
        rows = await reading.lines(session, list_id, after=after, limit=limit)
    else:
        named = line_of_reference(reference)
        rows = await reading.line(session, list_id, *named) if named else []
    return [Line(**dict(row)) for row in rows]


async def items_of(session: AsyncSession, chosen: Sequence[Line]) -> dict[UUID, list[Item]]:
    """Give the months that some lines pay."""
    found: dict[UUID, list[Item]] = {line.line_id: [] for line in chosen}
    for row in await reading.items_of_lines(session, list(found)):
        item = Item(Month.of(row["month"]), row["kind"], row["role"], row["amount"])
        found[row["line_id"]].append(item)
    return found


async def exceptions(
    session: AsyncSession, list_id: UUID, *, code: str | None, after: UUID | None, limit: int
) -> list[ExceptionRow]:
    """Give exceptions in the order in which they were found."""
    rows = await reading.exceptions(session, list_id, code=code, after=after, limit=limit)
    return [ExceptionRow(**dict(row)) for row in rows]


async def exception_counts(session: AsyncSession, list_id: UUID) -> dict[str, int]:
    """Count exceptions by code."""
    return {row["code"]: row["count"] for row in await reading.exception_counts(session, list_id)}


async def compare(
    session: AsyncSession,
    list_id: UUID,
    *,
    change: str | None,
    after: tuple[str, UUID, str] | None,
    limit: int,
) -> list[Comparison]:
    """Give a list beside last month's list, or beside what was recorded as paid."""
    found = await _record(session, list_id)
    people = await obligations.people_of(session, found["commune_code"])
    async with whole_province(session):  # who moved away still has a name here
        rows = await reading.compare(
            session, found, people, change=change, after=after, limit=limit
        )
    return [Comparison(**{key: row[key] for key in Comparison.__slots__}) for row in rows]


async def comparison_summary(
    session: AsyncSession, list_id: UUID
) -> tuple[dict[str, dict[str, int]], bool]:
    """Count the comparison by class; also tells whether last month's list is one of ours."""
    found = await _record(session, list_id)
    people = await obligations.people_of(session, found["commune_code"])
    rows = await reading.compare_summary(session, found, people)
    counted = {
        row["change"]: {key: row[key] for key in ("lines", "previous", "current")} for row in rows
    }
    ours = await reading.has_prior_list(session, found["commune_code"], found["month"])
    return counted, ours


async def _record(session: AsyncSession, list_id: UUID) -> asyncpg.Record:
    row = await lists.find(session, list_id)
    if row is None:
        raise ListNotFound
    return row


def _list(row: asyncpg.Record) -> PaymentList:
    return PaymentList(**{**dict(row), "month": Month.of(row["month"])})


async def is_sealed(session: AsyncSession, commune_code: str, month: Month) -> bool:
    """Tell whether the list of a month, or of a later one, is sealed."""
    return await lists.sealed_from(session, commune_code, month.first_day)
