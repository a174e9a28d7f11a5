"""Money that nobody collected goes back to the budget by two people and a treasury slip."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.payroll.domain import CommuneNotYours
from disbursement.recovery import service
from disbursement.recovery.domain import (
    BudgetReturnNotFound,
    NothingToReturn,
    ProposerDecidesRecovery,
)
from disbursement.recovery.schemas import (
    BudgetReturnView,
    ConfirmBudgetReturnRequest,
    ProposeBudgetReturnRequest,
    RefuseBudgetReturnRequest,
)

router = APIRouter(prefix="/budget-returns", tags=["recoveries"])


@router.get(
    "",
    operation_id="search_budget_returns",
    summary="Các khoản chưa nhận nộp trả ngân sách",
    dependencies=[requires("disbursement:read")],
)
async def search_budget_returns(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
) -> Page[BudgetReturnView]:
    """Give what goes back to the budget, or went back."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.search_returns(
        session, commune_code=commune_code, after=after, limit=page.fetch
    )
    return page.of(
        rows, key=lambda row: (str(row.return_id),), item=BudgetReturnView.model_validate
    )


@router.post(
    "",
    operation_id="propose_budget_return",
    status_code=201,
    summary="Đề nghị nộp trả ngân sách các khoản không ai nhận",
    responses=problems(CommuneNotYours, NothingToReturn),
)
@command
async def propose_budget_return(
    body: ProposeBudgetReturnRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> BudgetReturnView:
    """Only what suspended or stopped people did not collect; resumed, it is owed anew."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotYours

    made = await service.propose_return(
        session, body.commune_code, body.through_month,
        reason=body.reason, by=actor.subject, now=clock.now(),
    )  # fmt: skip
    return BudgetReturnView.model_validate(made)


@router.post(
    "/{return_id}/confirm",
    operation_id="confirm_budget_return",
    summary="Người thứ hai xác nhận nộp trả theo Giấy nộp trả kinh phí",
    responses=problems(BudgetReturnNotFound, ProposerDecidesRecovery, NothingToReturn),
)
@command
async def confirm_budget_return(
    return_id: UUID,
    body: ConfirmBudgetReturnRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> BudgetReturnView:
    """The money is owed to nobody any more, and stands in the budget of its year."""
    slip = service.Slip(body.treasury_slip, body.budget_year)

    done = await service.decide_return(session, return_id, slip, by=actor.subject, now=clock.now())
    return BudgetReturnView.model_validate(done)


@router.post(
    "/{return_id}/refuse",
    operation_id="refuse_budget_return",
    summary="Người thứ hai từ chối nộp trả",
    responses=problems(BudgetReturnNotFound, ProposerDecidesRecovery),
)
@command
async def refuse_budget_return(
    return_id: UUID,
    body: RefuseBudgetReturnRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> BudgetReturnView:
    """Everything stays as it is."""
    done = await service.decide_return(
        session, return_id, body.reason, by=actor.subject, now=clock.now()
    )
    return BudgetReturnView.model_validate(done)
