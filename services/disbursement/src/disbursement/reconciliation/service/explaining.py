"""Differences are explained by two people; a month is settled with each partner, and closed.

Thuật ngữ: giải trình chênh lệch, bảng quyết toán với đơn vị chi trả, khóa sổ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.audit import record
from common.database.session import AsyncSession
from common.kernel.months import Month
from disbursement.ledger import service as ledger
from disbursement.ledger.domain import LedgerMonthBusy
from disbursement.payroll import service as payroll
from disbursement.reconciliation import store
from disbursement.reconciliation.domain import (
    DifferenceCaseClosed,
    DifferenceCaseNotFound,
    ExplainerDecides,
)
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class DifferenceCase:
    """A difference with its owner and the day by which it is explained."""

    case_id: UUID
    list_id: UUID
    commune_code: str
    partner: str
    end_to_end_id: str
    match_class: str
    amount: int
    opened_on: date
    due_on: date
    owner: str | None
    state: str
    explanation: str | None
    proposed_by: str | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are asked for."""

    state: str
    commune_code: str | None = None
    due_before: date | None = None


async def search_cases(
    session: AsyncSession, chosen: CaseFilter, *, after: UUID | None, limit: int
) -> list[DifferenceCase]:
    """Give cases in the order in which they were opened."""
    rows = await store.cases(
        session,
        state=chosen.state,
        commune_code=chosen.commune_code,
        due_before=chosen.due_before,
        after=after,
        limit=limit,
    )
    return [DifferenceCase(**dict(row)) for row in rows]


async def explain(
    session: AsyncSession, case_id: UUID, *, explanation: str, by: str
) -> DifferenceCase:
    """Say what a difference is, by proof; it counts once another person agrees.

    Raises:
        DifferenceCaseNotFound, DifferenceCaseClosed: there is nothing to explain.
    """
    found = await _open(session, case_id)
    await store.propose_explanation(session, case_id, explanation=explanation, by=by)
    await record(session, "difference.explained", "difference", found["case_id"])
    return await _case(session, case_id)


async def accept(session: AsyncSession, case_id: UUID, *, by: str, now: datetime) -> DifferenceCase:
    """Agree to an explanation: the next reconciliation counts the difference as explained.

    Raises:
        DifferenceCaseNotFound, DifferenceCaseClosed: nothing waits.
        ExplainerDecides: the same person explained it.
    """
    found = await _open(session, case_id)
    if found["state"] != "proposed":
        raise DifferenceCaseClosed
    if found["proposed_by"] == by:
        raise ExplainerDecides
    await store.accept_explanation(session, case_id, by=by, now=now)
    await record(session, "difference.accepted", "difference", case_id)
    return await _case(session, case_id)


async def settlement(
    session: AsyncSession, month: Month, partner: str | None, commune_code: str | None
) -> list[Record]:
    """Give the settlement sheet of a month: what became of each partner's payments."""
    return await store.settlement(session, month.first_day, partner, commune_code)


async def close_month(
    session: AsyncSession, commune_code: str, month: Month, today: date
) -> ledger.Period:
    """Close a commune's month whose lists are all reconciled, or that had none.

    Raises:
        LedgerMonthBusy: a list of the month is not reconciled.
        LedgerMonthClosed, LedgerEarlierOpen: see `ledger`.
    """
    lists = await payroll.search(
        session, commune_code=commune_code, month=month, after=None, limit=1000
    )
    if any(item.state != "reconciled" for item in lists):
        raise LedgerMonthBusy
    await ledger.close_by_hand(session, commune_code, month, today)
    await record(session, "ledger.month_closed", "commune", commune_code, {"month": str(month)})
    (found,) = [p for p in await ledger.periods(session, commune_code) if p.month == month]
    return found


async def _open(session: AsyncSession, case_id: UUID) -> Record:
    found = await store.find_case(session, case_id)
    if found is None:
        raise DifferenceCaseNotFound
    if found["state"] not in {"open", "proposed"}:
        raise DifferenceCaseClosed
    return found


async def _case(session: AsyncSession, case_id: UUID) -> DifferenceCase:
    found = await store.find_case(session, case_id)
    if found is None:
        raise DifferenceCaseNotFound
    return DifferenceCase(**dict(found))
