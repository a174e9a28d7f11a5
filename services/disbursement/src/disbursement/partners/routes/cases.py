"""Contradictions, holds, and what follows after a failure: one proposes, another one decides."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.database.session import AsyncSession
from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.partners.domain import (
    ActionNotProposed,
    CaseDecided,
    CaseNotFound,
    CaseNotProposed,
    DecisionImpossible,
    HoldNotFound,
    ProposerDecides,
    ReasonUnknown,
)
from disbursement.partners.schemas.cases import (
    DecideCaseRequest,
    FailureActionsView,
    FailureActionView,
    HoldView,
    OpenCaseRequest,
    PaymentCaseView,
    ProposeActionRequest,
    ProposeCaseRequest,
    ReleaseHoldRequest,
)
from disbursement.partners.service import cases, failures
from disbursement.payroll.domain import CommuneNotYours

router = APIRouter(tags=["payment-cases"])

_READ = requires("disbursement:read")


@router.get(
    "/payment-cases",
    operation_id="search_payment_cases",
    summary="Các lệnh chi có mâu thuẫn, cần người quyết định",
    dependencies=[_READ],
)
async def search_payment_cases(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Literal["open", "proposed", "decided"] | None = None,
    commune_code: CommuneCode | None = None,
) -> Page[PaymentCaseView]:
    """Give cases of the caller's communes; nothing of an undecided one is paid again."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await cases.search(
        session, commune_code=commune_code, state=state, after=after, limit=page.fetch
    )
    return page.of(rows, key=lambda row: (str(row.case_id),), item=PaymentCaseView.model_validate)


@router.post(
    "/payment-cases",
    operation_id="open_payment_case",
    status_code=201,
    summary="Mở vụ việc cho một lệnh chi chưa có kết quả, hoặc để thu hồi lệnh trước khi chi",
    responses=problems(CaseNotFound, DecisionImpossible),
)
@command
async def open_payment_case(
    body: OpenCaseRequest,
    session: SessionDep,
    clock: ClockDep,
    _actor: Annotated[Actor, requires("reconciliations:write")],
) -> PaymentCaseView:
    """From now on nothing of it is paid again until the case is decided."""
    made = await cases.open_by_hand(session, body.end_to_end_id, clock.now(), recall=body.recall)
    return PaymentCaseView.model_validate(made)


@router.post(
    "/payment-cases/{case_id}/propose",
    operation_id="propose_payment_case",
    summary="Đề xuất kết luận về lệnh chi: đã chi, chưa chi, hoặc đã bị hoàn",
    responses=problems(CaseNotFound, CaseDecided, DecisionImpossible),
)
@command
async def propose_payment_case(
    case_id: UUID,
    body: ProposeCaseRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("reconciliations:write")],
) -> PaymentCaseView:
    """It counts once another person decides."""
    made = await cases.propose(
        session, case_id, body.decision, by=actor.subject, reason=body.reason
    )
    return PaymentCaseView.model_validate(made)


@router.post(
    "/payment-cases/{case_id}/decide",
    operation_id="decide_payment_case",
    summary="Người thứ hai quyết định vụ việc theo đề xuất",
    responses=problems(CaseNotFound, CaseDecided, CaseNotProposed, ProposerDecides),
)
@command
async def decide_payment_case(
    case_id: UUID,
    body: DecideCaseRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> PaymentCaseView:
    """Payment, obligations and ledger follow; the month must be reconciled again."""
    made = await cases.decide(
        session, case_id, by=actor.subject, reason=body.reason, now=clock.now()
    )
    return PaymentCaseView.model_validate(made)


@router.get(
    "/payee-holds",
    operation_id="search_payee_holds",
    summary="Những người đang tạm giữ chi trả để kiểm tra",
    dependencies=[_READ],
)
async def search_payee_holds(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
) -> Page[HoldView]:
    """Give the holds that stand."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await failures.holds(session, commune_code=commune_code, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.hold_id),), item=HoldView.model_validate)


@router.post(
    "/payee-holds/{hold_id}/release",
    operation_id="release_payee_hold",
    summary="Kết thúc tạm giữ sau khi đã kiểm tra",
    responses=problems(HoldNotFound),
)
@command
async def release_payee_hold(
    hold_id: UUID,
    body: ReleaseHoldRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> HoldView:
    """The next list pays the person again."""
    made = await failures.release_hold(
        session, hold_id, by=actor.subject, reason=body.reason, now=clock.now()
    )
    return HoldView.model_validate(made)


@router.get(
    "/failure-actions",
    operation_id="get_failure_actions",
    summary="Việc tiếp theo sau mỗi lý do chi không thành",
    dependencies=[_READ],
)
async def get_failure_actions(session: ReadSessionDep) -> FailureActionsView:
    """Give the table that the province reads and changes."""
    return await _actions(session)


@router.put(
    "/failure-actions/{reason}",
    operation_id="propose_failure_action",
    summary="Đề xuất việc tiếp theo khác cho một lý do",
    responses=problems(ReasonUnknown, CommuneNotYours),
)
@command
async def propose_failure_action(
    reason: str,
    body: ProposeActionRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("law:write")],
) -> FailureActionsView:
    """It counts once another person confirms it."""
    _for_the_province(actor)

    await failures.propose_action(session, reason, body.action, by=actor.subject)
    return await _actions(session)


@router.post(
    "/failure-actions/{reason}/confirm",
    operation_id="confirm_failure_action",
    summary="Người thứ hai xác nhận việc tiếp theo đã đề xuất",
    responses=problems(ActionNotProposed, CommuneNotYours),
)
@command
async def confirm_failure_action(
    reason: str,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("law:write")],
) -> FailureActionsView:
    """From now on failures of this reason are followed so."""
    _for_the_province(actor)

    await failures.confirm_action(session, reason, by=actor.subject, now=clock.now())
    return await _actions(session)


def _for_the_province(actor: Actor) -> None:
    """A table of the whole province is changed by who sees the whole province."""
    if actor.communes is not None:
        raise CommuneNotYours


async def _actions(session: AsyncSession) -> FailureActionsView:
    rows = await failures.failure_actions(session)
    return FailureActionsView(items=[FailureActionView.model_validate(row) for row in rows])
