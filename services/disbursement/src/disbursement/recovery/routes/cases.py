"""Recovery cases: read, told to the person, paid back in parts, paid into the budget."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.database.session import AsyncSession
from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.recovery import service
from disbursement.recovery.domain import (
    DayAhead,
    MoreThanClaimed,
    PlanDiffers,
    RecoveryClosed,
    RecoveryNotFound,
)
from disbursement.recovery.schemas import (
    InstalmentsRequest,
    InstalmentView,
    ReceiptRequest,
    RecoveryDetailView,
    RecoveryEntryView,
    RecoveryView,
    TreasurySlipRequest,
)

router = APIRouter(prefix="/recoveries", tags=["recoveries"])


@router.get(
    "",
    operation_id="search_recoveries",
    summary="Các hồ sơ thu hồi",
    dependencies=[requires("disbursement:read")],
)
async def search_recoveries(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
    person_id: UUID | None = None,
) -> Page[RecoveryView]:
    """Give cases of the caller's communes with their months."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.search(
        session, commune_code=commune_code, person_id=person_id, after=after, limit=page.fetch
    )
    return page.of(rows, key=lambda row: (str(row.recovery_id),), item=RecoveryView.model_validate)


@router.get(
    "/{recovery_id}",
    operation_id="get_recovery",
    summary="Xem một hồ sơ thu hồi với biên lai, giấy nộp trả và kế hoạch trả góp",
    dependencies=[requires("disbursement:read")],
    responses=problems(RecoveryNotFound),
)
async def get_recovery(recovery_id: UUID, session: ReadSessionDep) -> RecoveryDetailView:
    """Give a case with all that came back."""
    return await _detail(session, recovery_id)


@router.post(
    "/{recovery_id}/notice",
    operation_id="notify_recovery",
    summary="Thông báo bằng văn bản cho người đã nhận thừa",
    responses=problems(RecoveryNotFound, RecoveryClosed),
)
@command
async def notify_recovery(
    recovery_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    _actor: Annotated[Actor, requires("lists:write")],
) -> RecoveryDetailView:
    """Tell the person what is claimed and why; nothing is deducted."""
    await service.give_notice(session, recovery_id, now=clock.now())
    return await _detail(session, recovery_id)


@router.post(
    "/{recovery_id}/instalments",
    operation_id="plan_recovery_instalments",
    summary="Lập kế hoạch trả góp",
    responses=problems(RecoveryNotFound, RecoveryClosed, PlanDiffers),
)
@command
async def plan_recovery_instalments(
    recovery_id: UUID,
    body: InstalmentsRequest,
    session: SessionDep,
    _actor: Annotated[Actor, requires("lists:write")],
) -> RecoveryDetailView:
    """The parts add up to the claim; an earlier plan is replaced."""
    parts = [(part.due_on, part.amount) for part in body.parts]
    await service.plan_instalments(session, recovery_id, parts)
    return await _detail(session, recovery_id)


@router.post(
    "/{recovery_id}/receipts",
    operation_id="record_recovery_receipt",
    summary="Ghi nhận tiền đã thu hồi",
    responses=problems(RecoveryNotFound, MoreThanClaimed, DayAhead),
)
@command
async def record_recovery_receipt(
    recovery_id: UUID,
    body: ReceiptRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> RecoveryDetailView:
    """Money of the claim came in; its oldest months count as repaid first."""
    entry = service.Entry("receipt", body.amount, body.received_on, body.paper)

    await service.take_entry(session, recovery_id, entry, by=actor.subject, now=clock.now())
    return await _detail(session, recovery_id)


@router.post(
    "/{recovery_id}/treasury-slips",
    operation_id="record_recovery_slip",
    summary="Ghi nhận Giấy nộp trả kinh phí (mẫu C2-05a/NS)",
    responses=problems(RecoveryNotFound, MoreThanClaimed, DayAhead),
)
@command
async def record_recovery_slip(
    recovery_id: UUID,
    body: TreasurySlipRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> RecoveryDetailView:
    """What was collected went back to the budget of its year."""
    entry = service.Entry(
        "treasury_slip", body.amount, body.paid_on, body.number, body.budget_year, body.year_settled
    )

    await service.take_entry(session, recovery_id, entry, by=actor.subject, now=clock.now())
    return await _detail(session, recovery_id)


async def _detail(session: AsyncSession, recovery_id: UUID) -> RecoveryDetailView:
    case = await service.get_case(session, recovery_id)
    shown: dict[str, Any] = RecoveryView.model_validate(case).model_dump()
    return RecoveryDetailView(
        **shown,
        entries=[
            RecoveryEntryView(**dict(row)) for row in await service.entries(session, recovery_id)
        ],
        instalments=[
            InstalmentView.model_validate(part)
            for part in await service.instalments(session, recovery_id)
        ],
    )
