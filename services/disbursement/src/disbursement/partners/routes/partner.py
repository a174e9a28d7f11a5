"""What a bank or the post office does here: fetch its lists, tell results and statements.

A partner's token names no commune, so these routes work for the whole province and are limited to
the partner's own rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from common.audit import record
from common.database.session import AsyncSession, Scope
from common.kernel.errors import DomainError
from common.runtime.clock import VN_TZ, system_now
from common.web.auth import Actor, actor_if_known, requires
from common.web.context import context_of
from common.web.deps import ClockDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from common.web.signatures import (
    SignatureInvalid,
    SignatureReplayed,
    SignedMessage,
    verify_request,
)
from disbursement.accounts.service import Vault
from disbursement.directory import service as directory
from disbursement.directory.domain import Partner, PartnerNotYours, PartnerUnknown
from disbursement.partners import service
from disbursement.partners.domain import DeliveryNotFound, MessageConflict, TotalsDiffer
from disbursement.partners.formats.registry import ADAPTERS
from disbursement.partners.messages.lines import known_reasons
from disbursement.partners.messages.message import FileKindUnknown, KeyRepeated, MessageUnreadable
from disbursement.partners.messages.reading import read_file, read_json
from disbursement.partners.schemas import AppliedView, DeliveryView, MessageContent

SCOPE = "partners:exchange"


async def _this_partner(
    request: Request, code: str, actor: Annotated[Actor, requires(SCOPE)]
) -> Actor:
    """Only the partner itself: its row names the OAuth2 client that speaks for it.

    Raises:
        PartnerUnknown, PartnerNotYours: no such partner, or another one's client.
    """
    async with context_of(request).database.read(Scope.service("partners")) as session:
        partner = await directory.partner(session, code)
    if partner.client_id != actor.client_id:
        raise PartnerNotYours
    request.state.partner = partner
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
        dependencies=[Depends(_this_partner)],
        responses=problems(PartnerUnknown, PartnerNotYours),
    )


class KeptRoute(APIRoute):
    """A route that keeps what it refuses: the bytes as they came, with the problem's code.

    Only for a caller who has proved to be this partner: nobody else fills the store.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler; a refusal goes on as it was."""
        handle = super().get_route_handler()

        async def handle_or_keep(request: Request) -> Response:
            try:
                return await handle(request)
            except (DomainError, RequestValidationError) as refusal:
                await _keep(request, refusal)
                raise

        return handle_or_keep


async def _keep(request: Request, refusal: DomainError | RequestValidationError) -> None:
    code = request.path_params["code"]
    actor = await actor_if_known(request)
    if actor is None or SCOPE not in actor.scopes:
        return
    try:
        await _this_partner(request, code, actor)
    except DomainError:
        return
    context = context_of(request)
    async with context.database.transaction(Scope.service(f"partner:{code}")) as session:
        await service.keep_refused(
            session,
            partner=code,
            code=getattr(refusal, "code", "invalid_input"),
            raw=await request.body(),
            now=context.clock.now(),
        )


async def _signed(request: Request, code: str, session: PartnerSession) -> SignedMessage:
    """Verify the signature by the keys that the partner has on this day."""
    keys = await directory.verification_keys(session, code, system_now().astimezone(VN_TZ).date())
    return await verify_request(request, keys.get)


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
            media_type=ADAPTERS[item.delivery.format].media_type,
            headers={"X-List-Reference": item.delivery.reference},
        )

    return router


message_router = _router()
"""Routes that take signed messages in; what they refuse is kept."""
message_router.route_class = KeptRoute


# without a key: the signed message has an id of its own and is kept once
@message_router.post(
    "/results",
    status_code=202,
    summary="Gửi kết quả chi trả hoặc sao kê (thông điệp có chữ ký)",
    responses=problems(
        SignatureInvalid, SignatureReplayed, MessageConflict, TotalsDiffer, MessageUnreadable,
        KeyRepeated,
    ),
)  # fmt: skip
async def partner_results(
    request: Request,
    code: str,
    body: MessageContent,
    session: PartnerSession,
    clock: ClockDep,
    signed: Annotated[SignedMessage, Depends(_signed)],
) -> AppliedView:
    """Take a message in; the same id with the same bytes again has no second effect.

    Every line has its outcome in the answer. A wrong line is an exception of its own.
    """
    del body
    partner: Partner = request.state.partner
    await signed.accept(session)
    message = read_json(
        code, signed.body, today=clock.today(), reasons=known_reasons(partner.profile)
    )
    return AppliedView.of(await service.take_message(session, message, clock.now()))


# without a key: the signed message has an id of its own and is kept once
@message_router.post(
    "/files",
    status_code=202,
    summary="Gửi tệp kết quả hoặc sao kê: pain.002, camt.053, camt.054, NDJSON (có chữ ký)",
    responses=problems(
        SignatureInvalid, SignatureReplayed, MessageConflict, TotalsDiffer, MessageUnreadable,
        KeyRepeated, FileKindUnknown,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/xml", "application/x-ndjson")
            },
        }
    },
)  # fmt: skip
async def partner_files(
    request: Request,
    code: str,
    session: PartnerSession,
    clock: ClockDep,
    signed: Annotated[SignedMessage, Depends(_signed)],
) -> AppliedView:
    """Take a file in; its own message id keeps it from counting twice."""
    partner: Partner = request.state.partner
    await signed.accept(session)
    message = read_file(
        code,
        signed.body,
        request.headers.get("content-type", ""),
        today=clock.today(),
        reasons=known_reasons(partner.profile),
    )
    return AppliedView.of(await service.take_message(session, message, clock.now()))
