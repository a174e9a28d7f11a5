"""HTTP of `reviews`: draft new levels and corrections, read what differs from the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.database.session import AsyncSession
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.decisions.domain import (
    CommuneNotFound,
    Decision,
    DecisionNumberTaken,
    Drafting,
    NothingToReview,
    PayMonthOutOfRange,
)
from eligibility.decisions.schemas import DecisionView
from eligibility.entitlements.domain import EntitlementNotFound
from eligibility.reviews import service
from eligibility.reviews.domain import (
    EndingRefused,
    NothingToCorrect,
    ProposalAlreadySigned,
    ProposalNotFound,
    SuspensionNotDue,
)
from eligibility.reviews.schemas.drafting import (
    CorrectionRequest,
    DecisionIn,
    LevelReviewRequest,
    ProposalView,
    ResumeRequest,
    SuspendRequest,
    TransferRequest,
)

router = APIRouter(tags=["reviews"])


@router.post(
    "/decisions",
    operation_id="draft_decision",
    summary="Lập dự thảo: chuyển mức, điều chỉnh, thôi hưởng, tạm dừng, tiếp tục, tiếp nhận",
    status_code=201,
    responses=problems(
        CommuneNotFound,
        NothingToReview,
        DecisionNumberTaken,
        PayMonthOutOfRange,
        ProposalNotFound,
        ProposalAlreadySigned,
        NothingToCorrect,
        EntitlementNotFound,
        EndingRefused,
        SuspensionNotDue,
    ),
)
@command
async def draft_decision(
    body: DecisionIn,
    *,
    actor: Annotated[Actor, requires("decisions:write")],
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DecisionView]:
    """Compute people's new levels; nothing changes before the chair signs."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotFound

    decision = await _draft(session, body, actor.subject, clock.now())
    return Answer(DecisionView.of(decision), version=decision.version)


async def _draft(session: AsyncSession, body: DecisionIn, actor: str, now: datetime) -> Decision:
    drafting = Drafting(body.kind, body.commune_code, body.number, actor)
    if isinstance(body, LevelReviewRequest):
        return await _draft_levels(session, drafting, body, now)
    ids = list(dict.fromkeys(body.entitlement_ids))
    if isinstance(body, CorrectionRequest):
        return await service.draft_correction(session, drafting, ids, now=now)
    if isinstance(body, TransferRequest):
        return await service.draft_transfer(session, replace(drafting, kind="grant"), ids, now=now)
    ending = service.Ending(
        body.reason,
        None if isinstance(body, ResumeRequest) else body.event_on,
        tuple(body.uncollected) if isinstance(body, SuspendRequest) else (),
    )
    return await service.draft_ending(session, drafting, ids, ending, now=now)


async def _draft_levels(
    session: AsyncSession, drafting: Drafting, body: LevelReviewRequest, now: datetime
) -> Decision:
    return await service.draft_level_review(
        session, replace(drafting, pay_month=body.pay_month), pay_month=body.pay_month, now=now
    )


@router.get(
    "/proposals",
    operation_id="list_proposals",
    summary="Những điểm khác với pháp luật, chờ hoặc đã có quyết định riêng",
    dependencies=[requires("eligibility:read")],
)
async def list_proposals(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    code: Annotated[str | None, Query(max_length=40)] = None,
    status: Annotated[str | None, Query(pattern=r"^(open|signed)$")] = None,
) -> Page[ProposalView]:
    """List what differs from the law or from what is known now, and how it was settled."""
    filters = {"commune_code": commune_code, "code": code, "status": status}
    rows = await service.page_proposals(session, filters, page.after, page.fetch)
    return page.of(rows, key=lambda row: (str(row.entitlement_id), row.code), item=ProposalView.of)
