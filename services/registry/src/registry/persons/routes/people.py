"""Registering, reading, correcting and searching people."""

# ruff: noqa: FAST003 - `personal_id` is read by the dependency `Key`
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic_core import to_json

from common import audit
from common.contracts.fields import CommuneCode
from common.observability.trace import current_trace
from common.web.auth import actor_of, requires
from common.web.commands import Answer, command
from common.web.context import context_of
from common.web.deps import ClockDep, SessionDep, scope_of
from common.web.etag import IfMatch, etag
from common.web.paging import LIMIT_DEFAULT, LIMIT_MAX, Page, PageParams
from common.web.problems import problems
from registry.persons import service
from registry.persons.domain import (
    BirthInFuture,
    ChangeInFuture,
    PersonExists,
    PersonKey,
    PersonNotFound,
    PersonNumberMissing,
    SearchTooWide,
)
from registry.persons.routes.shared import CHANGE, COMMUNE, Key, PersonKeyPath, Settings
from registry.persons.schemas import (
    CorrectPersonRequest,
    PersonView,
    RegisterPersonRequest,
    VersionView,
)
from registry.persons.schemas.listing import person_shown
from registry.persons.service import PersonDraft, PersonFilter, Reader, Slice

router = APIRouter(prefix="/persons", tags=["persons"])


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What people are searched by; all of it must hold."""

    commune_code: str | None
    name: str | None
    match: Literal["prefix", "exact", "similar"]
    birth_year: int | None
    number: str | None
    village: str | None


async def search_params(
    commune_code: Annotated[
        CommuneCode | None, Query(description="Trống: mọi xã của tài khoản")
    ] = None,
    name: Annotated[str | None, Query(max_length=200, description="Họ tên, không cần dấu")] = None,
    match: Annotated[
        Literal["prefix", "exact", "similar"],
        Query(
            description="prefix: phần đầu họ tên; exact: cả họ tên;"
            " similar: cho phép gõ sai, năm sinh được lệch một năm"
        ),
    ] = "prefix",
    birth_year: Annotated[int | None, Query(ge=1880, le=2100)] = None,
    number: Annotated[
        str | None,
        Query(
            pattern=r"^([0-9]{12}|[0-9]{9})$",
            description="Số định danh hoặc CMND, hiện nay hay trước đây",
        ),
    ] = None,
    village: Annotated[str | None, Query(max_length=200)] = None,
) -> SearchParams:
    """Read what is searched by, and refuse to list a whole province."""
    if commune_code is None and name is None and number is None and birth_year is None:
        raise SearchTooWide
    return SearchParams(commune_code, name, match, birth_year, number, village)


async def page_params(
    request: Request,
    limit: Annotated[
        int, Query(ge=1, le=LIMIT_MAX, description="Số dòng tối đa của một trang")
    ] = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None, Query(max_length=2048, description="next_cursor của trang trước")
    ] = None,
) -> PageParams:
    """Read the page; async, or a thread of its own would read it for each search."""
    return PageParams(request, limit, cursor)


@router.post(
    "",
    operation_id="register_person",
    status_code=201,
    summary="Đăng ký một người",
    responses=problems(PersonExists, PersonNumberMissing, BirthInFuture, *COMMUNE),
    dependencies=[requires("registry:write")],
)
@command
async def register_person(
    body: RegisterPersonRequest,
    session: SessionDep,
    clock: ClockDep,
    settings: Settings,
) -> Answer[PersonView]:
    """Register a person; a number that is known anywhere in the province is refused."""
    person = await service.register_person(
        session,
        body.identity(body.personal_id),
        now=clock.now(),
        province_code=settings.province_code,
    )
    address = (
        f"/registry/v1/persons/{person.identity.personal_id}"
        if person.identity.personal_id
        else f"/registry/v1/persons/by-id/{person.person_id}"
    )
    return Answer(PersonView.of(person), location=address, version=person.version)


@router.get(
    "",
    operation_id="list_persons",
    summary="Tìm người trong địa bàn của tài khoản",
    response_model=Page[PersonView],
    responses=problems(SearchTooWide),
    dependencies=[requires("registry:read")],
)
async def list_persons(
    request: Request,
    page: Annotated[PageParams, Depends(page_params)],
    settings: Settings,
    wanted: Annotated[SearchParams, Depends(search_params)],
) -> Response:
    """Search people in the order of Vietnamese names; similar names by likeness, one page."""
    similar = wanted.match == "similar" and wanted.name is not None
    after = (str(page.after[0]), UUID(str(page.after[1]))) if page.after else None
    rows = await service.find(
        context_of(request).database,
        service.searched_communes(
            actor_of(request).communes, wanted.commune_code, settings.province_code
        ),
        PersonFilter(
            name=wanted.name,
            birth_year=wanted.birth_year,
            number=wanted.number,
            village=wanted.village,
            match=wanted.match,
        ),
        Slice(after, page.limit if similar else page.fetch),
        _reader(request),
    )
    # The rows were checked when they were written: they are written out once, without a model.
    shown = page.of(
        rows, key=lambda row: (row["name_sort"], str(row["person_id"])), item=person_shown
    )
    return Response(
        to_json({"items": shown.items, "next_cursor": shown.next_cursor}),
        media_type="application/json",
    )


@router.get(
    "/by-id/{person_id}",
    operation_id="get_person_by_id",
    summary="Xem một người theo mã nội bộ",
    response_model=PersonView,
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_person_by_id(person_id: UUID, request: Request) -> Response:
    """Show a person by id: the way to people without the 12 digits."""
    return await _shown(PersonKey(person_id=person_id), request)


@router.get(
    "/{personal_id}",
    operation_id="get_person",
    summary="Xem một người",
    response_model=PersonView,
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_person(personal_id: PersonKeyPath, request: Request) -> Response:
    """Show a person by number (also one of before) or id; a merged record says into which."""
    return await _shown(PersonKey.parse(personal_id), request)


async def _shown(key: PersonKey, request: Request) -> Response:
    # The most frequent route: no dependency but the token's, which leaves the actor in the request,
    # and the row, which was checked when it was written, is written out once.
    person = await service.read_one(context_of(request).database, key, _reader(request))
    return Response(
        PersonView.of(person).model_dump_json(),
        media_type="application/json",
        headers={"ETag": etag(person.version)},
    )


def _reader(request: Request) -> Reader:
    actor = actor_of(request)
    scope = scope_of(actor)
    return Reader(
        communes=scope.setting,
        actor=scope.actor,
        request_id=current_trace().request_id,
        purpose=audit.current_purpose(),
    )


# without a key: PUT under If-Match: sent again, it is refused with 412
@router.put(
    "/{personal_id}",
    operation_id="correct_person",
    summary="Đính chính hoặc ghi nhận thay đổi của một người",
    responses=problems(*CHANGE, *(BirthInFuture, ChangeInFuture, PersonNumberMissing), *COMMUNE),
    dependencies=[requires("registry:write")],
)
async def correct_person(
    key: Key,
    body: CorrectPersonRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    settings: Settings,
    response: Response,
) -> PersonView:
    """Correct a person, or record a change from a day on; needs the ETag of the last read."""
    person = await service.correct_person(
        session,
        key,
        PersonDraft(body.identity(None), body.valid_from, body.unsaid),
        expected_version=if_match,
        now=clock.now(),
        province_code=settings.province_code,
    )
    response.headers["ETag"] = etag(person.version)
    return PersonView.of(person)


@router.get(
    "/{personal_id}/history",
    operation_id="get_history",
    summary="Lịch sử dữ liệu của một người",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_history(
    key: Key,
    session: SessionDep,
    as_of: Annotated[date | None, Query(description="Điều đúng vào ngày này")] = None,
    known_on: Annotated[
        date | None, Query(description="Theo những gì đã biết vào ngày này")
    ] = None,
) -> list[VersionView]:
    """Show what was written down about a person, and when it was known."""
    person = await service.by_key(session, key)
    rows = await service.history(session, person, as_of=as_of, known_on=known_on)
    return [VersionView.of(row) for row in rows]
