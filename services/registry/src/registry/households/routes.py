"""Routes of households."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.auth import requires
from common.web.deps import ClockDep, SessionDep
from common.web.etag import IfMatch, etag
from common.web.problems import problems
from registry.households import service
from registry.households.schemas import SetClass
from registry.persons.domain import PersonNotFound
from registry.persons.schemas import PersonView

router = APIRouter(prefix="/persons", tags=["Hộ gia đình"])


@router.put(
    "/{personal_id}/household-class",
    summary="Ghi nhận hộ nghèo, hộ cận nghèo theo năm",
    responses=problems(PersonNotFound, PreconditionFailed, PreconditionRequired),
    dependencies=[requires("registry:write")],
)
async def set_household_class(
    personal_id: Annotated[str, Path(pattern=r"^\d{12}$")],
    body: SetClass,
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
