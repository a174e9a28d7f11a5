"""HTTP of `issue_register`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.fields import CommuneCode
from common.kernel.errors import PreconditionFailed
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.etag import IfMatch, etag
from common.web.paging import Page, PageParams
from common.web.problems import OutsideCommunes, problems
from eligibility.issue_register import service
from eligibility.issue_register.domain import (
    KINDS,
    IssueKindUnknown,
    IssueNotFound,
    IssueStepRefused,
    State,
)
from eligibility.issue_register.schemas import (
    IssueDetailView,
    IssueKindView,
    IssueStepRequest,
    IssueView,
    RaiseIssueRequest,
)

router = APIRouter(prefix="/issues", tags=["issues"])

READ = requires("issues:read")
FOREVER = "infinity"


@router.get(
    "/kinds",
    operation_id="list_issue_kinds",
    summary="Các loại vướng mắc, phản ánh, khiếu nại và thời hạn",
    dependencies=[READ, without_personal_data()],
)
async def list_issue_kinds() -> list[IssueKindView]:
    """List the kinds with their clocks."""
    return [IssueKindView.model_validate(item) for item in KINDS.values()]


@router.get(
    "",
    operation_id="list_issues",
    summary="Sổ vướng mắc, phản ánh, khiếu nại: hạn gần nhất trước",
    dependencies=[READ],
)
async def list_issues(
    session: ReadSessionDep,
    clock: ClockDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    state: State | None = None,
    overdue: Annotated[bool, Query(description="Chỉ nội dung đã quá hạn")] = False,
) -> Page[IssueView]:
    """List entries."""
    filters = {
        "commune_code": commune_code,
        "kind": kind,
        "state": state,
        "overdue_on": clock.today() if overdue else None,
    }
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row.due_on or FOREVER), str(row.issue_id)),
        item=lambda row: row,
    )


@router.get(
    "/{issue_id}",
    operation_id="get_issue",
    summary="Một nội dung trong sổ và các bước đã qua",
    dependencies=[READ],
    responses=problems(IssueNotFound),
)
async def get_issue(issue_id: UUID, session: ReadSessionDep, response: Response) -> IssueDetailView:
    """Show an entry."""
    found = await service.get(session, issue_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "",
    operation_id="raise_issue",
    summary="Ghi một vướng mắc, phản ánh, đơn thư hoặc khiếu nại",
    status_code=201,
    responses=problems(OutsideCommunes, IssueKindUnknown),
)
@command
async def raise_issue(
    body: RaiseIssueRequest,
    *,
    actor: Annotated[Actor, requires("issues:write")],
    session: SessionDep,
    clock: ClockDep,
) -> Answer[IssueView]:
    """Write an entry down."""
    if not actor.may_see(body.commune_code):
        raise OutsideCommunes
    made = await service.raise_issue(session, body, actor=actor.subject, now=clock.now())
    return Answer(made, version=made.version)


@router.post(
    "/{issue_id}/steps",
    operation_id="take_issue_step",
    summary="Thụ lý, trả lời, mở lại hoặc kết thúc một nội dung",
    responses=problems(IssueNotFound, IssueStepRefused, PreconditionFailed),
)
@command
async def take_issue_step(
    issue_id: UUID,
    body: IssueStepRequest,
    *,
    actor: Annotated[Actor, requires("issues:answer")],
    expected: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[IssueView]:
    """Take one step with its words."""
    taken = await service.take_step(
        session,
        issue_id,
        body.step,
        body.note,
        version=expected,
        actor=actor.subject,
        now=clock.now(),
    )
    return Answer(taken, version=taken.version)
