"""Routes of circumstances."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from common import audit
from common.web.auth import requires
from common.web.deps import ClockDep, SessionDep
from common.web.etag import etag
from common.web.idempotency import Answer, IdempotencyDep
from common.web.problems import problems
from registry.circumstances import service
from registry.circumstances.domain import PeriodInvalid
from registry.circumstances.schemas import CircumstanceView, StateCircumstance
from registry.persons import service as persons
from registry.persons.domain import PersonNotFound

router = APIRouter(prefix="/persons", tags=["Hoàn cảnh"])

PersonalIdPath = Annotated[str, Path(pattern=r"^\d{12}$", examples=["003151000017"])]


@router.post(
    "/{personal_id}/circumstances",
    status_code=201,
    summary="Ghi nhận mức độ khuyết tật hoặc lương hưu",
    response_model=CircumstanceView,
    responses=problems(PersonNotFound, PeriodInvalid),
    dependencies=[requires("registry:write")],
)
async def establish_circumstance(
    personal_id: PersonalIdPath,
    body: StateCircumstance,
    session: SessionDep,
    idempotency: IdempotencyDep,
    clock: ClockDep,
) -> Response:
    """Record a dated fact; one that it replaces is superseded, never changed."""

    async def produce() -> Answer:
        person, row = await service.establish_for(
            session, personal_id, body.fact(), now=clock.now()
        )
        return Answer(201, CircumstanceView.of(row), {"ETag": etag(person.version)})

    return await idempotency.run(session, body, produce)


@router.get(
    "/{personal_id}/circumstances",
    summary="Hoàn cảnh hiện biết của một người",
    responses=problems(PersonNotFound),
    dependencies=[requires("registry:read")],
)
async def list_circumstances(
    personal_id: PersonalIdPath, session: SessionDep
) -> list[CircumstanceView]:
    """Show the facts about a person as they are known now."""
    person = await persons.by_personal_id(session, personal_id)
    await audit.record(session, "circumstances.read", "person", person.person_id)
    rows = await service.current(session, [person.person_id])
    return [CircumstanceView.of(row) for row in rows.get(person.person_id, [])]
