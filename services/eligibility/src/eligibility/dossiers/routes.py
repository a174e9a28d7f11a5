"""HTTP of `dossiers`: look at them, accept them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.fields import CommuneCode
from common.documents import FORMATS, DocumentFormat
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.etag import etag
from common.web.paging import Page, PageParams
from common.web.problems import OutsideCommunes, problems
from eligibility.dossiers import service
from eligibility.dossiers.domain import (
    DossierNotFound,
    DossierStepRefused,
    OwnerIncomplete,
    PaperNotListed,
    PapersMissing,
    ReceiptImplausible,
)
from eligibility.dossiers.domain.slips import SlipKind, SlipNotWritten
from eligibility.dossiers.schemas import (
    AcceptDossierRequest,
    AskPapersRequest,
    DossierClaimRequest,
    DossierDetailView,
    DossierReasonRequest,
    DossierView,
    ExtendDossierRequest,
    FileDossierRequest,
    WorkItemView,
)
from eligibility.law.domain.clocks import ExtensionRefused, ReturnTooLate, SupplementAskedBefore
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.domain.procedures import OtherProvince, ProcedureUnknown

router = APIRouter(prefix="/dossiers", tags=["dossiers"])

READ = requires("eligibility:read")
Writer = Annotated[Actor, requires("dossiers:write")]


@router.get("", operation_id="list_dossiers", summary="Danh sách hồ sơ", dependencies=[READ])
async def list_dossiers(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    status: Annotated[int | None, Query(ge=1, le=10)] = None,
    apology_needed: Annotated[
        bool | None, Query(description="Sắp hết hạn, phải xin lỗi và hẹn lại hôm nay")
    ] = None,
) -> Page[DossierView]:
    """List dossiers by code."""
    filters = {
        "commune_code": commune_code,
        "status": status,
        "apology_needed": apology_needed,
    }
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(rows, key=lambda row: (row.dossier_code,), item=DossierView.of)


@router.post(
    "",
    operation_id="file_dossier",
    summary="Tiếp nhận hồ sơ tại quầy, qua bưu chính, lưu động hoặc tại nhà",
    status_code=201,
    responses=problems(
        OutsideCommunes,
        ProcedureUnknown,
        OtherProvince,
        ReceiptImplausible,
        OwnerIncomplete,
        LawPeriodUnsupported,
    ),
)
@command
async def file_dossier(
    body: FileDossierRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Write a dossier down; the owner's commune works on it, whichever counter took it in."""
    if not actor.may_see(body.received_in):
        raise OutsideCommunes
    dossier = await service.file_at_office(
        session,
        body.filing(clock.now()),
        body.model_dump(mode="json", exclude_unset=True),
        received_in=body.received_in,
        actor=actor.subject,
        now=clock.now(),
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.get(
    "/work-list",
    operation_id="list_open_dossiers",
    summary="Việc cần làm: hồ sơ đang mở, hạn gần nhất trước",
    dependencies=[READ],
)
async def list_open_dossiers(
    session: ReadSessionDep,
    clock: ClockDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    overdue: Annotated[bool, Query(description="Chỉ hồ sơ đã quá hạn")] = False,
) -> Page[WorkItemView]:
    """List what an office has to do."""
    items = await service.work_list(
        session,
        clock.today(),
        commune_code=commune_code,
        overdue=overdue,
        after=page.after,
        limit=page.fetch,
    )
    return page.of(
        items,
        key=lambda item: (item.dossier.due_on.isoformat(), item.dossier.dossier_code),
        item=WorkItemView.of_item,
    )


@router.get(
    "/{code}",
    operation_id="get_dossier",
    summary="Một hồ sơ và các bước đã qua",
    dependencies=[READ],
    responses=problems(DossierNotFound),
)
async def get_dossier(code: str, session: ReadSessionDep, response: Response) -> DossierDetailView:
    """Show a dossier with its steps."""
    dossier = await service.get(session, code)
    response.headers["ETag"] = etag(dossier.version)
    return DossierDetailView.with_steps(
        dossier,
        await service.steps(session, code),
        await service.letters(session, code),
        service.dates_of(dossier),
    )


@router.get(
    "/{code}/slips/{kind}",
    operation_id="print_dossier_slip",
    summary="In giấy tiếp nhận, phiếu yêu cầu bổ sung, phiếu từ chối, phiếu xin lỗi của một hồ sơ",
    dependencies=[READ],
    response_class=Response,
    responses={
        200: {"content": {kind.media_type: {} for kind in FORMATS.values()}, "description": "Tệp"},
        **problems(DossierNotFound, SlipNotWritten),
    },
)
async def print_dossier_slip(
    code: str,
    kind: SlipKind,
    session: ReadSessionDep,
    file_format: Annotated[DocumentFormat, Query(alias="format")] = "docx",
) -> Response:
    """Give the newest paper of a kind in the layout of Decree 30."""
    content = await service.printed(session, code, kind, file_format)
    headers = {"Content-Disposition": f'attachment; filename="{kind}-{code}.{file_format}"'}
    return Response(content, media_type=FORMATS[file_format].media_type, headers=headers)


@router.post(
    "/{code}/accept",
    operation_id="accept_dossier",
    summary="Tiếp nhận hồ sơ đủ giấy tờ",
    responses=problems(DossierNotFound, DossierStepRefused, PapersMissing, PaperNotListed),
)
@command
async def accept_dossier(
    code: str,
    body: AcceptDossierRequest,
    *,
    actor: Annotated[Actor, requires("dossiers:write")],
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Check the papers against the list of the day of receipt, and accept."""
    dossier = await service.accept(
        session,
        code,
        papers=body.papers,
        declared_pension_income=body.declared_pension_income,
        actor=actor.subject,
        now=clock.now(),
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.post(
    "/{code}/ask-papers",
    operation_id="ask_papers",
    summary="Yêu cầu bổ sung hồ sơ một lần, hoặc trả lại trong 03 ngày làm việc",
    responses=problems(
        DossierNotFound,
        DossierStepRefused,
        PaperNotListed,
        SupplementAskedBefore,
        ReturnTooLate,
    ),
)
@command
async def ask_papers(
    code: str,
    body: AskPapersRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Ask for everything that is missing."""
    dossier = await service.ask_papers(
        session, code, **body.model_dump(), actor=actor.subject, now=clock.now()
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.post(
    "/{code}/claim",
    operation_id="claim_one_off",
    summary="Bổ sung nội dung đề nghị hỗ trợ một lần: người chết, bên mai táng, hỏa táng",
    responses=problems(DossierNotFound, DossierStepRefused),
)
@command
async def claim_one_off(
    code: str,
    body: DossierClaimRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Complete what a one-off benefit is asked for, before a decision is drafted."""
    dossier = await service.claim(
        session,
        code,
        body.model_dump(mode="json", exclude_unset=True),
        actor=actor.subject,
        now=clock.now(),
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.post(
    "/{code}/refuse",
    operation_id="refuse_dossier",
    summary="Từ chối tiếp nhận hồ sơ, nêu lý do",
    responses=problems(DossierNotFound, DossierStepRefused),
)
@command
async def refuse_dossier(
    code: str,
    body: DossierReasonRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Refuse to take the dossier in."""
    dossier = await service.refuse_intake(
        session, code, **body.model_dump(), actor=actor.subject, now=clock.now()
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.post(
    "/{code}/withdraw",
    operation_id="withdraw_dossier",
    summary="Công dân rút hồ sơ",
    responses=problems(DossierNotFound, DossierStepRefused),
)
@command
async def withdraw_dossier(
    code: str,
    body: DossierReasonRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """End the dossier at the citizen's wish."""
    dossier = await service.withdraw(
        session, code, **body.model_dump(), actor=actor.subject, now=clock.now()
    )
    return Answer(DossierView.of(dossier), version=dossier.version)


@router.post(
    "/{code}/extend",
    operation_id="extend_dossier",
    summary="Xin lỗi và hẹn lại ngày trả kết quả, chỉ một lần",
    responses=problems(DossierNotFound, DossierStepRefused, ExtensionRefused),
)
@command
async def extend_dossier(
    code: str,
    body: ExtendDossierRequest,
    *,
    actor: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[DossierView]:
    """Apologise and give a new date."""
    dossier = await service.extend_dossier(
        session, code, **body.model_dump(), actor=actor.subject, now=clock.now()
    )
    return Answer(DossierView.of(dossier), version=dossier.version)
