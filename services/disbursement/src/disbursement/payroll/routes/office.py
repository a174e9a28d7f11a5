"""A person's slip, the calendar of a month, and the limits of approvers."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from common.contracts.fields import MONTH_PATTERN, CommuneCode
from common.kernel.months import Month
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.problems import problems
from disbursement.payroll import service
from disbursement.payroll.domain import ApproverLimitExists, PaymentRuleUnknown, SlipNotFound
from disbursement.payroll.schemas.office import (
    ApproverLimitRequest,
    ApproverLimitView,
    CalendarView,
    ConfirmLimitRequest,
    PersonSlipView,
)

router = APIRouter(tags=["payment-lists"])

MonthParameter = Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2026-12"])]
Subject = Annotated[str, Path(min_length=1, max_length=200)]


@router.get(
    "/persons/{person_id}/slip",
    operation_id="get_person_slip",
    summary="Phiếu báo chi trả của một người trong tháng",
    dependencies=[requires("disbursement:read")],
    responses=problems(SlipNotFound),
)
async def get_person_slip(
    person_id: UUID, session: ReadSessionDep, month: MonthParameter
) -> PersonSlipView:
    """Give every benefit that is paid to a person in a month, and why an amount changed."""
    found = await service.person_slip(session, person_id, Month.parse(month))
    return PersonSlipView.model_validate(found)


@router.get(
    "/payment-calendar",
    operation_id="get_payment_calendar",
    summary="Lịch chi trả: lập danh sách trước ngày 25, quyết toán trước ngày 20",
    dependencies=[requires("disbursement:read"), without_personal_data()],
    responses=problems(PaymentRuleUnknown),
)
async def get_payment_calendar(
    session: ReadSessionDep,
    clock: ClockDep,
    month: MonthParameter,
    commune_code: CommuneCode | None = None,
) -> CalendarView:
    """Give the days of a month's payment with their article, and which lists are late."""
    found = await service.payment_calendar(session, Month.parse(month), commune_code, clock.today())
    return CalendarView.model_validate(found)


@router.get(
    "/approver-limits",
    operation_id="list_approver_limits",
    summary="Hạn mức duyệt danh sách",
    dependencies=[requires("partners:read"), without_personal_data()],
)
async def list_approver_limits(session: ReadSessionDep) -> list[ApproverLimitView]:
    """Give every limit, also those that wait for a second person."""
    return [ApproverLimitView.model_validate(item) for item in await service.limits(session)]


@router.put(
    "/approver-limits/{subject}",
    operation_id="enter_approver_limit",
    summary="Đặt hạn mức duyệt của một người",
    responses=problems(ApproverLimitExists),
)
@command
async def enter_approver_limit(
    subject: Subject,
    body: ApproverLimitRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("partners:write")],
) -> ApproverLimitView:
    """It counts once another person confirms it."""
    await service.enter_limit(session, subject, body.valid_from, body.amount, by=actor.subject)
    return await _of(session, subject, body.valid_from)


@router.post(
    "/approver-limits/{subject}/confirm",
    operation_id="confirm_approver_limit",
    summary="Người thứ hai xác nhận hạn mức duyệt",
    responses=problems(ApproverLimitExists),
)
@command
async def confirm_approver_limit(
    subject: Subject,
    body: ConfirmLimitRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("partners:confirm")],
) -> ApproverLimitView:
    """From its day on the approver approves no list above it."""
    await service.confirm_limit(session, subject, body.valid_from, by=actor.subject)
    return await _of(session, subject, body.valid_from)


async def _of(session: SessionDep, subject: str, valid_from: date) -> ApproverLimitView:
    (found,) = [
        item
        for item in await service.limits(session)
        if (item.subject, item.valid_from) == (subject, valid_from)
    ]
    return ApproverLimitView.model_validate(found)
