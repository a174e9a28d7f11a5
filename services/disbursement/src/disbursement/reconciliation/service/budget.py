"""Money sources: the estimate of a year beside its use, and a forecast.

Thuật ngữ: dự toán, nguồn kinh phí. A benefit that no line covers is shown as uncovered.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.audit import record
from common.database.session import AsyncSession
from disbursement.reconciliation.domain import BenefitBudgeted
from disbursement.reconciliation.store import budget as store
from disbursement.sql import Record


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """An estimate for some benefits of a year."""

    year: int
    code: str
    title: str
    benefits: list[str]
    estimate: int
    basis: str


async def set_line(session: AsyncSession, line: BudgetLine, *, by: str) -> None:
    """Enter or replace a line of a year.

    Raises:
        BenefitBudgeted: another line of the year pays one of the benefits.
    """
    if await store.budgeted_elsewhere(session, line.year, line.code, line.benefits):
        raise BenefitBudgeted
    await store.set_budget_line(
        session,
        [line.year, line.code, line.title, line.benefits, line.estimate, line.basis, by],
    )
    await record(
        session, "budget_line.set", "budget_line", f"{line.year}:{line.code}",
        {"estimate": line.estimate},
    )  # fmt: skip


async def use(session: AsyncSession, year: int) -> list[Record]:
    """Give each line with what was paid, what is on its way, and the forecast of the year.

    The forecast adds the newest month's total for every month that is left.
    """
    return await store.budget_use(session, year)
