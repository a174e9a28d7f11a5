"""Recovery cases over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import requires
from common.web.deps import ReadSessionDep
from common.web.paging import Page, PageParams
from disbursement.recovery import service
from disbursement.recovery.schemas import RecoveryView

router = APIRouter(prefix="/recoveries", tags=["Thu hồi"])


@router.get("", summary="Các hồ sơ thu hồi", dependencies=[requires("disbursement:read")])
async def search_recoveries(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
    person_id: UUID | None = None,
) -> Page[RecoveryView]:
    """Give cases of the caller's communes with their months."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.search(
        session, commune_code=commune_code, person_id=person_id, after=after, limit=page.fetch
    )
    return page.of(rows, key=lambda row: (str(row.recovery_id),), item=RecoveryView.model_validate)
