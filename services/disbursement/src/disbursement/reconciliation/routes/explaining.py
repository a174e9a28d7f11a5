"""Differences with owner and deadline; settlement with partners; closing a month."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import MONTH_PATTERN, CommuneCode
from common.kernel.months import Month
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.ledger.domain import LedgerEarlierOpen, LedgerMonthBusy, LedgerMonthClosed
from disbursement.ledger.schemas import CloseMonthRequest, PeriodView
from disbursement.payroll.domain import CommuneNotYours
from disbursement.reconciliation import service
from disbursement.reconciliation.domain import (
    DifferenceCaseClosed,
    DifferenceCaseNotFound,
    ExplainerDecides,
)
from disbursement.reconciliation.schemas import (
    DifferenceCaseView,
    ExplainDifferenceRequest,
    SettlementRowView,
    SettlementView,
)

router = APIRouter(tags=["reconciliations"])


@router.get(
    "/difference-cases",
    operation_id="search_difference_cases",
    summary="Chênh lệch cần giải trình, với người phụ trách và hạn",
    dependencies=[requires("disbursement:read")],
)
async def search_difference_cases(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Literal["open", "proposed", "explained", "gone"] = "open",
    commune_code: CommuneCode | None = None,
    due_before: date | None = None,
) -> Page[DifferenceCaseView]:
    """Give differences that somebody must explain, or explained."""
    after = UUID(str(page.after[0])) if page.after else None
    chosen = service.CaseFilter(state, commune_code, due_before)
    rows = await service.search_cases(session, chosen, after=after, limit=page.fetch)
    return page.of(
        rows, key=lambda row: (str(row.case_id),), item=DifferenceCaseView.model_validate
    )


@router.post(
    "/difference-cases/{case_id}/explain",
    operation_id="explain_difference",
    summary="Giải trình một chênh lệch",
    responses=problems(DifferenceCaseNotFound, DifferenceCaseClosed),
)
@command
async def explain_difference(
    case_id: UUID,
    body: ExplainDifferenceRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("reconciliations:write")],
) -> DifferenceCaseView:
    """It counts once another person accepts it."""
    done = await service.explain(session, case_id, explanation=body.explanation, by=actor.subject)
    return DifferenceCaseView.model_validate(done)


@router.post(
    "/difference-cases/{case_id}/accept",
    operation_id="accept_difference",
    summary="Người thứ hai chấp nhận giải trình",
    responses=problems(DifferenceCaseNotFound, DifferenceCaseClosed, ExplainerDecides),
)
@command
async def accept_difference(
    case_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> DifferenceCaseView:
    """The next reconciliation of the list counts it as explained."""
    done = await service.accept(session, case_id, by=actor.subject, now=clock.now())
    return DifferenceCaseView.model_validate(done)


@router.get(
    "/settlements",
    operation_id="get_settlement",
    summary="Bảng quyết toán tháng với đơn vị chi trả",
    dependencies=[requires("disbursement:read"), without_personal_data()],
)
async def get_settlement(
    session: ReadSessionDep,
    month: Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2026-12"])],
    partner: Annotated[str | None, Query(max_length=40)] = None,
    commune_code: CommuneCode | None = None,
) -> SettlementView:
    """Give what was listed, paid, failed, not collected and returned, by partner and commune."""
    wanted = Month.parse(month)
    rows = await service.settlement(session, wanted, partner, commune_code)
    return SettlementView(month=wanted, rows=[SettlementRowView(**dict(row)) for row in rows])


@router.post(
    "/ledger/periods",
    operation_id="close_ledger_month",
    status_code=201,
    summary="Khóa sổ một tháng của xã",
    responses=problems(CommuneNotYours, LedgerMonthBusy, LedgerMonthClosed, LedgerEarlierOpen),
)
@command
async def close_ledger_month(
    body: CloseMonthRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("reconciliations:write")],
) -> PeriodView:
    """From now on corrections are new entries of the next open month."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotYours

    made = await service.close_month(session, body.commune_code, body.month, clock.today())
    return PeriodView.model_validate(made)
