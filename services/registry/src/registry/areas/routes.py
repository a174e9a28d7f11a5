"""Routes of administrative units: public facts, but for known callers only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from common.web.auth import requires
from common.web.problems import problems
from registry.areas import service
from registry.areas.domain import Commune, CommuneNotFound, FormerUnit
from registry.areas.schemas import CommuneDetail, CommuneView, FormerUnitView, ProvinceView

router = APIRouter(
    prefix="/areas", tags=["Đơn vị hành chính"], dependencies=[requires("registry:read")]
)

ProvinceCode = Annotated[
    str, Query(pattern=r"^\d{2}$", description="Mã tỉnh hiện nay", examples=["68"])
]


@router.get("/provinces", summary="Danh sách tỉnh, thành phố")
async def list_provinces() -> list[ProvinceView]:
    """List the 34 provinces of today."""
    return [ProvinceView(code=p.code, name=p.name, kind=p.kind) for p in service.provinces()]


@router.get("/communes", summary="Danh sách xã, phường, đặc khu của một tỉnh")
async def list_communes(
    province_code: ProvinceCode,
    q: Annotated[str | None, Query(max_length=100, description="Một phần của tên")] = None,
) -> list[CommuneView]:
    """List the communes of a province, by code."""
    return [_commune(c) for c in service.communes(province_code, q)]


@router.get(
    "/communes/{code}",
    summary="Một xã và các đơn vị cũ hợp thành",
    responses=problems(CommuneNotFound),
)
async def get_commune(code: Annotated[str, Path(pattern=r"^\d{5}$")]) -> CommuneDetail:
    """Show a commune of today and what went into it."""
    found, former = service.commune(code)
    return CommuneDetail(
        **_commune(found).model_dump(), former_units=[_former(unit) for unit in former]
    )


@router.get("/former", summary="Xã cũ nay thuộc đâu")
async def find_former(
    name: Annotated[str, Query(min_length=1, max_length=100, examples=["Liên Đầm"])],
    province_code: ProvinceCode,
) -> list[FormerUnitView]:
    """Give what became of a former commune; several answers when the name or the area was split."""
    return [_former(unit) for unit in service.former(name, province_code)]


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
