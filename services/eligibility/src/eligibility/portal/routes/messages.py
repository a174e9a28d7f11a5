"""HTTP of `portal`: dossiers in, the queue of statuses out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.dossiers import service as dossiers
from eligibility.dossiers.domain import (
    DossierDiffers,
    DossierStepRefused,
    OwnerIncomplete,
    ReceiptImplausible,
)
from eligibility.law.domain.law import LawPeriodUnsupported
from eligibility.law.domain.procedures import OtherProvince, ProcedureUnknown
from eligibility.portal import service
from eligibility.portal.schemas import PortalEnvelopeRequest, PortalMessageView, ReceiptView

router = APIRouter(prefix="/portal", tags=["portal"])


@router.post(
    "/dossiers",
    operation_id="receive_dossier",
    summary="Cổng dịch vụ công gửi hồ sơ, bổ sung hoặc rút hồ sơ (DongBoHoSoMC)",
    status_code=201,
    responses=problems(
        ProcedureUnknown,
        OtherProvince,
        ReceiptImplausible,
        OwnerIncomplete,
        DossierDiffers,
        DossierStepRefused,
        LawPeriodUnsupported,
    ),
)
@command
async def receive_dossier(
    body: PortalEnvelopeRequest,
    *,
    actor: Annotated[Actor, requires("portal:dossiers")],
    session: SessionDep,
    clock: ClockDep,
) -> ReceiptView:
    """Store the message as it came and answer with the receipt."""
    sent = body.data[0]

    dossier = await dossiers.receive_or_supplement(
        session,
        sent.filing(update=body.is_updating == "True"),
        body.model_dump(mode="json", by_alias=True),
        actor=actor.subject,
        now=clock.now(),
    )
    return ReceiptView.of(dossier, dossiers.missing_papers(dossier))


@router.get(
    "/messages",
    operation_id="list_portal_messages",
    summary="Hàng đợi trạng thái gửi Cổng dịch vụ công",
    dependencies=[requires("eligibility:read")],
)
async def list_messages(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Annotated[str | None, Query(pattern=r"^(queued|sent|refused)$")] = None,
) -> Page[PortalMessageView]:
    """List statuses on their way, oldest first."""
    rows = await service.page(session, state, page.after, page.fetch)
    return page.of(
        rows, key=lambda row: (str(row.message_id),), item=PortalMessageView.model_validate
    )
