"""Entries of the office's own year."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.database.ids import new_id
from common.kernel.errors import Forbidden
from common.web.auth import Actor, requires, without_personal_data
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from reporting.activities import service
from reporting.activities.domain import (
    Activity,
    ActivityKindUnknown,
    ActivityNotFound,
    ActivityReplaced,
    ActivitySourceRequired,
)
from reporting.activities.schemas import ActivityKindView, ActivityView, EnterActivityRequest
from reporting.indicators.schemas.queries import CommuneQuery
from reporting.indicators.service import CommuneNotVisible, visible_communes

router = APIRouter(tags=["activities"])
READ = requires("reporting:read")


class EntryOfProvinceNotYours(
    Forbidden,
    code="entry_of_province_not_yours",
    title="Ghi chép của tỉnh chỉ do người được xem toàn tỉnh nhập",
):
    """An entry without a commune needs a caller who sees the whole province."""


@router.get(
    "/activities/kinds",
    operation_id="list_activity_kinds",
    summary="Các loại ghi chép của đơn vị",
    dependencies=[READ, without_personal_data()],
)
async def list_activity_kinds() -> list[ActivityKindView]:
    """Describe the kinds: unit, how they are counted, what they need."""
    return [ActivityKindView.of(kind) for kind in service.kinds().values()]


@router.post(
    "/activities",
    status_code=201,
    operation_id="enter_activity",
    summary="Ghi một hoạt động, văn bản, kế hoạch, số liệu nền hoặc chỉ tiêu",
    responses=problems(
        CommuneNotVisible,
        EntryOfProvinceNotYours,
        ActivityKindUnknown,
        ActivitySourceRequired,
        ActivityNotFound,
        ActivityReplaced,
    ),
)
@command
async def enter_activity(
    actor: Annotated[Actor, requires("activities:write")],
    body: EnterActivityRequest,
    session: SessionDep,
) -> Answer[ActivityView]:
    """Keep an entry; an earlier one is corrected by one that replaces it."""
    if body.commune_code is None and actor.communes is not None:
        raise EntryOfProvinceNotYours
    visible_communes(actor.communes, body.commune_code)
    made = await service.enter(
        session, Activity(activity_id=new_id(), recorded_by=actor.subject, **body.model_dump())
    )
    return Answer(ActivityView.of(made), status=201)


@router.get(
    "/activities",
    operation_id="list_activities",
    summary="Ghi chép của đơn vị trong một khoảng ngày",
    responses=problems(CommuneNotVisible, ActivityKindUnknown),
)
async def list_activities(
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    clock: ClockDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: CommuneQuery = None,
    kind: Annotated[str | None, Query(max_length=50, examples=["meeting"])] = None,
    from_day: Annotated[date | None, Query(examples=["2026-12-01"])] = None,
    to_day: Annotated[date | None, Query(examples=["2026-12-31"])] = None,
) -> Page[ActivityView]:
    """List entries that stand, the newest first: a calendar, or the register of papers."""
    if kind is not None:
        service.kind_of(kind)
    today = clock.today()
    communes = visible_communes(actor.communes, commune_code)
    filters = {
        "kind": kind,
        "communes": None if communes is None else list(communes),
        "first": from_day or today.replace(month=1, day=1),
        "last": to_day or today.replace(month=12, day=31),
    }
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.list_activities(session, filters, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.activity_id),), item=ActivityView.of)
