"""Routes of poverty lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query

from common.contracts.fields import CommuneCode
from common.files.errors import REFUSALS
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.uploads import Upload, UploadEmpty, UploadTooLarge, uploaded
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.households.domain.poverty_list import (
    DecisionOutsideYear,
    PovertyListDiffers,
    PovertyListEmpty,
    PovertyListHasFormulas,
    PovertyListHeaderMissing,
    PovertyListNotFound,
    PovertyListTooLarge,
    PovertyListUnreadable,
)
from registry.households.schemas.poverty_lists import ListChangeView, ListRowView, PovertyListView
from registry.households.service import poverty_lists as service
from registry.settings import RegistrySettings

poverty_lists = APIRouter(prefix="/poverty-lists", tags=["poverty-lists"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]
_READ = [requires("registry:read")]
_FILE = (
    *(UploadEmpty, UploadTooLarge, PovertyListUnreadable, PovertyListTooLarge),
    *REFUSALS.values(),
    *(PovertyListHasFormulas, PovertyListHeaderMissing, PovertyListEmpty),
)


@poverty_lists.post(
    "",
    operation_id="submit_poverty_list",
    status_code=202,
    summary="Nhập danh sách hộ nghèo, hộ cận nghèo của năm (.xlsx, .csv)",
    responses=problems(
        *_FILE,
        *(CommuneNotFound, CommuneOutsideProvince, DecisionOutsideYear, PovertyListDiffers),
    ),
    dependencies=[requires("imports:write")],
)
@command
async def submit_poverty_list(
    *,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
    upload: Annotated[Upload, uploaded("Tệp .xlsx hoặc .csv")],
    commune_code: Annotated[CommuneCode, Form()],
    year: Annotated[int, Form(ge=2000, le=2100, description="Năm áp dụng", examples=[2026])],
    decision_number: Annotated[str, Form(min_length=1, max_length=100, pattern=r"\S")],
    decision_date: Annotated[date, Form()],
    complete: Annotated[
        bool, Form(description="Danh sách đầy đủ của xã: hộ không còn trong danh sách là thoát")
    ] = True,
) -> Answer[PovertyListView]:
    """Take a list: checked at once, taken in by an operation whose progress can be followed."""
    sent = service.SentList(
        path=upload.path,
        sha256=upload.sha256,
        size=upload.size,
        commune_code=commune_code,
        year=year,
        decision_number=decision_number,
        decision_date=decision_date,
        complete=complete,
    )
    standing = await service.submit(session, sent, now=clock.now(), settings=settings)
    return Answer(
        PovertyListView.of(standing),
        location=f"/registry/v1/operations/{standing.made.operation_id}",
    )


@poverty_lists.get(
    "",
    operation_id="list_poverty_lists",
    summary="Các danh sách đã nhập của một xã",
    dependencies=_READ,
)
async def list_poverty_lists(
    session: ReadSessionDep, commune_code: Annotated[CommuneCode, Query()]
) -> list[PovertyListView]:
    """List what was sent for a commune, the latest year first."""
    lists = await service.of_commune(session, commune_code)
    return [PovertyListView.of(await service.get(session, one.list_id)) for one in lists]


@poverty_lists.get(
    "/{list_id}",
    operation_id="get_poverty_list",
    summary="Kết quả nhập một danh sách và so với năm trước",
    responses=problems(PovertyListNotFound),
    dependencies=_READ,
)
async def get_poverty_list(list_id: UUID, session: ReadSessionDep) -> PovertyListView:
    """Show how far a list came, and the difference to last year in counts and in a sentence."""
    return PovertyListView.of(await service.get(session, list_id))


@poverty_lists.get(
    "/{list_id}/rows",
    operation_id="get_rows",
    summary="Kết quả từng dòng",
    responses=problems(PovertyListNotFound),
    dependencies=_READ,
)
async def get_rows(
    list_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    outcome: Annotated[Literal["placed", "unchanged", "unknown", "refused"] | None, Query()] = None,
) -> Page[ListRowView]:
    """List what became of each row, with the reasons."""
    after = int(str(page.after[0])) if page.after else 0
    rows = await service.rows(session, list_id, outcome, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (row["row_number"],), item=ListRowView.model_validate)


@poverty_lists.get(
    "/{list_id}/changes",
    operation_id="get_changes",
    summary="Hộ thoát nghèo, phát sinh nghèo so với năm trước",
    responses=problems(PovertyListNotFound),
    dependencies=_READ,
)
async def get_changes(
    list_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    change: Annotated[Literal["left", "fell", "shifted", "stayed"] | None, Query()] = None,
) -> Page[ListChangeView]:
    """List what became of each household in comparison with last year."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.changes(session, list_id, change, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row["household_id"]),), item=ListChangeView.of)
