"""HTTP of `entitlements`: look at them, and at what they leave owed."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from common.contracts.benefits import KnownBenefit, told_benefits
from common.contracts.fields import MONTH_PATTERN, CommuneCode, PersonalId
from common.kernel.months import Month
from common.web.auth import Actor, requires
from common.web.deps import ClockDep, ReadSessionDep
from common.web.etag import etag
from common.web.paging import Page, PageParams
from common.web.problems import problems
from eligibility.entitlements import service
from eligibility.entitlements.domain import EntitlementNotFound
from eligibility.entitlements.schemas import ArrearsView, EntitlementView

router = APIRouter(prefix="/entitlements", tags=["entitlements"])

READ = requires("eligibility:read")
Reader = Annotated[Actor, READ]
SEALED = "eligibility:sealed"
"""Who holds this scope may read which group a line is of."""


@router.get(
    "",
    operation_id="list_entitlements",
    summary="Chế độ đang hưởng theo địa bàn hoặc theo người",
)
async def list_entitlements(
    actor: Reader,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    *,
    commune_code: Annotated[CommuneCode | None, Query()] = None,
    person_id: UUID | None = None,
    personal_id: Annotated[PersonalId | None, Query()] = None,
    benefit: KnownBenefit | None = None,
    status: Annotated[str | None, Query(pattern=r"^(active|held|suspended|stopped)$")] = None,
) -> Page[EntitlementView]:
    """List entitlements; an unknown personal number gives an empty list."""
    filters = {
        "commune_code": commune_code,
        "person_id": await service.person_filter(session, person_id, personal_id),
        "benefits": None if benefit is None else _told_as(benefit, actor),
        "status": status,
    }
    rows = await service.page(session, filters, page.after, page.fetch)
    return page.of(
        rows,
        key=lambda row: (str(row.entitlement_id),),
        item=partial(EntitlementView.of, sealed_scope=SEALED in actor.scopes),
    )


@router.get(
    "/{entitlement_id}",
    operation_id="get_entitlement",
    summary="Một chế độ đang hưởng",
    responses=problems(EntitlementNotFound),
)
async def get_entitlement(
    entitlement_id: UUID, actor: Reader, session: ReadSessionDep, response: Response
) -> EntitlementView:
    """Show an entitlement with its levels."""
    item = await service.get(session, entitlement_id)
    response.headers["ETag"] = etag(item.version)
    return EntitlementView.of(item, sealed_scope=SEALED in actor.scopes)


@router.get(
    "/{entitlement_id}/arrears",
    operation_id="get_arrears",
    summary="Phải chi và đã chi từng tháng, phần còn phải truy lĩnh hoặc thu hồi",
    responses=problems(EntitlementNotFound),
)
async def get_arrears(
    entitlement_id: UUID,
    actor: Reader,
    session: ReadSessionDep,
    clock: ClockDep,
    to: Annotated[
        str | None,
        Query(pattern=MONTH_PATTERN, description="Tháng cuối, mặc định tháng này"),
    ] = None,
) -> ArrearsView:
    """Compare what is owed with what was recorded as paid, month by month."""
    item = await service.get(session, entitlement_id)
    last = clock.month() if to is None else Month.parse(to)
    return ArrearsView.of(item, last, sealed_scope=SEALED in actor.scopes)


def _told_as(benefit: str, actor: Actor) -> list[str]:
    """Give the benefits that a filter means: one, or all that are told alike."""
    return [benefit] if SEALED in actor.scopes else list(told_benefits(benefit))
