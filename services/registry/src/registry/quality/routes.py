"""Routes of the quality board."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.persons.domain import CommuneNotYours
from registry.quality import service
from registry.quality.domain import FindingClosed, FindingNotFound, Kind, State
from registry.quality.schemas import (
    BoardView,
    CloseFindingRequest,
    FindingView,
    RefreshStartedView,
    StartRefreshRequest,
)
from registry.settings import RegistrySettings

router = APIRouter(prefix="/quality", tags=["quality"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]


@router.get(
    "",
    operation_id="read_board",
    summary="Bảng chất lượng dữ liệu của xã",
    dependencies=[requires("registry:read")],
)
async def read_board(
    session: ReadSessionDep, commune_code: Annotated[CommuneCode, Query()]
) -> BoardView:
    """Count what there is to work off, kind by kind."""
    refreshed_at, counts = await service.counts(session, commune_code)
    return BoardView.of(commune_code, refreshed_at, counts)


@router.get(
    "/findings",
    operation_id="list_findings",
    summary="Danh sách cần xử lý",
    dependencies=[requires("registry:read")],
)
async def list_findings(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
    kind: Annotated[Kind | None, Query()] = None,
    state: Annotated[State, Query()] = "open",
) -> Page[FindingView]:
    """List findings with their reasons and what puts them right."""
    rows = await service.findings(
        session,
        commune_code,
        kind=kind,
        state=state,
        after=UUID(str(page.after[0])) if page.after else None,
        limit=page.fetch,
    )
    return page.of(rows, key=lambda row: (str(row["finding_id"]),), item=FindingView.of)


@router.post(
    "/refreshes",
    operation_id="start_refresh",
    status_code=202,
    summary="Rà soát ngay",
    responses=problems(CommuneNotFound, CommuneOutsideProvince, CommuneNotYours),
    dependencies=[requires("registry:write")],
)
@command
async def start_refresh(
    body: StartRefreshRequest, session: SessionDep, settings: Settings
) -> Answer[RefreshStartedView]:
    """Queue a look through a commune, or through the whole province."""
    operation_id = await service.start(
        session, body.commune_code, province_code=settings.province_code
    )
    return Answer(
        RefreshStartedView(operation_id=operation_id),
        location=f"/registry/v1/operations/{operation_id}",
    )


@router.post(
    "/findings/{finding_id}/resolve",
    operation_id="resolve_finding",
    summary="Đã xử lý",
    responses=problems(FindingNotFound, FindingClosed),
    dependencies=[requires("registry:write")],
)
@command
async def resolve_finding(
    finding_id: UUID,
    body: CloseFindingRequest,
    session: SessionDep,
    clock: ClockDep,
) -> FindingView:
    """Close a finding as put right; it opens again if the next look still finds it."""
    row = await service.work_off(session, finding_id, "resolved", body.note, now=clock.now())
    return FindingView.of(row)


@router.post(
    "/findings/{finding_id}/dismiss",
    operation_id="dismiss_finding",
    summary="Không phải sai sót",
    responses=problems(FindingNotFound, FindingClosed),
    dependencies=[requires("registry:write")],
)
@command
async def dismiss_finding(
    finding_id: UUID,
    body: CloseFindingRequest,
    session: SessionDep,
    clock: ClockDep,
) -> FindingView:
    """Close a finding as no mistake; it stays closed while its reasons are the same."""
    row = await service.work_off(session, finding_id, "dismissed", body.note, now=clock.now())
    return FindingView.of(row)
