"""GET /indicators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from common.kernel.errors import InvalidInput
from common.kernel.months import Month
from common.web.auth import Actor, requires
from common.web.deps import ReadSessionDep
from common.web.problems import problems
from reporting.indicators import service
from reporting.indicators.schemas.bodies import Indicators
from reporting.indicators.schemas.present import indicators_body

router = APIRouter(tags=["indicators"])

CommuneQuery = Annotated[
    str | None,
    Query(
        pattern=r"^\d{5}$",
        description="Mã xã; bỏ trống: mọi xã mà tài khoản được xem",
        examples=["25000"],
    ),
]
MonthQuery = Annotated[
    str,
    Query(
        pattern=r"^20\d{2}-(0[1-9]|1[0-2])$",
        description="Tháng của danh sách chi trả, dạng YYYY-MM",
        examples=["2026-12"],
    ),
]


@router.get(
    "/indicators",
    summary="Số liệu chi trả của một xã hoặc toàn tỉnh trong tháng",
    responses=problems(service.CommuneNotVisible, InvalidInput),
)
async def get_indicators(
    actor: Annotated[Actor, requires("reporting:read")],
    session: ReadSessionDep,
    month: MonthQuery,
    commune_code: CommuneQuery = None,
) -> Indicators:
    """Count people, benefits and đồng of a month as far as events have arrived."""
    scope = service.scope_for(actor.communes, commune_code)
    figures = await service.figures(session, scope, Month.parse(month))
    return indicators_body(figures, service.labels())
