"""Routes of circumstances."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from common.contracts.fields import PersonalId
from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, SessionDep
from common.web.etag import IfMatch, etag
from common.web.problems import problems
from registry.circumstances import service
from registry.circumstances.domain import (
    CircumstanceNotFound,
    CircumstanceSuperseded,
    EndOutsidePeriod,
    FactContradicts,
    KindDiffers,
    PeriodInvalid,
    PeriodTaken,
    SealedElsewhere,
)
from registry.circumstances.schemas import (
    CircumstanceView,
    CorrectCircumstanceRequest,
    EndCircumstanceRequest,
    StateCircumstance,
    WithdrawCircumstanceRequest,
)
from registry.persons import service as persons
from registry.persons.domain import PersonNotFound

router = APIRouter(prefix="/persons", tags=["circumstances"])

PersonalIdPath = Annotated[PersonalId, Path()]
_ROW = (PersonNotFound, CircumstanceNotFound, CircumstanceSuperseded, SealedElsewhere)


@router.post(
    "/{personal_id}/circumstances",
    operation_id="establish_circumstance",
    status_code=201,
    summary="Ghi nhận một hoàn cảnh",
    responses=problems(PersonNotFound, PeriodInvalid, FactContradicts),
    dependencies=[requires("registry:write")],
)
@command
async def establish_circumstance(
    personal_id: PersonalIdPath,
    body: StateCircumstance,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[CircumstanceView]:
    """Record a dated fact; one that it replaces is superseded, never changed."""
    person, row = await service.establish_for(session, personal_id, body.fact(), now=clock.now())
    return Answer(CircumstanceView.of(row), version=person.version)


@router.get(
    "/{personal_id}/circumstances",
    operation_id="list_circumstances",
    summary="Hoàn cảnh của một người",
    responses=problems(PersonNotFound),
)
async def list_circumstances(
    personal_id: PersonalIdPath,
    actor: Annotated[Actor, requires("registry:read")],
    session: SessionDep,
    response: Response,
    as_of: Annotated[date | None, Query(description="Chỉ những gì đúng vào ngày này")] = None,
    known_on: Annotated[
        date | None,
        Query(
            le=date(9999, 12, 30), description="Như đã biết vào cuối ngày này; trống: như hiện biết"
        ),
    ] = None,
) -> list[CircumstanceView]:
    """Show the facts about a person, as they are known now or were known on a day."""
    person = await persons.by_personal_id(session, personal_id)
    response.headers["ETag"] = etag(person.version)
    rows = await service.history(
        session,
        person,
        as_of=as_of,
        known_on=known_on,
        sealed_scope="registry:sealed_facts" in actor.scopes,
    )
    return [CircumstanceView.of(row) for row in rows]


# without a key: PUT under If-Match: sent again, it is refused with 412
@router.put(
    "/{personal_id}/circumstances/{circumstance_id}",
    operation_id="correct_circumstance",
    summary="Sửa một hoàn cảnh đã ghi sai",
    responses=problems(
        *_ROW,
        PeriodInvalid,
        FactContradicts,
        KindDiffers,
        PeriodTaken,
        PreconditionFailed,
        PreconditionRequired,
    ),
    dependencies=[requires("registry:write")],
)
async def correct_circumstance(
    personal_id: PersonalIdPath,
    circumstance_id: UUID,
    body: CorrectCircumstanceRequest,
    session: SessionDep,
    if_match: IfMatch,
    clock: ClockDep,
    response: Response,
) -> CircumstanceView:
    """Replace what was written by what should have been; the old row stays, superseded."""
    person, row = await service.correct_for(
        session,
        personal_id,
        circumstance_id,
        (body.fact.fact(), body.reason),
        expected_version=if_match,
        now=clock.now(),
    )
    response.headers["ETag"] = etag(person.version)
    return CircumstanceView.of(row)


@router.post(
    "/{personal_id}/circumstances/{circumstance_id}/end",
    operation_id="end_circumstance",
    summary="Kết thúc một hoàn cảnh từ một ngày",
    responses=problems(*_ROW, EndOutsidePeriod),
    dependencies=[requires("registry:write")],
)
@command
async def end_circumstance(
    personal_id: PersonalIdPath,
    circumstance_id: UUID,
    body: EndCircumstanceRequest,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[CircumstanceView]:
    """Let a fact hold only until before a day."""
    person, row = await service.end_for(
        session, personal_id, circumstance_id, (body.ended_on, body.reason), now=clock.now()
    )
    return Answer(CircumstanceView.of(row), version=person.version)


@router.post(
    "/{personal_id}/circumstances/{circumstance_id}/withdraw",
    operation_id="withdraw_circumstance",
    summary="Rút một hoàn cảnh ghi nhầm",
    responses=problems(*_ROW),
    dependencies=[requires("registry:write")],
)
@command
async def withdraw_circumstance(
    personal_id: PersonalIdPath,
    circumstance_id: UUID,
    body: WithdrawCircumstanceRequest,
    session: SessionDep,
    clock: ClockDep,
) -> Answer[CircumstanceView]:
    """Take back what was written by mistake: nothing of it counts."""
    person, row = await service.withdraw_for(
        session, personal_id, circumstance_id, body.reason, now=clock.now()
    )
    return Answer(CircumstanceView.of(row), version=person.version)
