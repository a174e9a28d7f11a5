"""HTTP of `decisions`: propose for a dossier, look, sign."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.fields import CommuneCode
from common.documents import FORMATS, DocumentFormat
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.etag import IfMatch, etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.decisions import service
from eligibility.decisions.domain import (
    DecisionAlreadySigned,
    DecisionNotFound,
    DecisionNumberTaken,
    DraftOutdated,
    FactsMissing,
    OneOffGrantedBefore,
    SignerIsDrafter,
)
from eligibility.decisions.schemas import DecisionView, LineView, ProposeDecisionRequest
from eligibility.dossiers.domain import DossierNotFound, DossierStepRefused, OwnerUnregistered

router = APIRouter(tags=["decisions"])

READ = requires("eligibility:read")
SEALED = "eligibility:sealed"
"""Who holds this scope may read which group a line is of."""
_KINDS = r"^(level_review|correction|grant|refusal|stop|suspend|resume|one_off)$"


@router.post(
    "/dossiers/{code}/propose",
    operation_id="propose_decision",
    summary="Đề xuất quyết định hưởng hoặc từ chối cho một hồ sơ",
    status_code=201,
    responses=problems(
        DossierNotFound, DossierStepRefused, OwnerUnregistered, DecisionNumberTaken, FactsMissing
    ),
)
@command
async def propose_decision(
    code: str,
    body: ProposeDecisionRequest,
    *,
    actor: Annotated[Actor, requires("dossiers:write", "decisions:write")],
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DecisionView]:
    """Apply the law to the dossier and draft the decision that follows from it."""
    decision = await service.propose(
        session, code, number=body.number, actor=actor.subject, now=clock.now()
    )
    return Answer(DecisionView.of(decision), version=decision.version)


@router.get(
    "/decisions",
    operation_id="list_decisions",
    summary="Danh sách quyết định, mới nhất trước",
    dependencies=[READ],
)
async def list_decisions(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    kind: Annotated[str | None, Query(pattern=_KINDS)] = None,
    status: Annotated[str | None, Query(pattern=r"^(draft|signed)$")] = None,
) -> Page[DecisionView]:
    """List decisions."""
    filters = {"commune_code": commune_code, "kind": kind, "status": status}
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(rows, key=lambda row: (str(row.decision_id),), item=DecisionView.of)


@router.get(
    "/decisions/{decision_id}",
    operation_id="get_decision",
    summary="Một quyết định",
    dependencies=[READ],
    responses=problems(DecisionNotFound),
)
async def get_decision(
    decision_id: UUID, session: ReadSessionDep, response: Response
) -> DecisionView:
    """Show a decision; the ETag is what a signature must name."""
    decision = await service.get(session, decision_id)
    response.headers["ETag"] = etag(decision.version)
    return DecisionView.of(decision)


@router.get(
    "/decisions/{decision_id}/lines",
    operation_id="list_decision_lines",
    summary="Các dòng của quyết định, kèm giải thích",
    responses=problems(DecisionNotFound),
)
async def list_decision_lines(
    decision_id: UUID,
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    outcome: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[LineView]:
    """List lines in the order in which they were drafted."""
    await service.get(session, decision_id)
    rows = await service.explained_lines(session, decision_id, outcome, page.after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row["line_id"]),),
        item=partial(LineView.of, sealed_scope=SEALED in actor.scopes),
    )


@router.get(
    "/decisions/{decision_id}/paper",
    operation_id="print_decision",
    summary="Văn bản quyết định hoặc thông báo, theo thể thức Nghị định 30",
    dependencies=[READ],
    response_class=Response,
    responses={
        200: {"content": {kind.media_type: {} for kind in FORMATS.values()}, "description": "Tệp"},
        **problems(DecisionNotFound),
    },
)
async def print_decision(
    decision_id: UUID,
    session: ReadSessionDep,
    file_format: Annotated[DocumentFormat, Query(alias="format")] = "docx",
) -> Response:
    """Give the decision as a file; the day and number of a draft are left open."""
    content = await service.printed(session, decision_id, file_format)
    headers = {"Content-Disposition": f'attachment; filename="{decision_id}.{file_format}"'}
    return Response(content, media_type=FORMATS[file_format].media_type, headers=headers)


@router.post(
    "/decisions/{decision_id}/sign",
    operation_id="sign_decision",
    summary="Chủ tịch UBND cấp xã ký quyết định",
    responses=problems(
        DecisionNotFound,
        DecisionAlreadySigned,
        SignerIsDrafter,
        DraftOutdated,
        OneOffGrantedBefore,
        PreconditionFailed,
        PreconditionRequired,
    ),
)
@command
async def sign_decision(
    decision_id: UUID,
    *,
    actor: Annotated[Actor, requires("decisions:sign")],
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DecisionView]:
    """Sign; entitlements, events and the portal's status follow in the same transaction."""
    decision = await service.sign(
        session, decision_id, version=version, signer=actor.subject, now=clock.now()
    )
    return Answer(DecisionView.of(decision), version=decision.version)
