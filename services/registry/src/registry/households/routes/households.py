"""Routes of households."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from common.contracts.fields import CommuneCode, PersonalId
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.etag import IfMatch, etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.households import service
from registry.households.domain import (
    Household,
    HouseholdCodeTaken,
    HouseholdDayInFuture,
    HouseholdMembersInvalid,
    HouseholdNotFound,
    HouseholdsApart,
    SameHousehold,
)
from registry.households.schemas.households import (
    HouseholdHistoryView,
    HouseholdView,
    JoinHouseholdsRequest,
    RegisterHouseholdRequest,
    SetHouseholdClassRequest,
    SetHouseholdFlagRequest,
    SetHouseholdMembersRequest,
    SplitHouseholdRequest,
)
from registry.households.service import HouseholdFilter
from registry.persons.domain import PersonNotFound
from registry.persons.schemas import PersonView
from registry.settings import RegistrySettings

router = APIRouter(prefix="/persons", tags=["households"])
households = APIRouter(prefix="/households", tags=["households"])

Settings = Annotated[RegistrySettings, Depends(service_settings)]
_READ, _WRITE = [requires("registry:read")], [requires("registry:write")]
_STALE = (HouseholdNotFound, PreconditionFailed, PreconditionRequired)
_MEMBERS = (HouseholdMembersInvalid, HouseholdDayInFuture)


# without a key: PUT under If-Match: sent again, it is refused with 412
@router.put(
    "/{personal_id}/household-class",
    operation_id="set_household_class",
    summary="Ghi nhận hộ nghèo, hộ cận nghèo theo năm",
    responses=problems(PersonNotFound, PreconditionFailed, PreconditionRequired),
    dependencies=_WRITE,
)
async def set_household_class(
    personal_id: Annotated[PersonalId, Path()],
    body: SetHouseholdClassRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    response: Response,
) -> PersonView:
    """Record the class of the person's household for a year; every member changes with it."""
    person = await service.classify_person(
        session,
        personal_id,
        body.statement(),
        expected_version=if_match,
        now=clock.now(),
    )
    response.headers["ETag"] = etag(person.version)
    return PersonView.of(person)


@households.post(
    "",
    operation_id="register_household",
    status_code=201,
    summary="Đăng ký một hộ",
    responses=problems(CommuneNotFound, CommuneOutsideProvince, HouseholdCodeTaken, *_MEMBERS),
    dependencies=_WRITE,
)
@command
async def register_household(
    body: RegisterHouseholdRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[HouseholdView]:
    """Register a household with its members; they leave the household in which they were."""
    made = await service.register_household(
        session,
        body.commune_code,
        body.draft(),
        now=clock.now(),
        province_code=settings.province_code,
    )
    return await _made(session, made, clock.today())


@households.get("", operation_id="list_households", summary="Các hộ của một xã", dependencies=_READ)
async def list_households(
    *,
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    clock: ClockDep,
    commune_code: Annotated[CommuneCode, Query()],
    poverty_class: Annotated[Literal["poor", "near_poor", "none"] | None, Query()] = None,
    code: Annotated[str | None, Query(max_length=50, description="Mã hộ")] = None,
) -> Page[HouseholdView]:
    """List a commune's households, those of a class or of a code."""
    after = UUID(str(page.after[0])) if page.after else None
    wanted = HouseholdFilter(commune_code, poverty_class, code, after, page.fetch)
    rows = await service.page(session, wanted, clock.today())
    return page.of(rows, key=lambda row: (str(row.household.household_id),), item=HouseholdView.of)


@households.get(
    "/{household_id}",
    operation_id="get_household",
    summary="Xem một hộ",
    responses=problems(HouseholdNotFound),
    dependencies=_READ,
)
async def get_household(
    household_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    response: Response,
    on: Annotated[date | None, Query(description="Vào ngày này; để trống: hôm nay")] = None,
) -> HouseholdView:
    """Show a household as it is on a day."""
    return await _show(session, household_id, on or clock.today(), response)


@households.get(
    "/{household_id}/history",
    operation_id="get_household_history",
    summary="Lịch sử của một hộ",
    responses=problems(HouseholdNotFound),
    dependencies=_READ,
)
async def get_household_history(
    household_id: UUID,
    session: SessionDep,
    known_on: Annotated[
        date | None, Query(description="Theo những gì đã biết vào ngày này")
    ] = None,
) -> HouseholdHistoryView:
    """Show members, classes and flags over time, and when each was known."""
    return HouseholdHistoryView.of(await service.history(session, household_id, known_on=known_on))


# without a key: PUT under If-Match: sent again, it is refused with 412
@households.put(
    "/{household_id}/members",
    operation_id="set_members",
    summary="Ghi nhận thành viên và chủ hộ từ một ngày",
    responses=problems(*_STALE, *_MEMBERS),
    dependencies=_WRITE,
)
async def set_members(
    *,
    household_id: UUID,
    body: SetHouseholdMembersRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    response: Response,
) -> HouseholdView:
    """Say who is in the household from a day on: who is not named leaves it."""
    await service.set_members(
        session, household_id, body.draft(), expected_version=if_match, now=clock.now()
    )
    return await _show(session, household_id, clock.today(), response)


@households.post(
    "/{household_id}/split",
    operation_id="split_household",
    status_code=201,
    summary="Tách hộ",
    responses=problems(*_STALE, *_MEMBERS, HouseholdCodeTaken),
    dependencies=_WRITE,
)
@command
async def split_household(
    *,
    household_id: UUID,
    body: SplitHouseholdRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
) -> Answer[HouseholdView]:
    """Split members off; the new household keeps the poverty class until a decision changes it."""
    made = await service.split_household(
        session, household_id, body.draft(), expected_version=if_match, now=clock.now()
    )
    return await _made(session, made, clock.today())


@households.post(
    "/{household_id}/join",
    operation_id="join_households",
    summary="Nhập hộ",
    responses=problems(*_STALE, *_MEMBERS, SameHousehold, HouseholdsApart),
    dependencies=_WRITE,
)
@command
async def join_households(
    *,
    household_id: UUID,
    body: JoinHouseholdsRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
) -> Answer[HouseholdView]:
    """Let everyone of another household come in."""
    made = await service.join_households(
        session,
        household_id,
        body.draft(),
        joining=(body.household_id, body.version),
        expected_version=if_match,
        now=clock.now(),
    )
    return await _made(session, made, clock.today())


# without a key: PUT under If-Match: sent again, it is refused with 412
@households.put(
    "/{household_id}/flags",
    operation_id="set_flag",
    summary="Hộ không có khả năng lao động, hộ độc thân từ một ngày",
    responses=problems(*_STALE, HouseholdDayInFuture),
    dependencies=_WRITE,
)
async def set_flag(
    *,
    household_id: UUID,
    body: SetHouseholdFlagRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    response: Response,
) -> HouseholdView:
    """Say what holds of the household from a day on, or no longer."""
    await service.flag_household(
        session, household_id, body.stated(), expected_version=if_match, now=clock.now()
    )
    return await _show(session, household_id, clock.today(), response)


# without a key: PUT under If-Match: sent again, it is refused with 412
@households.put(
    "/{household_id}/class",
    operation_id="set_class",
    summary="Ghi nhận hộ nghèo, hộ cận nghèo của một hộ",
    responses=problems(*_STALE),
    dependencies=_WRITE,
)
async def set_class(
    *,
    household_id: UUID,
    body: SetHouseholdClassRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    response: Response,
) -> HouseholdView:
    """Record the class of a household for a year, or from a day of it on."""
    await service.classify_household(
        session, household_id, body.statement(), expected_version=if_match, now=clock.now()
    )
    return await _show(session, household_id, clock.today(), response)


async def _show(
    session: SessionDep, household_id: UUID, on: date, response: Response
) -> HouseholdView:
    standing = await service.read(session, household_id, on)
    response.headers["ETag"] = etag(standing.household.version)
    return HouseholdView.of(standing)


async def _made(session: SessionDep, made: Household, today: date) -> Answer[HouseholdView]:
    standing = await service.read(session, made.household_id, today)
    return Answer(
        HouseholdView.of(standing),
        version=standing.household.version,
        location=f"/registry/v1/households/{made.household_id}",
    )
