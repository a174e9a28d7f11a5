"""What a bank or the post office fetches: its lists and their files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from common.audit import record
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.accounts.service import Vault
from disbursement.directory.domain import PartnerUnknown
from disbursement.partners import service
from disbursement.partners.domain import DeliveryNotFound
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.routes.access import PartnerSession, partner_router
from disbursement.partners.schemas import DeliveryView


def make_router(vault: Vault) -> APIRouter:
    """Give the partners' routes; `vault` opens stored files."""
    router = partner_router()

    @router.get("/lists", operation_id="partner_lists", summary="Các danh sách giao cho đơn vị")
    async def partner_lists(
        code: str, session: PartnerSession, page: Annotated[PageParams, Depends()]
    ) -> Page[DeliveryView]:
        """Give this partner's lists by reference."""
        after = str(page.after[0]) if page.after else None
        rows = await service.deliveries_of_partner(session, code, after=after, limit=page.fetch)
        return page.of(rows, key=lambda row: (row.reference,), item=DeliveryView.model_validate)

    @router.get(
        "/lists/{list_id}/file",
        operation_id="partner_list_file",
        summary="Tải tệp của một danh sách",
        response_class=Response,
        responses=problems(DeliveryNotFound, PartnerUnknown),
    )
    async def partner_list_file(code: str, list_id: UUID, session: PartnerSession) -> Response:
        """Give the same bytes that are sent."""
        item = await service.file_of(session, vault, list_id, code)
        await record(session, "partner_file.read", "delivery", item.delivery.delivery_id)
        return Response(
            item.content,
            media_type=ADAPTERS[item.delivery.format].media_type,
            headers={"X-List-Reference": item.delivery.reference},
        )

    return router
