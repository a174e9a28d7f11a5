"""HTTP of `facts`: what the law gives from what is stored, now and as it was known."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from common.contracts.fields import MONTH_PATTERN, PersonalId
from common.kernel.months import Month
from common.web.auth import Actor, requires
from common.web.deps import ClockDep, ReadSessionDep
from common.web.problems import problems
from eligibility.facts import service
from eligibility.facts.domain import MonthsOutOfRange, PersonNotFound
from eligibility.facts.schemas import AwardsView, DifferencesView
from eligibility.law.domain.law import LawPeriodUnsupported

router = APIRouter(prefix="/persons/{personal_id}", tags=["persons"])

READ = requires("eligibility:read")
SEALED = "eligibility:sealed"
"""Who holds this scope may read which group stands behind the neutral code."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
PersonalIdPath = Annotated[PersonalId, Path()]


@router.get(
    "/awards",
    operation_id="get_awards",
    summary="Mức hưởng theo pháp luật từ dữ kiện đã lưu, kèm lý do",
    responses=problems(PersonNotFound, LawPeriodUnsupported, MonthsOutOfRange),
)
async def get_awards(
    personal_id: PersonalIdPath,
    actor: Annotated[Actor, READ],
    session: ReadSessionDep,
    clock: ClockDep,
    *,
    month: Annotated[str, Query(pattern=MONTH_PATTERN)],
    to: Annotated[
        str | None, Query(pattern=MONTH_PATTERN, description="Tháng cuối, mặc định month")
    ] = None,
    as_of: Annotated[
        Day | None, Query(description="Pháp luật có hiệu lực đến ngày, mặc định hôm nay")
    ] = None,
    known_on: Annotated[
        Day | None, Query(description="Dữ kiện đã biết đến hết ngày, mặc định hôm nay")
    ] = None,
) -> AwardsView:
    """Evaluate the stored facts of a person for a month or a range."""
    first = Month.parse(month)
    found = await service.awards(
        session,
        personal_id,
        (first, first if to is None else Month.parse(to)),
        as_of=as_of or clock.today(),
        known_on=known_on or clock.today(),
        may_know=SEALED in actor.scopes,
    )
    return AwardsView.of(found)


@router.get(
    "/differences",
    operation_id="get_differences",
    summary="Các tháng phải chi thêm hoặc đã chi thừa khi biết thêm dữ kiện, không bù trừ",
    dependencies=[READ],
    responses=problems(PersonNotFound, LawPeriodUnsupported, MonthsOutOfRange),
)
async def get_differences(
    personal_id: PersonalIdPath,
    session: ReadSessionDep,
    clock: ClockDep,
    *,
    since: Annotated[str, Query(alias="from", pattern=MONTH_PATTERN)],
    until: Annotated[str, Query(alias="to", pattern=MONTH_PATTERN)],
    known_before: Day,
    known_now: Annotated[Day | None, Query(description="Mặc định hôm nay")] = None,
) -> DifferencesView:
    """Evaluate the same months by the knowledge of two days."""
    found = await service.differences(
        session,
        personal_id,
        (Month.parse(since), Month.parse(until)),
        known_before=known_before,
        known_now=known_now or clock.today(),
    )
    return DifferencesView.of(found)
