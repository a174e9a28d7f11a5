"""Routes of administrative units: public facts, but for known callers only."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from common.contracts.fields import CommuneCode
from common.database.ids import new_id
from common.web.auth import requires, without_personal_data
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep, service_settings
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas import service
from registry.areas.domain import Commune, CommuneNotFound, CommuneOutsideProvince, FormerUnit
from registry.areas.domain.resolution import (
    REORGANISED_ON,
    FormerPlace,
    FormerUnitUnclear,
    UnitNotFound,
)
from registry.areas.domain.villages import (
    Difficulty,
    FormerUnitElsewhere,
    ResidenceTask,
    VillageExists,
    VillageName,
    VillageNotFound,
)
from registry.areas.schemas import (
    AddVillageRequest,
    ClassifyAreaRequest,
    CommuneDetailView,
    CommuneView,
    DescribedView,
    DifficultyView,
    FormerUnitView,
    ProvinceView,
    RenameVillageRequest,
    ResidenceTaskView,
    ResolutionView,
    UnitView,
    VillageView,
)
from registry.areas.service import VillageDraft
from registry.settings import RegistrySettings

router = APIRouter(
    prefix="/areas",
    tags=["areas"],
    dependencies=[requires("registry:read")],
)

ProvinceCode = Annotated[
    str, Query(pattern=r"^[0-9]{2}$", description="Mã tỉnh hiện nay", examples=["68"])
]


@router.get(
    "/provinces",
    operation_id="list_provinces",
    summary="Danh sách tỉnh, thành phố",
    dependencies=[without_personal_data()],
)
async def list_provinces() -> list[ProvinceView]:
    """List the 34 provinces of today."""
    return [ProvinceView(code=p.code, name=p.name, kind=p.kind) for p in service.provinces()]


@router.get(
    "/communes",
    operation_id="list_communes",
    summary="Danh sách xã, phường, đặc khu của một tỉnh",
    dependencies=[without_personal_data()],
)
async def list_communes(
    province_code: ProvinceCode,
    q: Annotated[str | None, Query(max_length=100, description="Một phần của tên")] = None,
) -> list[CommuneView]:
    """List the communes of a province, by code."""
    return [_commune(c) for c in service.communes(province_code, q)]


@router.get(
    "/communes/{code}",
    operation_id="get_commune",
    summary="Một xã và các đơn vị cũ hợp thành",
    responses=problems(CommuneNotFound),
    dependencies=[without_personal_data()],
)
async def get_commune(code: Annotated[CommuneCode, Path()]) -> CommuneDetailView:
    """Show a commune of today and what went into it."""
    found, former = service.commune(code)
    return CommuneDetailView(
        **_commune(found).model_dump(), former_units=[_former(unit) for unit in former]
    )


@router.get(
    "/former",
    operation_id="find_former",
    summary="Xã cũ nay thuộc đâu",
    dependencies=[without_personal_data()],
)
async def find_former(
    name: Annotated[str, Query(min_length=1, max_length=100, examples=["Liên Đầm"])],
    province_code: ProvinceCode,
) -> list[FormerUnitView]:
    """Give what became of a former commune; several answers when the name or the area was split."""
    return [_former(unit) for unit in service.former(name, province_code)]


CodePath = Annotated[CommuneCode, Path()]
Settings = Annotated[RegistrySettings, Depends(service_settings)]
OnDay = Annotated[date | None, Query(description="Vào ngày này; để trống: hôm nay")]
_WRITE = [requires("registry:write")]


@router.get(
    "/units/{code}",
    operation_id="get_unit",
    summary="Đơn vị mang mã này vào một ngày",
    responses=problems(UnitNotFound),
    dependencies=[without_personal_data()],
)
async def get_unit(code: CodePath, clock: ClockDep, as_of: OnDay = None) -> UnitView:
    """Show the unit that had a code on a day; the same code may be two units before and after."""
    found = service.unit_on(code, as_of or clock.today())
    if isinstance(found, Commune):
        province = service.book().provinces[found.province_code]
        former = service.book().former_of(code)
        return UnitView(
            **_commune(found).model_dump(include={"code", "name", "kind"}),
            province=f"{province.kind} {province.name}",
            valid_from=REORGANISED_ON,
            valid_to=None,
            became=[],
            made_of=[_former(unit) for unit in former],
        )
    first = found[0]
    return UnitView(
        code=first.code,
        name=first.name,
        kind=first.kind,
        district=first.district,
        province=first.former_province,
        valid_from=None,
        valid_to=REORGANISED_ON,
        became=[_former(unit) for unit in found],
        made_of=[],
    )


@router.get(
    "/resolve",
    operation_id="resolve",
    summary="Địa chỉ cũ nay thuộc xã nào",
    responses=problems(FormerUnitUnclear),
    dependencies=[without_personal_data()],
)
async def resolve(
    session: ReadSessionDep,
    *,
    code: Annotated[CommuneCode | None, Query(description="Mã xã cũ")] = None,
    name: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    kind: Annotated[str | None, Query(max_length=20, examples=["xã"])] = None,
    district: Annotated[str | None, Query(max_length=100)] = None,
    former_province_code: Annotated[str | None, Query(pattern=r"^[0-9]{2}$")] = None,
    province_code: Annotated[str | None, Query(pattern=r"^[0-9]{2}$")] = None,
    village: Annotated[str | None, Query(max_length=200)] = None,
) -> ResolutionView:
    """Give the commune of today of a former place: by code, or by name within a province."""
    place = FormerPlace(code, name, kind, district, former_province_code, province_code)
    found = await service.locate(session, place, village)
    return ResolutionView(
        outcome=found.outcome,
        commune_code=found.commune_code,
        former_province_code=found.former_province_code,
        candidates=[_former(unit) for unit in found.candidates],
    )


@router.get(
    "/communes/{code}/villages",
    operation_id="list_villages",
    summary="Thôn, tổ dân phố của một xã",
    responses=problems(CommuneNotFound),
    dependencies=[without_personal_data()],
)
async def list_villages(
    code: CodePath, session: ReadSessionDep, clock: ClockDep, as_of: OnDay = None
) -> list[VillageView]:
    """List the villages of a commune on a day."""
    rows = await service.villages(session, code, as_of or clock.today())
    return [_village(row) for row in rows]


@router.post(
    "/communes/{code}/villages",
    operation_id="add_village",
    status_code=201,
    summary="Thêm thôn, tổ dân phố",
    responses=problems(CommuneNotFound, CommuneOutsideProvince, FormerUnitElsewhere, VillageExists),
    dependencies=_WRITE,
)
@command
async def add_village(
    *,
    code: CodePath,
    body: AddVillageRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> VillageView:
    """Add a village; its former unit tells two villages of one name apart."""
    draft = VillageDraft(**body.model_dump())
    made = await service.add_village(
        session, code, draft, now=clock.now(), province_code=settings.province_code
    )
    return _village(made)


# without a key: PUT of the whole value: sent again, it changes nothing
@router.put(
    "/villages/{village_id}",
    operation_id="rename_village",
    summary="Đổi tên thôn, tổ dân phố từ một ngày",
    responses=problems(VillageNotFound, VillageExists),
    dependencies=_WRITE,
)
async def rename_village(
    village_id: UUID, body: RenameVillageRequest, session: SessionDep, clock: ClockDep
) -> VillageView:
    """Give a village another name from a day on; the former name stays in its history."""
    draft = VillageDraft(**body.model_dump())
    return _village(await service.rename_village(session, village_id, draft, now=clock.now()))


@router.get(
    "/difficult",
    operation_id="list_difficult",
    summary="Xã, thôn đặc biệt khó khăn theo quyết định",
    dependencies=[without_personal_data()],
)
async def list_difficult(
    session: ReadSessionDep,
    commune_code: Annotated[CommuneCode, Query()],
    on: Annotated[date | None, Query(description="Vào ngày này; để trống: mọi thời gian")] = None,
) -> list[DifficultyView]:
    """List what decisions say of a commune and its villages."""
    return [_difficulty(row) for row in await service.difficulties(session, [commune_code], on)]


@router.post(
    "/communes/{code}/difficulty",
    operation_id="classify_area",
    status_code=201,
    summary="Ghi nhận xã, thôn đặc biệt khó khăn theo quyết định",
    responses=problems(CommuneNotFound, CommuneOutsideProvince),
    dependencies=_WRITE,
)
@command
async def classify_area(
    *,
    code: CodePath,
    body: ClassifyAreaRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> DifficultyView:
    """Record what a decision says; a later decision takes the place of an earlier one in time."""
    stated = Difficulty(difficulty_id=new_id(), unit_code=code, **body.model_dump())
    made = await service.classify_area(
        session, stated, now=clock.now(), province_code=settings.province_code
    )
    return _difficulty(made)


@router.post(
    "/communes/describe",
    operation_id="describe_communes",
    summary="Báo tên các xã, phường của tỉnh cho các dịch vụ khác",
    dependencies=_WRITE,
)
@command
async def describe_communes(session: SessionDep, settings: Settings) -> DescribedView:
    """Tell names after an installation and after units changed; reports then show them."""
    told = await service.describe_communes(session, settings.province_code)
    return DescribedView(communes=told)


@router.get(
    "/residence-tasks",
    operation_id="list_residence_tasks",
    summary="Người cần xác định xã hiện nay theo địa chỉ cũ",
)
async def list_residence_tasks(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
) -> Page[ResidenceTaskView]:
    """List a commune's open questions of residence, oldest first."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.residence_tasks(session, commune_code, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.task_id),), item=_task)


def _village(row: VillageName) -> VillageView:
    return VillageView(
        village_id=row.village_id,
        commune_code=row.unit_code,
        name=row.name,
        former_unit_code=row.former_unit_code,
        decision_number=row.decision_number,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _difficulty(row: Difficulty) -> DifficultyView:
    return DifficultyView(
        commune_code=row.unit_code,
        village=row.village,
        difficult=row.difficult,
        decision_number=row.decision_number,
        decision_date=row.decision_date,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _task(row: ResidenceTask) -> ResidenceTaskView:
    return ResidenceTaskView(
        task_id=row.task_id,
        person_id=row.person_id,
        commune_code=row.commune_code,
        former_unit_codes=list(row.former_unit_codes),
        candidates=list(row.candidates),
        village=row.village,
        opened_at=row.opened_at,
        settled_code=row.settled_code,
    )


def _commune(commune: Commune) -> CommuneView:
    return CommuneView(
        code=commune.code,
        name=commune.name,
        kind=commune.kind,
        province_code=commune.province_code,
    )


def _former(unit: FormerUnit) -> FormerUnitView:
    return FormerUnitView(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        district=unit.district,
        former_province=unit.former_province,
        new_commune=_commune(service.book().communes[unit.new_code]),
        split=unit.split,
        default=unit.default,
    )
