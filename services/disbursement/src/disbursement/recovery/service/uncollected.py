"""Three months without collecting are told; what nobody is paid any more goes back to the budget.

Căn cứ: điểm a khoản 1 Điều 9 và khoản 5 Điều 28 Nghị định 335/2026/NĐ-CP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.audit import record
from common.contracts.disbursement import UncollectedThreeMonths
from common.database.ids import new_id
from common.database.session import AsyncSession
from common.events.emit import NewEvent, emit_many
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import uncollected_returned
from disbursement.obligations import service as obligations
from disbursement.payroll import service as payroll
from disbursement.recovery.domain import (
    BudgetReturnNotFound,
    NothingToReturn,
    ProposerDecidesRecovery,
)
from disbursement.recovery.store import uncollected as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class BudgetReturn:
    """Money that nobody collected, on its way back to the budget."""

    return_id: UUID
    commune_code: str
    through_month: Month
    people: int
    amount: int
    reason: str
    state: str
    proposed_by: str
    decided_by: str | None
    treasury_slip: str | None
    budget_year: int | None


@dataclass(frozen=True, slots=True)
class Slip:
    """Giấy nộp trả kinh phí (mẫu C2-05a/NS): its number and the budget year that it goes to."""

    number: str
    budget_year: int


async def report_uncollected(session: AsyncSession, payments: Sequence[UUID], today: date) -> None:
    """Tell who collected nothing for as many months in a row as the law asks for."""
    months = await payroll.rule(session, "uncollected_months", today)
    rows = await store.report(session, payments, months.value, today)
    await emit_many(
        session,
        [
            NewEvent(
                row["person_id"],
                row["version"],
                UncollectedThreeMonths(
                    person_id=row["person_id"],
                    commune_code=row["commune_code"],
                    benefit=row["benefit"],
                    months=tuple(Month.of(month) for month in row["months"]),
                    amount=row["amount"],
                    partner=row["partner"],
                    reported_on=row["reported_on"],
                ),
            )
            for row in rows
        ],
    )


async def propose_return(
    session: AsyncSession, commune_code: str, through: Month, *, reason: str, by: str, now: datetime
) -> BudgetReturn:
    """Propose to give back what suspended and stopped people did not collect.

    Raises:
        NothingToReturn: nothing of the kind waits.
    """
    found = await obligations.not_collected(session, commune_code, through)
    if not found:
        raise NothingToReturn
    return_id = new_id()
    amount = sum(item.amount for item in found)
    people = len({item.person_id for item in found})
    values = [
        return_id, commune_code, through.first_day, [item.obligation_id for item in found], people,
        amount, reason, by, now,
    ]  # fmt: skip
    await store.propose_return(session, values)
    await record(session, "budget_return.proposed", "budget_return", return_id, {"amount": amount})
    return _return(await _find(session, return_id, "proposed"))


async def decide_return(
    session: AsyncSession, return_id: UUID, answer: Slip | str, *, by: str, now: datetime
) -> BudgetReturn:
    """Give the money back by a treasury slip; a text in its place says why it is refused.

    Raises:
        BudgetReturnNotFound: nothing waits.
        ProposerDecidesRecovery: the same person proposed it.
        NothingToReturn: what was proposed was paid, or is disputed, by now.
    """
    found = await _find(session, return_id, "proposed")
    if found["proposed_by"] == by:
        raise ProposerDecidesRecovery
    slip = answer if isinstance(answer, Slip) else None
    if slip is not None:
        count, payable, back = await obligations.give_back(session, found["obligations"])
        if count != len(found["obligations"]):
            raise NothingToReturn
        await ledger.post(
            session,
            uncollected_returned(return_id, payable, back),
            commune_code=found["commune_code"],
            month=Month.of(found["through_month"]),
            posted_on=now.date(),
        )
    state = "refused" if slip is None else "confirmed"
    numbers = (slip.number, slip.budget_year) if slip else (None, None)
    await store.decide_return(session, return_id, state=state, by=by, now=now, slip=numbers)
    why = {} if isinstance(answer, Slip) else {"reason": answer}
    await record(session, f"budget_return.{state}", "budget_return", return_id, why)
    return _return(await _find(session, return_id, state))


async def search_returns(
    session: AsyncSession, *, commune_code: str | None, after: UUID | None, limit: int
) -> list[BudgetReturn]:
    """Give what goes back to the budget, or went back."""
    rows = await store.search_returns(session, commune_code=commune_code, after=after, limit=limit)
    return [_return(row) for row in rows]


async def _find(session: AsyncSession, return_id: UUID, state: str) -> Record:
    found = await store.find_return(session, return_id)
    if found is None or found["state"] != state:
        raise BudgetReturnNotFound
    return found


def _return(row: Record) -> BudgetReturn:
    values = {name: row[name] for name in BudgetReturn.__slots__}
    return BudgetReturn(**{**values, "through_month": Month.of(row["through_month"])})
