"""HTTP of sweeps: start and watch them, read what they found, answer it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.operations.domain import OperationNotFound
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.decisions.domain import CommuneNotFound, DecisionNumberTaken, Drafting
from eligibility.decisions.schemas import DecisionView
from eligibility.entitlements.domain import EntitlementNotFound
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.service import current_law
from eligibility.reviews import service
from eligibility.reviews.domain import (
    EndingRefused,
    FoundNotAlike,
    FoundNotOpen,
    NothingToCorrect,
    ProposalNotFound,
    SuspensionNotDue,
)
from eligibility.reviews.schemas.sweeps import (
    FoundDecisionRequest,
    FoundProposalView,
    MissedView,
    SetAsideRequest,
    SweepRequest,
    SweepView,
)

router = APIRouter(prefix="/reviews", tags=["reviews"])

READ = requires("eligibility:read")
Reader = Annotated[Actor, READ]
SEALED = "eligibility:sealed"
"""Who holds this scope may read which group a line is of."""
Kind = Literal["open", "adjust", "stop", "suspend", "paper_needed"]
Status = Literal["open", "drafted", "set_aside", "signed", "superseded"]
Benefit = Annotated[str | None, Query(max_length=40)]
Village = Annotated[str | None, Query(max_length=120)]


@router.post(
    "/sweeps",
    operation_id="start_sweep",
    summary="Rà soát mọi người trong một tháng: lập đề xuất, không tự thay đổi chế độ nào",
    status_code=202,
    responses=problems(CommuneNotFound, LawPeriodUnsupported),
)
@command
async def start_sweep(
    body: SweepRequest,
    *,
    actor: Annotated[Actor, requires("decisions:write")],
    session: SessionDep,
) -> Answer[SweepView]:
    """Queue the sweep; progress and cancel are those of every operation."""
    allowed = (
        actor.communes is None if body.commune_code is None else actor.may_see(body.commune_code)
    )
    if not allowed:
        raise CommuneNotFound
    if body.month < current_law().first_month:
        raise LawPeriodUnsupported

    sweep_id = await service.start_sweep(session, body.month, body.commune_code)
    shown = SweepView.of(await service.sweep_of(session, sweep_id))
    return Answer(shown, location=f"/eligibility/v1/reviews/sweeps/{sweep_id}")


@router.get(
    "/sweeps/{sweep_id}",
    operation_id="get_sweep",
    summary="Tiến độ và kết quả của một đợt rà soát",
    dependencies=[READ],
    responses=problems(OperationNotFound),
)
async def get_sweep(sweep_id: UUID, session: ReadSessionDep) -> SweepView:
    """Show a sweep."""
    return SweepView.of(await service.sweep_of(session, sweep_id))


@router.get(
    "/proposals",
    operation_id="list_found",
    summary="Đề xuất của các đợt rà soát, kèm giải thích",
)
async def list_found(
    actor: Reader,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    village: Village = None,
    kind: Annotated[Kind | None, Query()] = None,
    benefit: Benefit = None,
    status: Annotated[Status, Query()] = "open",
    person_id: Annotated[UUID | None, Query()] = None,
) -> Page[FoundProposalView]:
    """List what sweeps found, oldest first."""
    filters = {
        "commune_code": commune_code,
        "village": village,
        "kind": kind,
        "benefit": benefit,
        "status": status,
        "person_id": person_id,
    }
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.page_found(session, filters, after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row["proposal_id"]),),
        item=partial(FoundProposalView.of, sealed_scope=SEALED in actor.scopes),
    )


@router.get(
    "/proposals/{proposal_id}",
    operation_id="get_found",
    summary="Một đề xuất, kèm giải thích",
    responses=problems(ProposalNotFound),
)
async def get_found(proposal_id: UUID, actor: Reader, session: ReadSessionDep) -> FoundProposalView:
    """Show a proposal."""
    found = await service.find_found(session, proposal_id)
    return FoundProposalView.of(found, sealed_scope=SEALED in actor.scopes)


@router.post(
    "/proposals/{proposal_id}/set-aside",
    operation_id="set_found_aside",
    summary="Bỏ qua một đề xuất, nêu lý do; cùng một phát hiện không được đề xuất lại",
    responses=problems(ProposalNotFound, FoundNotOpen),
)
@command
async def set_found_aside(
    proposal_id: UUID,
    body: SetAsideRequest,
    *,
    actor: Annotated[Actor, requires("decisions:write")],
    session: SessionDep,
) -> FoundProposalView:
    """Set a proposal aside."""
    row = await service.set_aside(session, proposal_id, reason=body.reason, actor=actor.subject)
    return FoundProposalView.of(row, sealed_scope=SEALED in actor.scopes)


@router.get(
    "/missed",
    operation_id="list_missed",
    summary="Người đủ điều kiện theo thông tin đã biết mà chưa hưởng, và điều kiện còn thiếu",
)
async def list_missed(
    actor: Reader,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    village: Village = None,
    benefit: Benefit = None,
) -> Page[MissedView]:
    """List who is not receiving what one more condition would give."""
    filters = {
        "commune_code": commune_code,
        "village": village,
        "benefit": benefit,
        "status": "open",
        "missed": True,
    }
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.page_found(session, filters, after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row["proposal_id"]),),
        item=partial(MissedView.of, sealed_scope=SEALED in actor.scopes),
    )


@router.post(
    "/decisions",
    operation_id="draft_found",
    summary="Lập dự thảo quyết định từ các đề xuất cùng loại của một xã",
    status_code=201,
    responses=problems(
        CommuneNotFound,
        ProposalNotFound,
        FoundNotOpen,
        FoundNotAlike,
        EndingRefused,
        SuspensionNotDue,
        NothingToCorrect,
        EntitlementNotFound,
        DecisionNumberTaken,
    ),
)
@command
async def draft_found(
    body: FoundDecisionRequest,
    *,
    actor: Annotated[Actor, requires("decisions:write")],
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DecisionView]:
    """Draft a correction, a stop or a suspension; the chair signs it as any other."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotFound

    drafting = Drafting("", body.commune_code, body.number, actor.subject)
    ids = list(dict.fromkeys(body.proposal_ids))
    decision = await service.draft_found(session, drafting, ids, now=clock.now())
    return Answer(DecisionView.of(decision), version=decision.version)
