"""Routes of tasks: what the population database has otherwise, and how it is settled."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.fields import CommuneCode
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.etag import IfMatch, etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.persons.domain import PersonExists, PersonMergedAway
from registry.settings import RegistrySettings
from registry.verification import service
from registry.verification.domain import AcceptImpossible, TaskClosed, TaskNotFound
from registry.verification.schemas.tasks import (
    AcceptTaskRequest,
    KeepTaskRequest,
    TaskDetailView,
    TaskView,
)
from registry.verification.service import Acceptance, Seals

tasks = APIRouter(prefix="/verifications/tasks", tags=["verification"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]


@tasks.get(
    "",
    operation_id="list_tasks",
    summary="Những việc cần xác minh",
    dependencies=[requires("registry:read")],
)
async def list_tasks(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    reason: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    state: Annotated[Literal["open", "closed"], Query()] = "open",
) -> Page[TaskView]:
    """List tasks, oldest first; what the population database told is in the single task only."""
    rows = await service.tasks(
        session,
        commune_code,
        reason=reason,
        is_open=state == "open",
        after=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    return page.of(rows, key=lambda row: (str(row["task_id"]),), item=TaskView.of)


@tasks.get(
    "/{task_id}",
    operation_id="read_task",
    summary="Một việc cần xác minh, với dữ liệu của hai bên",
    responses=problems(TaskNotFound),
    dependencies=[requires("verifications:write")],
)
async def read_task(
    task_id: UUID, session: SessionDep, settings: Settings, response: Response
) -> TaskDetailView:
    """Show both sides; the ETag is that of the person."""
    task, person, citizen = await service.task(session, task_id, seals=Seals.of(settings))
    response.headers["ETag"] = etag(person.version)
    return TaskDetailView.of_task(task, person, citizen)


@tasks.post(
    "/{task_id}/accept",
    operation_id="accept_task",
    summary="Sửa theo cơ sở dữ liệu dân cư",
    responses=problems(
        TaskNotFound,
        TaskClosed,
        AcceptImpossible,
        PersonExists,
        PersonMergedAway,
        PreconditionFailed,
        PreconditionRequired,
    ),
    dependencies=[requires("verifications:write", "registry:write")],
)
@command
async def accept_task(
    task_id: UUID,
    body: AcceptTaskRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    settings: Settings,
) -> Answer[TaskDetailView]:
    """Correct the person in the chosen fields and close the task."""
    seals = Seals.of(settings)

    taken = Acceptance(frozenset(body.fields), if_match, body.note)
    await service.accept(session, task_id, taken, now=clock.now(), seals=seals)
    task, person, citizen = await service.task(session, task_id, seals=seals)
    view = TaskDetailView.of_task(task, person, citizen)
    return Answer(view, version=person.version)


@tasks.post(
    "/{task_id}/keep",
    operation_id="keep_task",
    summary="Giữ dữ liệu đang có, với lý do",
    responses=problems(TaskNotFound, TaskClosed),
    dependencies=[requires("verifications:write")],
)
@command
async def keep_task(
    task_id: UUID,
    body: KeepTaskRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> TaskDetailView:
    """Close the task; the same disagreement does not come up again."""
    await service.keep(session, task_id, body.reason, now=clock.now())
    task, person, citizen = await service.task(session, task_id, seals=Seals.of(settings))
    return TaskDetailView.of_task(task, person, citizen)
