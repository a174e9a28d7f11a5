"""POST /reports, GET /reports/{id}, GET /reports/{id}/file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from common.web.auth import Actor, requires
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.idempotency import Answer, IdempotencyDep, IdempotencyKeyRequired
from common.web.problems import problems
from reporting.documents.schemas import ReportBody, ReportRequest, report_body
from reporting.documents.service import filing
from reporting.documents.service.workbook import MEDIA_TYPE
from reporting.indicators.service import CommuneNotVisible, scope_for
from reporting.statutory.service import ReportKindUnknown

router = APIRouter(tags=["reports"])


@router.post(
    "/reports",
    status_code=201,
    response_model=ReportBody,
    summary="Lập và lưu báo cáo của một xã trong tháng",
    responses={
        **problems(CommuneNotVisible, ReportKindUnknown, IdempotencyKeyRequired),
        200: {"model": ReportBody, "description": "Báo cáo có cùng nội dung đã được lưu trước đó"},
    },
)
async def post_report(
    actor: Annotated[Actor, requires("reports:write")],
    body: ReportRequest,
    session: SessionDep,
    clock: ClockDep,
    idempotency: IdempotencyDep,
) -> Response:
    """File a report from the figures as they stand; the same content is filed once (then 200)."""
    scope_for(actor.communes, body.commune_code)

    async def produce() -> Answer:
        report, new = await filing.file_report(
            session,
            kind=body.kind,
            commune_code=body.commune_code,
            month=body.month,
            filed_on=clock.today(),
            filed_by=actor.subject,
        )
        location = {"Location": f"/reporting/v1/reports/{report.report_id}"}
        return Answer(201 if new else 200, report_body(report), location)

    return await idempotency.run(session, body, produce)


@router.get(
    "/reports/{report_id}",
    summary="Một báo cáo đã lưu",
    responses=problems(filing.ReportNotFound),
    dependencies=[requires("reporting:read")],
)
async def get_report(report_id: UUID, session: ReadSessionDep) -> ReportBody:
    """Tell what was filed, when, and the hash of the file."""
    return report_body(await filing.get_report(session, report_id))


@router.get(
    "/reports/{report_id}/file",
    summary="Tệp .xlsx của báo cáo",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **problems(filing.ReportNotFound)},
    dependencies=[requires("reporting:read")],
)
async def get_report_file(report_id: UUID, session: ReadSessionDep) -> Response:
    """Give the bytes as they were filed."""
    report = await filing.get_report(session, report_id)
    content = await filing.get_content(session, report_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{report.file_name}"',
        "ETag": f'"{report.content_hash}"',
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
