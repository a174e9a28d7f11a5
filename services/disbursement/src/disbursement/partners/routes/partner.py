"""What a bank or the post office does here: fetch its lists, tell results and statements.

A partner's token names no commune, so these routes work for the whole province and are limited to
the partner's own rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from common.audit import record
from common.database.session import AsyncSession, Scope
from common.web.auth import Actor, ActorDep, ScopeMissing, authenticated
from common.web.context import context_of
from common.web.deps import ClockDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.signatures import (
    SignatureInvalid,
    SignatureReplayed,
    SignedBody,
    SignedMessage,
)
from disbursement.accounts.service import Vault
from disbursement.partners import service
from disbursement.partners.domain import (
    DeliveryNotFound,
    MessageConflict,
    PartnerUnknown,
    TotalsDiffer,
)
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.schemas import AppliedView, DeliveryView, MessageBody


async def _this_partner(code: str, actor: ActorDep) -> Actor:
    """Only the partner itself: the scope names it."""
    if code not in ADAPTERS:
        raise PartnerUnknown
    if f"partner:{code}" not in actor.scopes:
        raise ScopeMissing(required_scopes=[f"partner:{code}"])
    return actor


async def _partner_session(
    request: Request, code: str, actor: Annotated[Actor, Depends(_this_partner)]
) -> AsyncIterator[AsyncSession]:
    """Open the request's transaction in the partner's name."""
    scope = Scope.service(f"partner:{code}:{actor.client_id}")
    async with context_of(request).database.transaction(scope) as session:
        yield session


PartnerSession = Annotated[AsyncSession, Depends(_partner_session, scope="function")]


def _router() -> APIRouter:
    return APIRouter(
        prefix="/partners/{code}",
        tags=["Ngân hàng và bưu điện"],
        dependencies=[authenticated(), Depends(_this_partner)],
        responses=problems(PartnerUnknown),
    )


def _key_of(request: Request, key_id: str) -> str | None:
    """Give the verification key of the partner that the address names, whatever it calls it."""
    del key_id
    found: Mapping[str, str] = context_of(request).settings.verify_keys()
    return found.get(request.path_params["code"])


def make_router(vault: Vault) -> APIRouter:
    """Give the partners' routes; `vault` opens stored files."""
    router = _router()

    @router.get("/lists", summary="Các danh sách giao cho đơn vị")
    async def partner_lists(
        code: str, session: PartnerSession, page: Annotated[PageParams, Depends()]
    ) -> Page[DeliveryView]:
        """Give this partner's lists by reference."""
        after = str(page.after[0]) if page.after else None
        rows = await service.deliveries_of_partner(session, code, after=after, limit=page.fetch)
        return page.of(rows, key=lambda row: (row.reference,), item=DeliveryView.model_validate)

    @router.get(
        "/lists/{list_id}/file",
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
            media_type=ADAPTERS[code].media_type,
            headers={"X-List-Reference": item.delivery.reference},
        )

    @router.post(
        "/results",
        status_code=202,
        summary="Gửi kết quả chi trả hoặc sao kê (thông điệp có chữ ký)",
        responses=problems(SignatureInvalid, SignatureReplayed, MessageConflict, TotalsDiffer),
    )
    async def partner_results(
        code: str,
        body: MessageBody,
        session: PartnerSession,
        clock: ClockDep,
        message: Annotated[SignedMessage, SignedBody(_key_of)],
    ) -> AppliedView:
        """Take a message in; the same id with the same bytes again has no second effect."""
        await message.accept(session)
        applied = await service.take_message(session, _message(code, body, message), clock.now())
        return AppliedView.model_validate(applied)

    return router


def _message(code: str, body: MessageBody, message: SignedMessage) -> service.ResultMessage:
    return service.ResultMessage(
        partner=code,
        message_id=body.message_id,
        kind=body.kind,
        reference=body.list_reference,
        entries=[service.ResultEntry(**entry.model_dump()) for entry in body.entries],
        stated_count=body.totals.count if body.totals else None,
        stated_sum=body.totals.sum if body.totals else None,
        raw=message.body,
    )
