"""Filing reports, the reports that are filed, and their files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.documents import FORMATS, DocumentFormat
from common.kernel.errors import Forbidden
from common.kernel.months import Month
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from reporting.documents import service
from reporting.documents.domain import (
    CorrectionReasonRequired,
    DutyState,
    Filing,
    NothingFiled,
    ReportContradictsItself,
    ReportNotFound,
)
from reporting.documents.schemas import (
    ContradictionView,
    FilingDutyView,
    ReportFilters,
    ReportKindView,
    ReportRequest,
    ReportView,
)
from reporting.indicators.domain.consistency import contradictions
from reporting.indicators.domain.periods import Period, PeriodNotOpen, PeriodReversed
from reporting.indicators.routes import PeriodDep
from reporting.indicators.schemas.queries import CommuneQuery
from reporting.indicators.service import CommuneNotVisible, figures, scope_for
from reporting.statutory.domain import ReportKindUnknown, ReportPeriodUnfit
from reporting.statutory.service import FORMS

router = APIRouter(tags=["reports"])
READ = requires("reporting:read")


class ProvinceNotYours(
    Forbidden,
    code="province_not_yours",
    title="Báo cáo toàn tỉnh chỉ do người được xem toàn tỉnh lập",
):
    """A report of the whole province needs a caller who sees the whole province."""


def _period(body: ReportRequest, today: Month) -> Period:
    first = body.month or body.from_month
    last = body.month or body.to_month
    if first is None or last is None or (body.month and (body.from_month or body.to_month)):
        raise PeriodReversed
    return Period(first, last).check_open(today)


@router.post(
    "/reports",
    status_code=201,
    operation_id="file_report",
    summary="Lập và lưu báo cáo của một xã hoặc toàn tỉnh, cho một tháng hoặc một kỳ",
    responses={
        **problems(
            CommuneNotVisible,
            ProvinceNotYours,
            ReportKindUnknown,
            ReportPeriodUnfit,
            PeriodNotOpen,
            PeriodReversed,
            CorrectionReasonRequired,
            ReportContradictsItself,
            NothingFiled,
        ),
        200: {"model": ReportView, "description": "Báo cáo có cùng nội dung đã được lưu trước đó"},
    },
)
@command
async def post_report(
    actor: Annotated[Actor, requires("reports:write")],
    body: ReportRequest,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[ReportView]:
    """File a report from the figures as they stand; the same content is filed once (then 200)."""
    await scope_for(session, actor.communes, body.commune_code)
    if body.commune_code is None and actor.communes is not None:
        raise ProvinceNotYours
    wanted = Filing(
        kind=body.kind,
        commune_code=body.commune_code,
        period=_period(body, clock.month()),
        reason=body.reason,
        request=body.request,
        consolidated=body.consolidated and body.commune_code is None,
    )

    report, new = await service.file_report(
        session, wanted, filed_on=clock.today(), filed_by=actor.subject
    )
    return Answer(
        ReportView.of(report),
        location=f"/reporting/v1/reports/{report.report_id}",
        status=201 if new else 200,
    )


@router.get(
    "/reports",
    operation_id="list_reports",
    summary="Các báo cáo đã lưu, mới nhất trước",
    responses=problems(CommuneNotVisible),
)
async def list_reports(
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    filters: Annotated[ReportFilters, Depends()],
) -> Page[ReportView]:
    """List reports of the caller's communes, those of the whole province for who sees it."""
    await scope_for(session, actor.communes, filters.commune_code)
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.list_reports(session, vars(filters), after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.report_id),), item=ReportView.of)


@router.get(
    "/reports/kinds",
    operation_id="list_report_kinds",
    summary="Các mẫu báo cáo có thể lập",
    dependencies=[READ],
)
async def list_report_kinds() -> list[ReportKindView]:
    """List the forms with the law that asks for them."""
    return [
        ReportKindView(kind=kind, subject=form.subject, basis=form.basis, one_month=form.one_month)
        for kind, form in FORMS.items()
    ]


@router.get(
    "/reports/contradictions",
    operation_id="check_figures",
    summary="Kiểm tra số liệu của kỳ trước khi lập báo cáo",
    responses=problems(CommuneNotVisible, PeriodNotOpen, PeriodReversed),
)
async def check_figures(
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    period: PeriodDep,
    commune_code: CommuneQuery = None,
) -> list[ContradictionView]:
    """List figures that contradict each other; an empty list means that all agree."""
    scope = await scope_for(session, actor.communes, commune_code)
    found = contradictions(await figures(session, scope, period))
    return [ContradictionView.of(one) for one in found]


@router.get(
    "/reports/duties",
    operation_id="list_filing_duties",
    summary="Báo cáo phải nộp: xã nào đã lập, xã nào chậm, còn bao nhiêu ngày",
    responses=problems(CommuneNotVisible),
    dependencies=[without_personal_data()],
)
async def list_filing_duties(
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    clock: ClockDep,
    commune_code: CommuneQuery = None,
    state: Annotated[
        DutyState | None, Query(description="Chỉ một trạng thái", examples=["late"])
    ] = None,
) -> list[FilingDutyView]:
    """List the duties of the past year and the next two months, by due day."""
    scope = await scope_for(session, actor.communes, commune_code)
    communes = sorted(scope.names) if scope.communes is None else list(scope.communes)
    found = await service.duty_standings(session, communes, clock.today())
    return [
        FilingDutyView.of(one, scope.name_of(one.commune_code))
        for one in found
        if state is None or one.state == state
    ]


@router.get(
    "/reports/{report_id}",
    operation_id="get_report",
    summary="Một báo cáo đã lưu",
    responses=problems(ReportNotFound),
    dependencies=[READ],
)
async def get_report(report_id: UUID, session: ReadSessionDep) -> ReportView:
    """Tell what was filed, when, what it corrects, and the hash of the workbook."""
    return ReportView.of(await service.get_report(session, report_id))


@router.get(
    "/reports/{report_id}/file",
    operation_id="get_report_file",
    summary="Tệp của báo cáo: .xlsx, .docx hoặc .pdf",
    response_class=Response,
    responses={
        200: {"content": {one.media_type: {} for one in FORMATS.values()}},
        **problems(ReportNotFound),
    },
    dependencies=[READ],
)
async def get_report_file(
    report_id: UUID,
    session: ReadSessionDep,
    format: Annotated[DocumentFormat, Query(examples=["docx"])] = "xlsx",  # noqa: A002 - the public name
) -> Response:
    """Give the bytes as they were filed."""
    report = await service.get_report(session, report_id)
    content = await service.get_content(session, report_id, format)
    headers = {"Content-Disposition": f'attachment; filename="{report.file_name(format)}"'}
    if format == "xlsx":
        headers["ETag"] = f'"{report.content_hash}"'
    return Response(content, media_type=FORMATS[format].media_type, headers=headers)
