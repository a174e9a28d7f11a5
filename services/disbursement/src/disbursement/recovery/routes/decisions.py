"""Claims are written off or set off by two people; grounds for it are the province's."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, SessionDep
from common.web.problems import problems
from disbursement.recovery import service
from disbursement.recovery.domain import (
    DecisionWaits,
    GroundExists,
    GroundUnknown,
    MonthIssued,
    MoreThanClaimed,
    ProposerDecidesRecovery,
    RecoveryDecisionNotFound,
    RecoveryNotFound,
)
from disbursement.recovery.schemas import (
    DecideRecoveryRequest,
    ProposeSetOffRequest,
    ProposeWriteOffRequest,
    RecoveryDecisionView,
    SetOffGroundRequest,
    SetOffGroundView,
)

router = APIRouter(tags=["recoveries"])

GroundCode = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


@router.post(
    "/recoveries/{recovery_id}/decisions",
    operation_id="propose_recovery_decision",
    status_code=201,
    summary="Đề nghị xóa nợ hoặc bù trừ",
    responses=problems(RecoveryNotFound, MoreThanClaimed, GroundUnknown, DecisionWaits),
)
@command
async def propose_recovery_decision(
    recovery_id: UUID,
    body: Annotated[ProposeWriteOffRequest | ProposeSetOffRequest, Field(discriminator="kind")],
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> RecoveryDecisionView:
    """A second person decides; a set-off needs a ground that the province entered."""
    if isinstance(body, ProposeSetOffRequest):
        wanted = service.Wanted("set_off", body.amount, body.basis, body.ground, body.month)
    else:
        wanted = service.Wanted("write_off", body.amount, body.basis)

    made = await service.propose(session, recovery_id, wanted, by=actor.subject, now=clock.now())
    return RecoveryDecisionView.model_validate(made)


@router.post(
    "/recovery-decisions/{decision_id}/{decision}",
    operation_id="decide_recovery_decision",
    summary="Người thứ hai chấp nhận hoặc từ chối xóa nợ, bù trừ",
    responses=problems(
        RecoveryDecisionNotFound, ProposerDecidesRecovery, MoreThanClaimed, MonthIssued
    ),
)
@command
async def decide_recovery_decision(
    decision_id: UUID,
    decision: Literal["confirm", "refuse"],
    body: DecideRecoveryRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> RecoveryDecisionView:
    """The claim is that much lower from now on."""
    done = await service.decide(
        session,
        decision_id,
        "confirmed" if decision == "confirm" else "refused",
        by=actor.subject,
        reason=body.reason,
        now=clock.now(),
    )
    return RecoveryDecisionView.model_validate(done)


@router.put(
    "/set-off-grounds/{code}",
    operation_id="enter_set_off_ground",
    summary="Tỉnh nhập căn cứ bù trừ khoản thu hồi",
    responses=problems(GroundExists),
)
@command
async def enter_set_off_ground(
    code: GroundCode,
    body: SetOffGroundRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("partners:write")],
) -> SetOffGroundView:
    """Without a ground that a second person confirmed nothing is ever set off."""
    made = await service.enter_ground(
        session, code, body.title, body.basis, body.valid_from, by=actor.subject
    )
    return SetOffGroundView(**dict(made))


@router.post(
    "/set-off-grounds/{code}/confirm",
    operation_id="confirm_set_off_ground",
    summary="Người thứ hai xác nhận căn cứ bù trừ",
    responses=problems(GroundUnknown, GroundExists),
)
@command
async def confirm_set_off_ground(
    code: GroundCode,
    session: SessionDep,
    actor: Annotated[Actor, requires("partners:confirm")],
) -> SetOffGroundView:
    """The ground counts from its day on."""
    made = await service.confirm_ground(session, code, by=actor.subject)
    return SetOffGroundView(**dict(made))
