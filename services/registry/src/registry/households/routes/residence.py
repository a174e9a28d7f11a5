"""Routes of former residences: where a person of a divided unit lives today."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from common.contracts.fields import PersonalId
from common.web.auth import requires
from common.web.deps import ClockDep, SessionDep
from common.web.problems import OutsideCommunes, problems
from registry.areas.domain.resolution import FormerUnitUnclear
from registry.areas.domain.villages import (
    NotACandidate,
    ResidenceTaskClosed,
    ResidenceTaskNotFound,
)
from registry.households.schemas.residence import (
    FormerResidenceRequest,
    FormerResidenceView,
    SettledView,
    SettleResidenceRequest,
)
from registry.households.service import residence as service
from registry.persons.domain import PersonNotFound

residence = APIRouter(tags=["residence"])


# without a key: PUT of the whole value: sent again, it changes nothing
@residence.put(
    "/persons/{personal_id}/former-residence",
    operation_id="place_by_former_address",
    summary="Xác định xã hiện nay theo địa chỉ trước 1/7/2025",
    responses=problems(PersonNotFound, FormerUnitUnclear, OutsideCommunes),
    dependencies=[requires("registry:write")],
)
async def place_by_former_address(
    personal_id: Annotated[PersonalId, Path()],
    body: FormerResidenceRequest,
    session: SessionDep,
    clock: ClockDep,
) -> FormerResidenceView:
    """Put a person into the commune of their former address; what is open becomes a task."""
    placed = await service.place_by_former_address(
        session, personal_id, body.place(), body.village, now=clock.now()
    )
    return FormerResidenceView(
        person_id=placed.person_id,
        outcome=placed.resolution.outcome,
        commune_code=placed.commune_code,
        candidates=sorted({unit.new_code for unit in placed.resolution.candidates}),
        task_opened=placed.task_opened,
    )


# without a key: PUT of the whole value: sent again, it changes nothing
@residence.put(
    "/residence-tasks/{task_id}",
    operation_id="settle_residence",
    summary="Xác định nơi cư trú của người thuộc xã cũ đã chia tách",
    responses=problems(ResidenceTaskNotFound, ResidenceTaskClosed, NotACandidate, OutsideCommunes),
    dependencies=[requires("registry:write")],
)
async def settle_residence(
    task_id: UUID, body: SettleResidenceRequest, session: SessionDep, clock: ClockDep
) -> SettledView:
    """Choose the commune; everybody of the same former unit and village is settled with it."""
    ids = await service.settle(session, task_id, body.commune_code, now=clock.now())
    return SettledView(commune_code=body.commune_code, person_ids=ids)
