"""Recovery cases: opened from months that were paid above what was owed, never set off.

Thuật ngữ: thu hồi khoản chi sai, nộp trả ngân sách (mẫu C2-05a/NS).
Căn cứ: Điều 4 Thông tư 17/2024/TT-BTC. Nothing is deducted from a later payment without a signed
decision, and none of the decrees read names a procedure for it (law-corrections §13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from common.contracts.disbursement import RecoveryOpened, RecoveryWithdrawn
from common.database.rows import whole_province
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import overpayment, withdrawn
from disbursement.obligations import service as obligations
from disbursement.obligations.domain import name_uuid
from disbursement.obligations.service import Overclaimed, Overpaid
from disbursement.payroll import service as payroll
from disbursement.recovery.domain import RecoveryNotFound
from disbursement.recovery.store import cases as store
from disbursement.sql import columns


@dataclass(frozen=True, slots=True)
class RecoveryMonth:
    """A month paid above what was owed, in the budget year that paid it."""

    month: Month
    amount: int
    budget_year: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class RecoveryCase:
    """What one person was paid too much for one benefit."""

    recovery_id: UUID
    person_id: UUID
    full_name: str | None
    personal_id: str | None
    commune_code: str
    benefit: str
    reason: str
    total: int
    state: str
    opened_on: date
    list_id: UUID
    treasury_slip: str | None
    withdrawn: int
    collected: int
    written_off: int
    set_off: int
    budgeted: int
    noticed_on: date | None
    months: tuple[RecoveryMonth, ...]

    @property
    def remaining(self) -> int:
        """Give what is still claimed."""
        return self.total - self.withdrawn - self.collected - self.written_off - self.set_off


@dataclass(frozen=True, slots=True)
class _NewCase:
    recovery_id: UUID
    months: tuple[Overpaid, ...]

    @property
    def total(self) -> int:
        return sum(month.amount for month in self.months)


async def open_cases(session: AsyncSession, list_id: UUID, today: date) -> None:
    """Open a case per person and benefit for every month that was paid too much so far.

    What a case already claims is no longer counted as overpaid, so sealing the next list opens
    nothing twice.
    """
    sealed = await payroll.get(session, list_id)
    if sealed.kind == "one_off":
        return
    async with whole_province(session):
        found, overclaimed = await obligations.differences(
            session, sealed.commune_code, sealed.month
        )
        await _withdraw(session, sealed, overclaimed, today)
    cases = _cases(found, sealed.month)
    if not cases:
        return
    await store.insert(
        session,
        columns(_case_rows(cases, sealed, today), 8),
        columns(_month_rows(cases, sealed.commune_code), 6),
    )
    await obligations.claim(
        session,
        [(month, case.recovery_id) for case in cases for month in case.months],
        sealed.commune_code,
    )
    await ledger.post(
        session,
        [overpayment(case.recovery_id, case.total) for case in cases],
        commune_code=sealed.commune_code,
        month=sealed.month,
        posted_on=today,
    )
    await emit_many(session, [_event(case, sealed.commune_code) for case in cases])


async def _withdraw(
    session: AsyncSession, sealed: payroll.PaymentList, items: list[Overclaimed], today: date
) -> None:
    """Take back what cases claim although it is owed after all: a death or a stop was undone."""
    months: dict[UUID, dict[str, int]] = {}
    for row in await obligations.withdraw_claims(session, items):
        case = months.setdefault(row["recovery_id"], {})
        case[str(Month.of(row["month"]))] = row["amount"]
    if not months:
        return
    rows = [
        (case, Month.parse(m).first_day, n)
        for case, part in months.items()
        for m, n in part.items()
    ]
    changed = await store.withdraw(session, columns(rows, 3))
    await ledger.post(
        session,
        [withdrawn(row["recovery_id"], row["part"], str(sealed.list_id)) for row in changed],
        commune_code=sealed.commune_code,
        month=sealed.month,
        posted_on=today,
    )
    await emit_many(
        session,
        [
            NewEvent(
                row["recovery_id"],
                row["version"],
                RecoveryWithdrawn(
                    recovery_id=row["recovery_id"],
                    person_id=row["person_id"],
                    commune_code=row["commune_code"],
                    benefit=row["benefit"],
                    months=months[row["recovery_id"]],
                    total=sum(months[row["recovery_id"]].values()),
                    remaining=row["remaining"],
                ),
            )
            for row in changed
        ],
    )


def _cases(found: list[Overpaid], list_month: Month) -> list[_NewCase]:
    def key(item: Overpaid) -> tuple[str, str]:
        return (str(item.person_id), item.benefit)

    ordered = sorted(found, key=lambda item: (*key(item), item.month))
    return [
        _NewCase(name_uuid(f"recovery:{person}:{benefit}:{list_month}"), tuple(months))
        for (person, benefit), months in groupby(ordered, key=key)
    ]


def _case_rows(
    cases: list[_NewCase], sealed: payroll.PaymentList, today: date
) -> list[tuple[Any, ...]]:
    return [
        (
            case.recovery_id,
            case.months[0].person_id,
            sealed.commune_code,
            case.months[0].benefit,
            case.months[0].reason,
            case.total,
            today,
            sealed.list_id,
        )
        for case in cases
    ]


def _month_rows(cases: list[_NewCase], commune_code: str) -> list[tuple[Any, ...]]:
    return [
        (case.recovery_id, commune_code, m.person_id, m.benefit, m.month.first_day, m.amount)
        for case in cases
        for m in case.months
    ]


def _event(case: _NewCase, commune_code: str) -> NewEvent:
    first = case.months[0]
    return NewEvent(
        case.recovery_id,
        1,
        RecoveryOpened(
            recovery_id=case.recovery_id,
            person_id=first.person_id,
            commune_code=commune_code,
            benefit=first.benefit,
            reason=first.reason,
            months={str(month.month): month.amount for month in case.months},
            total=case.total,
        ),
    )


async def search(
    session: AsyncSession,
    *,
    commune_code: str | None,
    person_id: UUID | None = None,
    recovery_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1,
) -> list[RecoveryCase]:
    """Give cases with their months."""
    rows = await store.search(
        session,
        commune_code=commune_code,
        person_id=person_id,
        recovery_id=recovery_id,
        after=after,
        limit=limit,
    )
    months: dict[UUID, list[RecoveryMonth]] = {row["recovery_id"]: [] for row in rows}
    for row in await store.months(session, list(months)):
        item = RecoveryMonth(
            Month.of(row["month"]), row["amount"], row["budget_year"], row["withdrawn"]
        )
        months[row["recovery_id"]].append(item)
    return [RecoveryCase(**dict(row), months=tuple(months[row["recovery_id"]])) for row in rows]


async def get_case(session: AsyncSession, recovery_id: UUID) -> RecoveryCase:
    """Give a case.

    Raises:
        RecoveryNotFound: none, or not among the caller's communes.
    """
    found = await search(session, commune_code=None, recovery_id=recovery_id)
    if not found:
        raise RecoveryNotFound
    return found[0]
