"""Routes of persons."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from common.contracts.fields import CommuneCode
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import requires
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.etag import IfMatch, etag
from common.web.idempotency import Answer, IdempotencyDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.persons import service
from registry.persons.domain import (
    BirthInFuture,
    ChangeInFuture,
    CommuneNotYours,
    PersonExists,
    PersonNotFound,
    PersonNumberMissing,
)
from registry.persons.schemas import CorrectPerson, PersonView, RegisterPerson, VersionView
from registry.persons.service import PersonDraft, PersonFilter
from registry.settings import RegistrySettings

router = APIRouter(prefix="/persons", tags=["Người"])

PersonalIdPath = Annotated[
    str, Path(pattern=r"^\d{12}$", description="Số định danh cá nhân", examples=["003151000017"])
]
Settings = Annotated[RegistrySettings, Depends(service_settings)]
_COMMUNE = (CommuneNotFound, CommuneOutsideProvince, CommuneNotYours)


@router.post(
    "",
    status_code=201,
    summary="Đăng ký một người",
    response_model=PersonView,
    responses=problems(PersonExists, PersonNumberMissing, BirthInFuture, *_COMMUNE),
    dependencies=[requires("registry:write")],
)
async def register_person(
    body: RegisterPerson,
    session: SessionDep,
    idempotency: IdempotencyDep,
    clock: ClockDep,
    settings: Settings,
) -> Response:
    """Register a person; a number that is known anywhere in the province is refused."""

    async def produce() -> Answer:
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
        return Answer(
            201, PersonView.of(person), {"Location": address, "ETag": etag(person.version)}
        )

    return await idempotency.run(session, body, produce)


@router.get("", summary="Tìm người trong một xã", dependencies=[requires("registry:read")])
async def list_persons(
    session: SessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[CommuneCode, Query()],
    name: Annotated[
        str | None, Query(max_length=200, description="Phần đầu họ tên, không cần dấu")
    ] = None,
    birth_year: Annotated[int | None, Query(ge=1880, le=2100)] = None,
) -> Page[PersonView]:
    """List a commune's people in the order of Vietnamese names."""
    after = (str(page.after[0]), UUID(str(page.after[1]))) if page.after else None
    rows = await service.search(
        session,
        commune_code,
        PersonFilter(name=name, birth_year=birth_year),
        after=after,
        limit=page.fetch,
    )
    return page.of(
        rows,
        key=lambda row: (row[1], str(row[0].person_id)),
        item=lambda row: PersonView.of(row[0]),
    )


@router.get(
    "/by-id/{person_id}",
    summary="Xem một người theo mã nội bộ",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_person_by_id(person_id: UUID, session: SessionDep, response: Response) -> PersonView:
    """Show a person by id: the way to people without the 12 digits."""
    person = await service.by_person_id(session, person_id)
    response.headers["ETag"] = etag(person.version)
    return PersonView.of(person)


@router.get(
    "/{personal_id}",
    summary="Xem một người",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_person(
    personal_id: PersonalIdPath, session: SessionDep, response: Response
) -> PersonView:
    """Show a person by the 12 digits."""
    person = await service.by_personal_id(session, personal_id)
    response.headers["ETag"] = etag(person.version)
    return PersonView.of(person)


@router.put(
    "/{personal_id}",
    summary="Đính chính hoặc ghi nhận thay đổi của một người",
    responses=problems(
        *(PersonNotFound, PreconditionFailed, PreconditionRequired, BirthInFuture, ChangeInFuture),
        *_COMMUNE,
    ),
    dependencies=[requires("registry:write")],
)
async def correct_person(
    personal_id: PersonalIdPath,
    body: CorrectPerson,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    settings: Settings,
    response: Response,
) -> PersonView:
    """Correct a person, or record a change from a day on; needs the ETag of the last read."""
    person = await service.correct_person(
        session,
        personal_id,
        PersonDraft(body.identity(personal_id), body.valid_from),
        expected_version=if_match,
        now=clock.now(),
        province_code=settings.province_code,
    )
    response.headers["ETag"] = etag(person.version)
    return PersonView.of(person)


@router.get(
    "/{personal_id}/history",
    summary="Lịch sử dữ liệu của một người",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def get_history(
    personal_id: PersonalIdPath,
    session: SessionDep,
    as_of: Annotated[date | None, Query(description="Điều đúng vào ngày này")] = None,
    known_on: Annotated[
        date | None, Query(description="Theo những gì đã biết vào ngày này")
    ] = None,
) -> list[VersionView]:
    """Show what was written down about a person, and when it was known."""
    person = await service.by_personal_id(session, personal_id)
    rows = await service.history(session, person, as_of=as_of, known_on=known_on)
    return [VersionView.of(row) for row in rows]
