"""What the office sees of partners' messages: lines that do not fit, messages that were refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from common.audit import record
from common.web.auth import requires
from common.web.deps import ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.accounts.service import Vault
from disbursement.partners import service
from disbursement.partners.domain import RefusedMessageNotFound
from disbursement.partners.messages.lines import LINE_PROBLEMS
from disbursement.partners.schemas import PartnerExceptionView, RefusedMessageView

READ = requires("disbursement:read")
_router = APIRouter()


@_router.get(
    "/partner-exceptions",
    operation_id="partner_exceptions",
    summary="Điều đơn vị chi trả báo mà không khớp với hệ thống",
    dependencies=[READ],
)
async def partner_exceptions(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    partner: Annotated[str, Query(max_length=40)],
    reference: Annotated[str | None, Query(max_length=100)] = None,
    end_to_end_id: Annotated[str | None, Query(max_length=35)] = None,
) -> Page[PartnerExceptionView]:
    """Give repeats, contradictions, unknown references, differing amounts and wrong lines."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.exceptions(
        session,
        partner,
        service.ExceptionFilter(reference, end_to_end_id),
        after=after,
        limit=page.fetch,
    )

    def show(row: service.PartnerException) -> PartnerExceptionView:
        shown = PartnerExceptionView.model_validate(row)
        return shown.model_copy(update={"message": LINE_PROBLEMS.get(row.code)})

    return page.of(rows, key=lambda row: (str(row.exception_id),), item=show)


@_router.get(
    "/partner-refusals",
    operation_id="partner_refusals",
    summary="Thông điệp của đơn vị chi trả bị từ chối toàn bộ",
    dependencies=[requires("partners:read")],
)
async def partner_refusals(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    partner: Annotated[str, Query(max_length=40)],
) -> Page[RefusedMessageView]:
    """Give refused messages, the latest first; their bytes are kept as they came."""
    after = (datetime.fromisoformat(str(page.after[0])), str(page.after[1])) if page.after else None
    rows = await service.refused_messages(session, partner, after=after, limit=page.fetch)
    return page.of(
        rows,
        key=lambda row: (row.last_at.isoformat(), row.sha256),
        item=RefusedMessageView.model_validate,
    )


def make_router(vault: Vault) -> APIRouter:
    """Give the routes; `vault` opens kept messages."""
    router = APIRouter(tags=["partner-messages"])
    router.include_router(_router)

    @router.get(
        "/partner-refusals/{partner}/{sha256}",
        operation_id="partner_refusal_bytes",
        summary="Tải nguyên văn một thông điệp đã bị từ chối",
        response_class=Response,
        dependencies=[requires("partners:read")],
        responses=problems(RefusedMessageNotFound),
    )
    async def partner_refusal_bytes(
        partner: Annotated[str, Path(max_length=40)],
        sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
        session: SessionDep,
    ) -> Response:
        """Give the bytes as they came; reading them is audited."""
        raw = await service.refused_bytes(session, vault, partner, sha256)
        await record(session, "partner_refusal.read", "partner_refusal", sha256)
        return Response(raw, media_type="application/octet-stream")

    return router
