"""HTTP of `entitlements`: look at them, and at what they leave owed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.registry import BenefitCode
from common.kernel.months import Month
from common.web.auth import requires
from common.web.deps import ClockDep, ReadSessionDep
from common.web.etag import etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.entitlements import service
from eligibility.entitlements.domain import EntitlementNotFound
from eligibility.entitlements.schemas import ArrearsOut, EntitlementOut

router = APIRouter(prefix="/entitlements", tags=["entitlements"])

READ = requires("eligibility:read")


@router.get(
    "",
    operation_id="list_entitlements",
    summary="Chế độ đang hưởng theo địa bàn hoặc theo người",
    dependencies=[READ],
)
async def list_entitlements(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: Annotated[str | None, Query(pattern=r"^\d{5}$")] = None,
    person_id: UUID | None = None,
    personal_id: Annotated[str | None, Query(pattern=r"^\d{12}$")] = None,
    benefit: BenefitCode | None = None,
    status: Annotated[str | None, Query(pattern=r"^(active|held|suspended|stopped)$")] = None,
) -> Page[EntitlementOut]:
    """List entitlements; an unknown personal number gives an empty list."""
    filters = {
        "commune_code": commune_code,
        "person_id": await service.person_filter(session, person_id, personal_id),
        "benefit": benefit,
        "status": status,
    }
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(rows, key=lambda row: (str(row.entitlement_id),), item=EntitlementOut.of)


@router.get(
    "/{entitlement_id}",
    operation_id="get_entitlement",
    summary="Một chế độ đang hưởng",
    dependencies=[READ],
    responses=problems(EntitlementNotFound),
)
async def get_entitlement(
    entitlement_id: UUID, session: ReadSessionDep, response: Response
) -> EntitlementOut:
    """Show an entitlement with its levels."""
    item = await service.get(session, entitlement_id)
    response.headers["ETag"] = etag(item.version)
    return EntitlementOut.of(item)


@router.get(
    "/{entitlement_id}/arrears",
    operation_id="get_arrears",
    summary="Phải chi và đã chi từng tháng, phần còn phải truy lĩnh hoặc thu hồi",
    dependencies=[READ],
    responses=problems(EntitlementNotFound),
)
async def get_arrears(
    entitlement_id: UUID,
    session: ReadSessionDep,
    clock: ClockDep,
    to: Annotated[
        str | None,
        Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="Tháng cuối, mặc định tháng này"),
    ] = None,
) -> ArrearsOut:
    """Compare what is owed with what was recorded as paid, month by month."""
    item = await service.get(session, entitlement_id)
    return ArrearsOut.of(item, clock.month() if to is None else Month.parse(to))
