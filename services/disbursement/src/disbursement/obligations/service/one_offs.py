"""Benefits granted once: kept from the decision, owed, handed out in kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.audit import record
from common.contracts.eligibility import OneOffGranted
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.obligations.domain import (
    HandedBeforeDecision,
    NothingToHandOver,
    OneOffNotFound,
)
from disbursement.obligations.store import one_offs as store
from disbursement.sql import Record, columns


@dataclass(frozen=True, slots=True)
class OneOff:
    """A grant with what became of it; `state` is that of the money, None for a grant in kind."""

    one_off_id: UUID
    commune_code: str
    decision_number: str
    signed_on: date
    benefit: str
    article: str
    amount: int
    quantity: int | None
    unit: str | None
    event_on: date
    pay_month: Month
    subject_id: UUID
    payee_person_id: UUID | None
    payee_name: str
    handed_on: date | None
    handed_by: str | None
    receipt: str | None
    state: str | None
    reason: str | None
    line_id: UUID | None


async def take_one_offs(session: AsyncSession, grants: Sequence[OneOffGranted]) -> None:
    """Keep what signed decisions grant once; the same grant again changes nothing."""
    rows = [_row(grant) for grant in grants]
    await store.keep(session, columns(rows, store.WIDTH))


async def search_one_offs(
    session: AsyncSession, *, commune_code: str | None, after: UUID | None, limit: int
) -> list[OneOff]:
    """Give grants of the caller's communes."""
    rows = await store.search(session, commune_code=commune_code, after=after, limit=limit)
    return [_one_off(row) for row in rows]


async def hand_over(
    session: AsyncSession, one_off_id: UUID, *, on: date, by: str, receipt: str, today: date
) -> OneOff:
    """Write down the handing out of a grant in kind, by its paper.

    Raises:
        OneOffNotFound, NothingToHandOver: there is no open grant in kind.
        HandedBeforeDecision: the day lies before the decision or after today.
    """
    rows = await store.search(session, commune_code=None, one_off_id=one_off_id)
    if not rows:
        raise OneOffNotFound
    if not rows[0]["signed_on"] <= on <= today:
        raise HandedBeforeDecision
    if not await store.hand_over(session, one_off_id, on=on, by=by, receipt=receipt):
        raise NothingToHandOver
    await record(session, "one_off.handed_over", "one_off", one_off_id, {"receipt": receipt})
    (row,) = await store.search(session, commune_code=None, one_off_id=one_off_id)
    return _one_off(row)


def _row(grant: OneOffGranted) -> tuple[Any, ...]:
    payee = grant.payee
    return (
        grant.one_off_id,
        grant.commune_code,
        grant.decision_number,
        grant.signed_on,
        grant.benefit,
        grant.provision,
        grant.article,
        0 if grant.quantity is not None else grant.amount,
        grant.quantity,
        grant.unit if grant.quantity is not None else None,
        grant.event_on,
        grant.pay_month.first_day,
        grant.person_id or grant.one_off_id,
        payee.person_id,
        payee.organisation or payee.full_name,
        payee.personal_id,
    )


def _one_off(row: Record) -> OneOff:
    return OneOff(**{**dict(row), "pay_month": Month.of(row["pay_month"])})
