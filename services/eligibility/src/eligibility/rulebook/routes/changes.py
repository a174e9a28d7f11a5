"""Changes of the province's law: entered by one person, seen with their effect, confirmed by another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from common.web.auth import Actor, requires, without_personal_data
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, SettingsDep
from common.web.idempotency import Answer, IdempotencyDep
from common.web.problems import ProvinceScopeRequired, problems
from eligibility.rulebook import service
from eligibility.rulebook.domain import (
    LawEffectUnknown,
    LawProposal,
    LawProposalDecided,
    LawProposalNotFound,
    LawProposerConfirms,
    LocalLawInvalid,
    LocalLawOverlaps,
)
from eligibility.rulebook.schemas import (
    ChoiceIn,
    LawProposalsView,
    LawProposalView,
    LevelIn,
    LocalBenefitIn,
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

    async def enter(
        self, kind: str, body: BaseModel, actor: Actor, idempotency: IdempotencyDep
    ) -> Response:
        async def produce() -> Answer:
            made = await service.propose(
                self._session,
                kind,
                body.model_dump(mode="json"),
                province_code=self._settings.province_code,
                actor=actor.subject,
                now=self._clock.now(),
            )
            return Answer(201, LawProposalView.of(made))

        return await idempotency.run(self._session, body, produce)


ProposingDep = Annotated[_Proposing, Depends()]
_REFUSALS = problems(LocalLawInvalid, LocalLawOverlaps)


@router.post(
    "/levels",
    operation_id="add_law_level",
    summary="Nhập mức riêng của tỉnh theo nghị quyết; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    response_model=LawProposalView,
    responses=_REFUSALS,
)
async def add_level(
    body: LevelIn, actor: Writer, proposing: ProposingDep, idempotency: IdempotencyDep
) -> Response:
    """Propose a level; nothing that stands is changed."""
    return await proposing.enter("level", body, actor, idempotency)


@router.post(
    "/local-benefits",
    operation_id="add_local_benefit",
    summary="Nhập chế độ riêng của tỉnh theo nghị quyết; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    response_model=LawProposalView,
    responses=_REFUSALS,
)
async def add_local_benefit(
    body: LocalBenefitIn, actor: Writer, proposing: ProposingDep, idempotency: IdempotencyDep
) -> Response:
    """Propose a local benefit; nothing that stands is changed."""
    return await proposing.enter("local_benefit", body, actor, idempotency)


@router.post(
    "/switches",
    operation_id="set_law_switch",
    summary="Chọn cách hiểu cho một vấn đề còn mở; có hiệu lực khi người thứ hai xác nhận",
    status_code=201,
    response_model=LawProposalView,
    responses=_REFUSALS,
)
async def set_switch(
    body: ChoiceIn, actor: Writer, proposing: ProposingDep, idempotency: IdempotencyDep
) -> Response:
    """Propose a position; earlier ones stay as they were."""
    return await proposing.enter("switch", body, actor, idempotency)


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


class _Deciding:
    """Runs a command about one proposal; every request after it reads the law anew."""

    def __init__(self, request: Request, session: SessionDep, idempotency: IdempotencyDep) -> None:
        self.session = session
        self._request = request
        self._idempotency = idempotency

    async def run(
        self, body: BaseModel | str, command: Callable[[], Awaitable[LawProposal]]
    ) -> Response:
        async def produce() -> Answer:
            return Answer(200, LawProposalView.of(await command()))

        self._request.app.state.rulebook_at = None
        return await self._idempotency.run(self.session, body, produce)


DecidingDep = Annotated[_Deciding, Depends()]


@router.post(
    "/proposals/{proposal_id}/effect",
    operation_id="compute_law_effect",
    summary="Tính lại tác động của một thay đổi theo quy định đang áp dụng",
    response_model=LawProposalView,
    responses=problems(LawProposalNotFound, LawProposalDecided),
)
async def compute_effect(
    proposal_id: UUID, actor: Writer, deciding: DecidingDep, clock: ClockDep
) -> Response:
    """Start the work; the effect stands in the proposal when it is done."""
    del actor
    return await deciding.run(
        "effect", lambda: service.start_effect(deciding.session, proposal_id, now=clock.now())
    )


@router.post(
    "/proposals/{proposal_id}/confirm",
    operation_id="confirm_law_proposal",
    summary="Người thứ hai xác nhận thay đổi quy định sau khi xem tác động",
    response_model=LawProposalView,
    responses=problems(
        LawProposalNotFound,
        LawProposalDecided,
        LawProposerConfirms,
        LawEffectUnknown,
        LocalLawInvalid,
        LocalLawOverlaps,
    ),
)
async def confirm_proposal(
    proposal_id: UUID,
    actor: Approver,
    deciding: DecidingDep,
    settings: SettingsDep,
    clock: ClockDep,
) -> Response:
    """Let the change count from now on."""
    return await deciding.run(
        "confirm",
        lambda: service.confirm(
            deciding.session,
            proposal_id,
            province_code=settings.province_code,
            actor=actor.subject,
            now=clock.now(),
        ),
    )


@router.post(
    "/proposals/{proposal_id}/reject",
    operation_id="reject_law_proposal",
    summary="Không chấp nhận một thay đổi quy định",
    response_model=LawProposalView,
    responses=problems(LawProposalNotFound, LawProposalDecided),
)
async def reject_proposal(
    proposal_id: UUID,
    body: RejectLawProposalRequest,
    actor: Approver,
    deciding: DecidingDep,
    clock: ClockDep,
) -> Response:
    """Refuse the change."""
    return await deciding.run(
        body,
        lambda: service.reject(
            deciding.session, proposal_id, body.reason, actor=actor.subject, now=clock.now()
        ),
    )
