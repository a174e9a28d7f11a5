"""Read the law by date; judge one-off benefits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from common.database.session import Scope
from common.runtime.clock import system_now
from common.web.auth import Actor, requires, without_personal_data
from common.web.context import context_of
from common.web.deps import ClockDep, SettingsDep
from common.web.problems import problems
from eligibility.law import service as law
from eligibility.law.domain.deadlines import (
    ProcedureNotInForce,
    coming_year_unconfirmed,
)
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.domain.one_off.grounds import EventOutsideLaw
from eligibility.law.domain.procedures import OtherProvince, ProcedureUnknown
from eligibility.rulebook import service
from eligibility.rulebook.domain import ClaimInvalid
from eligibility.rulebook.schemas import (
    DocumentsView,
    DocumentView,
    HolidaysView,
    HolidayYearView,
    LawLevelView,
    LevelsView,
    LocalBenefitsView,
    LocalBenefitView,
    OneOffAnswerView,
    OneOffRequest,
    OneOffView,
    ProvisionsView,
    ProvisionView,
    SwitchesView,
    SwitchView,
    TimeLimitView,
)

router = APIRouter(tags=["rulebook"])

READ = requires("eligibility:read")


OnDay = Annotated[
    date | None,
    Query(description="Ngày, mặc định hôm nay", ge=date(1900, 1, 1), le=date(2200, 12, 31)),
]
_SCOPE = Scope.service("eligibility-rulebook")
_FRESH_FOR = timedelta(seconds=2)


async def fresh_rulebook(request: Request) -> None:
    """Let every request decide by what the province entered up to two seconds ago."""
    context = context_of(request)
    now = system_now()
    last = getattr(request.app.state, "rulebook_at", None)
    if last is not None and now - last < _FRESH_FOR:
        return
    async with context.database.read(_SCOPE) as session:
        await service.refresh(session, context.settings.province_code)
    request.app.state.rulebook_at = now


FRESH = Depends(fresh_rulebook)


# without a key: a calculation; nothing is stored
@router.post(
    "/evaluations/one-off",
    operation_id="evaluate_one_off",
    summary="Mai táng, khẩn cấp, mừng thọ, thẻ BHYT, hỏa táng: mức và lý do",
    dependencies=[READ, without_personal_data()],
    responses=problems(ClaimInvalid, EventOutsideLaw),
)
def evaluate_one_off(body: OneOffRequest) -> OneOffAnswerView:
    """Judge claims; nothing is stored, so no Idempotency-Key is needed."""
    claims = [claim.values() for claim in body.claims]
    if any(claim.get("level_choice") for claim in claims) and not body.level_reason:
        raise ClaimInvalid("Tự chọn mức thì phải ghi lý do (level_reason).")
    explained = service.evaluate_one_off(body.benefit, claims)
    return OneOffAnswerView(items=[OneOffView.of(item) for item in explained])


@router.get(
    "/law/provisions",
    operation_id="list_law_provisions",
    summary="Các quy định đang áp dụng tại một ngày",
    responses=problems(LawPeriodUnsupported),
)
def list_provisions(
    actor: Annotated[Actor, READ], clock: ClockDep, on: OnDay = None
) -> ProvisionsView:
    """List provisions; those of sealed groups only to who may read them."""
    day = on or clock.today()
    sealed = "eligibility:sealed" in actor.scopes
    items = service.provisions(day, sealed=sealed)
    return ProvisionsView(on=day, items=[ProvisionView.of(item) for item in items])


@router.get(
    "/law/documents",
    operation_id="list_law_documents",
    summary="Danh mục văn bản, ngày hiệu lực",
    dependencies=[READ, without_personal_data()],
)
def list_documents(on: OnDay = None) -> DocumentsView:
    """List documents; with a day, those in force on it."""
    found = [item for item in service.documents() if on is None or item.counts_on(on)]
    return DocumentsView(items=[DocumentView.of(item) for item in found])


@router.get(
    "/law/switches",
    operation_id="list_law_switches",
    summary="Các vấn đề còn mở và cách hiểu đang áp dụng",
    dependencies=[READ, without_personal_data()],
)
def list_switches(clock: ClockDep, on: OnDay = None) -> SwitchesView:
    """List switches with their positions on a day."""
    day = on or clock.today()
    return SwitchesView(on=day, items=[SwitchView.of(*item) for item in service.switches(day)])


@router.get(
    "/law/holidays",
    operation_id="list_law_holidays",
    summary="Ngày nghỉ, ngày làm bù theo năm, số thông báo",
    dependencies=[READ, without_personal_data()],
)
def list_holidays(
    clock: ClockDep, year: Annotated[int | None, Query(ge=2000, le=2200)] = None
) -> HolidaysView:
    """List days off; warns while the coming year is not confirmed."""
    current = law.current_law()
    coming = coming_year_unconfirmed(current, clock.today())
    warning = None
    if coming is not None:
        warning = f"Chưa có thông báo chính thức về ngày nghỉ năm {coming}."
    years = [item for item in current.years if year is None or item.year == year]
    return HolidaysView(items=[HolidayYearView.of(item) for item in years], warning=warning)


@router.get(
    "/law/time-limits",
    operation_id="get_time_limits",
    summary="Các bước và thời hạn của một thủ tục theo ngày nhận hồ sơ",
    dependencies=[READ, without_personal_data()],
    responses=problems(ProcedureNotInForce, ProcedureUnknown, OtherProvince),
)
def time_limits(
    procedure: Annotated[str, Query(max_length=60, description="1.001776, 1.014027, funeral...")],
    received_on: Annotated[date, Query(ge=date(1900, 1, 1), le=date(2200, 12, 31))],
    settings: SettingsDep,
    happened: Annotated[list[str] | None, Query(description="complaint: có khiếu nại")] = None,
) -> TimeLimitView:
    """Lay out the steps of a dossier received on a day."""
    return TimeLimitView.of(
        service.limits(procedure, received_on, happened or (), settings.portal_unit_code)
    )


@router.get(
    "/law/levels",
    operation_id="list_law_levels",
    summary="Mức riêng của tỉnh",
    dependencies=[READ, without_personal_data()],
)
def list_levels() -> LevelsView:
    """List the province's levels, of the files and entered."""
    return LevelsView(items=[LawLevelView.of(item) for item in service.local_levels()])


@router.get(
    "/law/local-benefits",
    operation_id="list_local_benefits",
    summary="Chế độ riêng của tỉnh: hỏa táng, quà mừng thọ",
    dependencies=[READ, without_personal_data()],
)
def list_local_benefits() -> LocalBenefitsView:
    """List the province's local benefits."""
    return LocalBenefitsView(
        items=[LocalBenefitView.shown(item) for item in service.local_benefits()]
    )
