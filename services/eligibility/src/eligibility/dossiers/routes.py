"""HTTP of `dossiers`: look at them, accept them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from common.web.auth import Actor, requires
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.etag import etag
from common.web.idempotency import Answer, IdempotencyDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.dossiers import service
from eligibility.dossiers.domain import DossierNotFound, DossierStepRefused, PapersMissing
from eligibility.dossiers.schemas import AcceptIn, DossierDetail, DossierOut

router = APIRouter(prefix="/dossiers", tags=["dossiers"])

READ = requires("eligibility:read")


@router.get("", operation_id="list_dossiers", summary="Danh sách hồ sơ", dependencies=[READ])
async def list_dossiers(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: Annotated[str | None, Query(pattern=r"^\d{5}$")] = None,
    status: Annotated[int | None, Query(ge=1, le=10)] = None,
) -> Page[DossierOut]:
    """List dossiers by code."""
    filters = {"commune_code": commune_code, "status": status}
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(rows, key=lambda row: (row.dossier_code,), item=DossierOut.of)


@router.get(
    "/{code}",
    operation_id="get_dossier",
    summary="Một hồ sơ và các bước đã qua",
    dependencies=[READ],
    responses=problems(DossierNotFound),
)
async def get_dossier(code: str, session: ReadSessionDep, response: Response) -> DossierDetail:
    """Show a dossier with its steps."""
    dossier = await service.get(session, code)
    response.headers["ETag"] = etag(dossier.version)
    return DossierDetail.with_steps(dossier, await service.steps(session, code))


@router.post(
    "/{code}/accept",
    operation_id="accept_dossier",
    summary="Tiếp nhận hồ sơ đủ giấy tờ",
    response_model=DossierOut,
    responses=problems(DossierNotFound, DossierStepRefused, PapersMissing),
)
async def accept_dossier(
    code: str,
    body: AcceptIn,
    *,
    actor: Annotated[Actor, requires("dossiers:write")],
    session: SessionDep,
    clock: ClockDep,
    idempotency: IdempotencyDep,
) -> Response:
    """Check the papers against the list of the day of receipt, and accept."""

    async def produce() -> Answer:
        dossier = await service.accept(
            session,
            code,
            papers=body.papers,
            declared_pension_income=body.declared_pension_income,
            actor=actor.subject,
            now=clock.now(),
        )
        return Answer(200, DossierOut.of(dossier), {"ETag": etag(dossier.version)})

    return await idempotency.run(session, body, produce)
