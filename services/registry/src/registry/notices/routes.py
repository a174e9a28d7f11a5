"""Routes of notices: deaths and moves that an authority reports."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.notices import service
from registry.notices.domain import NoticeInvalid
from registry.notices.schemas import (
    Kind,
    NoticesReceivedView,
    NoticeView,
    SendNoticesRequest,
    SentNoticeView,
    State,
)
from registry.persons.domain import CommuneNotYours
from registry.settings import RegistrySettings

notices = APIRouter(prefix="/notices", tags=["notices"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]


@notices.post(
    "",
    operation_id="send_notices",
    status_code=202,
    summary="Gửi thông báo báo tử hoặc chuyển nơi cư trú",
    responses=problems(CommuneNotFound, CommuneOutsideProvince, CommuneNotYours, NoticeInvalid),
    dependencies=[requires("verifications:write")],
)
@command
async def send_notices(
    body: SendNoticesRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[NoticesReceivedView]:
    """Keep the notices; those of people who are not registered wait until they are."""
    operation_id, rows = await service.receive(
        session,
        body.commune_code,
        [notice.notice() for notice in body.notices],
        now=clock.now(),
        province_code=settings.province_code,
    )
    sent = [
        SentNoticeView.model_validate({name: row[name] for name in SentNoticeView.model_fields})
        for row in rows
    ]
    return Answer(
        NoticesReceivedView(operation_id=operation_id, notices=sent),
        location=f"/registry/v1/operations/{operation_id}",
    )


@notices.get(
    "",
    operation_id="list_notices",
    summary="Thông báo đã nhận",
    dependencies=[requires("registry:read")],
)
async def list_notices(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode | None, Query(description="Xã báo")] = None,
    kind: Annotated[Kind | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Page[NoticeView]:
    """List notices in the order in which they came."""
    rows = await service.notices(
        session,
        commune_code,
        kind=kind,
        state=state,
        after=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    return page.of(rows, key=lambda row: (str(row["notice_id"]),), item=NoticeView.of)
