"""GET /indicators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import MONTH_PATTERN
from common.kernel.months import Month
from common.web.auth import Actor, requires, without_personal_data
from common.web.deps import ClockDep, ReadSessionDep
from common.web.problems import problems
from reporting.indicators import service
from reporting.indicators.domain.periods import Period, PeriodNotOpen, PeriodReversed
from reporting.indicators.schemas.bodies import IndicatorsView
from reporting.indicators.schemas.present import indicators_view
from reporting.indicators.schemas.queries import CommuneQuery

router = APIRouter(tags=["indicators"])


def period_if_asked(
    clock: ClockDep,
    month: Annotated[
        str | None,
        Query(
            pattern=MONTH_PATTERN,
            description="Tháng của danh sách chi trả, dạng YYYY-MM",
            examples=["2026-12"],
        ),
    ] = None,
    from_month: Annotated[
        str | None,
        Query(pattern=MONTH_PATTERN, description="Tháng đầu của kỳ", examples=["2026-07"]),
    ] = None,
    to_month: Annotated[
        str | None,
        Query(pattern=MONTH_PATTERN, description="Tháng cuối của kỳ", examples=["2026-12"]),
    ] = None,
) -> Period | None:
    """Read the period: `month`, or `from_month` and `to_month` together; None: neither.

    Raises:
        PeriodReversed: neither form is given whole, or both are.
        PeriodNotOpen: it ends too far in the future.
    """
    if not (month or from_month or to_month):
        return None
    first, last = (month, month) if month else (from_month, to_month)
    if first is None or last is None or (month and (from_month or to_month)):
        raise PeriodReversed
    return Period(Month.parse(first), Month.parse(last)).check_open(clock.month())


def period_asked(period: Annotated[Period | None, Depends(period_if_asked)]) -> Period:
    """Give the period that has to be asked for.

    Raises:
        PeriodReversed: no period is given.
    """
    if period is None:
        raise PeriodReversed
    return period


PeriodDep = Annotated[Period, Depends(period_asked)]


@router.get(
    "/indicators",
    operation_id="get_indicators",
    summary="Số liệu chi trả của một xã hoặc toàn tỉnh trong tháng hoặc trong kỳ",
    responses=problems(service.CommuneNotVisible, PeriodNotOpen, PeriodReversed),
    dependencies=[without_personal_data()],
)
async def get_indicators(
    actor: Annotated[Actor, requires("reporting:read")],
    session: ReadSessionDep,
    period: PeriodDep,
    commune_code: CommuneQuery = None,
) -> IndicatorsView:
    """Count people, benefits and đồng of a period as far as events have arrived."""
    scope = await service.scope_for(session, actor.communes, commune_code)
    return indicators_view(await service.figures(session, scope, period), service.labels())
