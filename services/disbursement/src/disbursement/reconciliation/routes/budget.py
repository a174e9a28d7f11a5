"""Money sources: estimates of a year, their use and forecast."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from common.database.session import AsyncSession
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import command
from common.web.deps import ReadSessionDep, SessionDep
from common.web.problems import problems
from disbursement.reconciliation import service
from disbursement.reconciliation.domain import BenefitBudgeted
from disbursement.reconciliation.schemas import (
    BudgetLineRequest,
    BudgetUseRowView,
    BudgetUseView,
)

router = APIRouter(prefix="/budgets", tags=["reconciliations"])

Year = Annotated[int, Path(ge=2000, le=2100)]
LineCode = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


@router.get(
    "/{year}",
    operation_id="get_budget_use",
    summary="Dự toán, đã chi và dự báo cả năm theo nguồn kinh phí",
    dependencies=[requires("disbursement:read"), without_personal_data()],
)
async def get_budget_use(year: Year, session: ReadSessionDep) -> BudgetUseView:
    """Give each money source of a year with its use, and benefits that no source covers."""
    return await _use(session, year)


@router.put(
    "/{year}/lines/{code}",
    operation_id="set_budget_line",
    summary="Nhập hoặc sửa một nguồn kinh phí của năm",
    responses=problems(BenefitBudgeted),
)
@command
async def set_budget_line(
    year: Year,
    code: LineCode,
    body: BudgetLineRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("partners:write")],
) -> BudgetUseView:
    """An estimate moves no money: it is what the use is compared with."""
    line = service.BudgetLine(
        year, code, body.title, sorted(set(body.benefits)), body.estimate, body.basis
    )
    await service.set_line(session, line, by=actor.subject)
    return await _use(session, year)


async def _use(session: AsyncSession, year: int) -> BudgetUseView:
    rows = await service.use(session, year)
    return BudgetUseView(
        year=year,
        lines=[
            BudgetUseRowView(**dict(row), left=row["estimate"] - row["forecast"]) for row in rows
        ],
    )
