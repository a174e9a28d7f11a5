"""HTTP of simulations: a budget estimate in one call."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from common.operations.domain import OperationNotFound
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ReadSessionDep, SessionDep, SettingsDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.decisions.domain import CommuneNotFound
from eligibility.law.domain.hypothetical_law import ChangeUnknown
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.service import current_law
from eligibility.reviews import service
from eligibility.reviews.schemas.simulations import SimulationRequest, SimulationView, SumView

router = APIRouter(prefix="/simulations", tags=["reviews"])

READ = requires("eligibility:read")
SEALED = "eligibility:sealed"


@router.post(
    "",
    operation_id="start_simulation",
    summary="Mô phỏng kinh phí: thay đổi mức, tuổi, hệ số, nhóm; so với pháp luật hiện hành",
    status_code=202,
    responses=problems(CommuneNotFound, LawPeriodUnsupported, ChangeUnknown),
)
@command
async def start_simulation(
    body: SimulationRequest,
    *,
    actor: Annotated[Actor, READ],
    session: SessionDep,
    settings: SettingsDep,
) -> Answer[SimulationView]:
    """Queue the run; its sums are read from the simulation, also while it runs."""
    asked = body.asked()
    _check_communes(actor, asked.communes)
    if asked.first < current_law().first_month:
        raise LawPeriodUnsupported

    simulation_id = await service.start_simulation(
        session, asked, province_code=settings.province_code, may_know=SEALED in actor.scopes
    )
    shown = SimulationView.of(await service.simulation_of(session, simulation_id))
    return Answer(shown, location=f"/eligibility/v1/simulations/{simulation_id}")


def _check_communes(actor: Actor, communes: tuple[str, ...] | None) -> None:
    """Who has some communes asks for one of them at a time; the rest is the province's."""
    if actor.communes is None:
        return
    if communes is None or len(communes) > 1 or not actor.may_see(communes[0]):
        raise CommuneNotFound


@router.get(
    "/{simulation_id}",
    operation_id="get_simulation",
    summary="Kết quả mô phỏng: số người, kinh phí theo tháng, nhóm, xã, so với hiện hành",
    dependencies=[READ],
    responses=problems(OperationNotFound),
)
async def get_simulation(simulation_id: UUID, session: ReadSessionDep) -> SimulationView:
    """Show a simulation with its sums."""
    found = await service.simulation_of(session, simulation_id)
    sums = await service.result_of(session, simulation_id)
    return SimulationView.of(found, sums)


@router.get(
    "/{simulation_id}/rows",
    operation_id="list_simulation_rows",
    summary="Kết quả mô phỏng theo từng tháng, xã và nhóm",
    dependencies=[READ],
    responses=problems(OperationNotFound),
)
async def list_simulation_rows(
    simulation_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
) -> Page[SumView]:
    """List the sums of each month, commune, benefit and group."""
    await service.simulation_of(session, simulation_id)
    rows = await service.rows_of(session, simulation_id, page.after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (
            row["month"].isoformat(), row["commune_code"], row["benefit"], row["group_code"],
        ),
        item=SumView.of,
    )  # fmt: skip
