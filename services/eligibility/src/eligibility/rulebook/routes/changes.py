"""Changes of the province's law: entered by one person, seen with their effect, confirmed by another."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, SettingsDep
from common.web.problems import ProvinceScopeRequired, problems
from eligibility.rulebook import service
from eligibility.rulebook.domain import (
    LawEffectUnknown,
    LawProposalDecided,
    LawProposalNotFound,
    LawProposerConfirms,
    LocalLawInvalid,
    LocalLawOverlaps,
)
from eligibility.rulebook.schemas import (
    LawChoiceContent,
    LawLevelContent,
    LawProposalsView,
    LawProposalView,
    LocalBenefitContent,
    RejectLawProposalRequest,
)

router = APIRouter(prefix="/law", tags=["rulebook"])

READ = requires("eligibility:read")


def _whole_province(actor: Actor) -> Actor:
    """Let pass who answers for the whole province: what the law says counts for all of it.

    Raises:
        ProvinceScopeRequired: the token names communes.
    """
    if actor.communes is not None:
        raise ProvinceScopeRequired("Quy định của tỉnh thuộc người có phạm vi toàn tỉnh.")
    return actor


def _writer(actor: Annotated[Actor, requires("law:write")]) -> Actor:
    return _whole_province(actor)


def _approver(actor: Annotated[Actor, requires("law:approve")]) -> Actor:
    return _whole_province(actor)


Writer = Annotated[Actor, Depends(_writer)]
Approver = Annotated[Actor, Depends(_approver)]


class _Proposing:
    """Enters a change of one kind; the three routes differ in nothing but their body."""

    def __init__(self, session: SessionDep, settings: SettingsDep, clock: ClockDep) -> None:
        self._session = session
        self._settings = settings
        self._clock = clock

    async def enter(self, kind: str, body: BaseModel, actor: Actor) -> LawProposalView:
        made = await service.propose(
            self._session,
            kind,
            body.model_dump(mode="json"),
            province_code=self._settings.province_code,
            actor=actor.subject,
            now=self._clock.now(),
        )
        return LawProposalView.of(made)


ProposingDep = Annotated[_Proposing, Depends()]
_REFUSALS = problems(LocalLawInvalid, LocalLawOverlaps)


@router.post(
    "/levels",
    operation_id="add_law_level",
    summary="Nhập mức riêng của tỉnh theo nghị quyết; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    responses=_REFUSALS,
)
@command
async def add_level(
    body: LawLevelContent, actor: Writer, proposing: ProposingDep
) -> LawProposalView:
    """Propose a level; nothing that stands is changed."""
    return await proposing.enter("level", body, actor)


@router.post(
    "/local-benefits",
    operation_id="add_local_benefit",
    summary="Nhập chế độ riêng của tỉnh theo nghị quyết; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    responses=_REFUSALS,
)
@command
async def add_local_benefit(
    body: LocalBenefitContent, actor: Writer, proposing: ProposingDep
) -> LawProposalView:
    """Propose a local benefit; nothing that stands is changed."""
    return await proposing.enter("local_benefit", body, actor)


@router.post(
    "/switches",
    operation_id="set_law_switch",
    summary="Chọn cách hiểu cho một vấn đề còn mở; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    responses=_REFUSALS,
)
@command
async def set_switch(
    body: LawChoiceContent, actor: Writer, proposing: ProposingDep
) -> LawProposalView:
    """Propose a position; earlier ones stay as they were."""
    return await proposing.enter("switch", body, actor)


@router.get(
    "/proposals",
    operation_id="list_law_proposals",
    summary="Các thay đổi quy định của tỉnh và tác động của chúng",
    dependencies=[READ, without_personal_data()],
)
async def list_proposals(
    session: ReadSessionDep,
    state: Annotated[Literal["proposed", "confirmed", "rejected"] | None, Query()] = None,
) -> LawProposalsView:
    """List the newest 500."""
    found = await service.proposals(session, state)
    return LawProposalsView(items=[LawProposalView.of(item) for item in found])


@router.get(
    "/proposals/{proposal_id}",
    operation_id="get_law_proposal",
    summary="Một thay đổi quy định: nội dung, tác động, người nhập, người xác nhận",
    dependencies=[READ, without_personal_data()],
    responses=problems(LawProposalNotFound),
)
async def get_proposal(proposal_id: UUID, session: ReadSessionDep) -> LawProposalView:
    """Show a proposal."""
    return LawProposalView.of(await service.proposal(session, proposal_id))


async def _read_law_anew(request: Request) -> None:
    """Let every request after this one read the rulebook again."""
    request.app.state.rulebook_at = None


ANEW = Depends(_read_law_anew)


@router.post(
    "/proposals/{proposal_id}/effect",
    operation_id="compute_law_effect",
    summary="Tính lại tác động của một thay đổi theo quy định đang áp dụng",
    dependencies=[ANEW],
    responses=problems(LawProposalNotFound, LawProposalDecided),
)
@command
async def compute_effect(
    proposal_id: UUID, actor: Writer, session: SessionDep, clock: ClockDep
) -> LawProposalView:
    """Start the work; the effect stands in the proposal when it is done."""
    del actor
    return LawProposalView.of(await service.start_effect(session, proposal_id, now=clock.now()))


@router.post(
    "/proposals/{proposal_id}/confirm",
    operation_id="confirm_law_proposal",
    summary="Người thứ hai xác nhận thay đổi quy định sau khi xem tác động",
    dependencies=[ANEW],
    responses=problems(
        LawProposalNotFound,
        LawProposalDecided,
        LawProposerConfirms,
        LawEffectUnknown,
        LocalLawInvalid,
        LocalLawOverlaps,
    ),
)
@command
async def confirm_proposal(
    proposal_id: UUID,
    actor: Approver,
    session: SessionDep,
    settings: SettingsDep,
    clock: ClockDep,
) -> LawProposalView:
    """Let the change count from now on."""
    confirmed = await service.confirm(
        session,
        proposal_id,
        province_code=settings.province_code,
        actor=actor.subject,
        now=clock.now(),
    )
    return LawProposalView.of(confirmed)


@router.post(
    "/proposals/{proposal_id}/reject",
    operation_id="reject_law_proposal",
    summary="Không chấp nhận một thay đổi quy định",
    dependencies=[ANEW],
    responses=problems(LawProposalNotFound, LawProposalDecided),
)
@command
async def reject_proposal(
    proposal_id: UUID,
    body: RejectLawProposalRequest,
    actor: Approver,
    session: SessionDep,
    clock: ClockDep,
) -> LawProposalView:
    """Refuse the change."""
    rejected = await service.reject(
        session, proposal_id, body.reason, actor=actor.subject, now=clock.now()
    )
    return LawProposalView.of(rejected)
