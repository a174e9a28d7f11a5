"""Routes of representation."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from common.contracts.fields import PersonalId
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep
from common.web.etag import IfMatch, etag
from common.web.problems import problems
from registry.persons import service as persons
from registry.persons.domain import PersonKey, PersonMergedAway, PersonNotFound
from registry.persons.service import Seen
from registry.representation import service
from registry.representation.domain import (
    GuardiansTooMany,
    RecipientExists,
    RepresentationEnded,
    RepresentationInvalid,
    RepresentationNotFound,
    RepresentationRepeated,
)
from registry.representation.schemas import (
    AppointRepresentativeRequest,
    RecipientView,
    RepresentationView,
    RevokeRepresentationRequest,
)

router = APIRouter(prefix="/persons", tags=["representation"])

PersonalIdPath = Annotated[PersonalId, Path(description="Số định danh cá nhân")]


@router.get(
    "/{personal_id}/representations",
    operation_id="list_representations",
    summary="Người giám hộ, người chăm sóc, người được ủy quyền của một người",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def list_representations(
    personal_id: PersonalIdPath,
    session: SessionDep,
    response: Response,
    on: Annotated[date | None, Query(description="Còn hiệu lực vào ngày này")] = None,
) -> list[RepresentationView]:
    """List a person's appointments, of all times or of a day."""
    person, rows = await service.of_person(session, personal_id)
    response.headers["ETag"] = etag(person.version)
    return [RepresentationView.of(row) for row in rows if on is None or row.on(on)]


@router.post(
    "/{personal_id}/representations",
    operation_id="appoint",
    status_code=201,
    summary="Ghi nhận người đại diện hoặc người được ủy quyền nhận thay",
    responses=problems(
        *(PersonNotFound, RepresentationInvalid),
        *(RecipientExists, RepresentationRepeated, GuardiansTooMany),
        *(PersonMergedAway, PreconditionFailed, PreconditionRequired),
    ),
    dependencies=[requires("registry:write")],
)
@command
async def appoint(
    *,
    personal_id: PersonalIdPath,
    body: AppointRepresentativeRequest,
    if_match: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[RepresentationView]:
    """Let somebody act for a person, by a dated paper; one authorised recipient at a time."""
    seen = Seen(PersonKey(personal_id=personal_id), if_match, clock.now())
    made, person = await service.appoint(session, seen, body.stated())
    return Answer(RepresentationView.of(made), version=person.version)


@router.post(
    "/{personal_id}/representations/{representation_id}/revoke",
    operation_id="revoke",
    summary="Chấm dứt việc đại diện, ủy quyền",
    responses=problems(
        *(PersonNotFound, RepresentationNotFound, RepresentationEnded, RepresentationInvalid),
        *(PersonMergedAway, PreconditionFailed, PreconditionRequired),
    ),
    dependencies=[requires("registry:write")],
)
@command
async def revoke(
    *,
    personal_id: PersonalIdPath,
    representation_id: UUID,
    body: RevokeRepresentationRequest,
    if_match: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[RepresentationView]:
    """End an appointment from a day on."""
    seen = Seen(PersonKey(personal_id=personal_id), if_match, clock.now())
    ended, person = await service.revoke(
        session, seen, representation_id, revoked_on=body.revoked_on, reason=body.reason
    )
    return Answer(RepresentationView.of(ended), version=person.version)


@router.get(
    "/{personal_id}/recipients",
    operation_id="list_recipients",
    summary="Ai được nhận tiền của một người vào một ngày",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def list_recipients(
    personal_id: PersonalIdPath,
    session: SessionDep,
    clock: ClockDep,
    on: Annotated[date | None, Query(description="Vào ngày này; để trống: hôm nay")] = None,
) -> list[RecipientView]:
    """Say who may receive the person's money on a day; nobody else may (no authorisation, no pay)."""
    person = await persons.by_personal_id(session, personal_id)
    found = await service.who_may_receive(session, person.person_id, on or clock.today())
    return [RecipientView.of(one) for one in found]
