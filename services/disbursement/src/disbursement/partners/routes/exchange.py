"""What a bank or the post office tells: results and statements, signed; what is refused is kept."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from common.database.session import Scope
from common.kernel.errors import DomainError
from common.runtime.clock import VN_TZ, system_now
from common.web.auth import actor_if_known
from common.web.context import context_of
from common.web.deps import ClockDep
from common.web.problems import problems
from common.web.signatures import (
    SignatureInvalid,
    SignatureReplayed,
    SignedMessage,
    verify_request,
)
from disbursement.accounts.service import Vault
from disbursement.directory import service as directory
from disbursement.directory.domain import Partner
from disbursement.partners import service
from disbursement.partners.domain import MessageConflict, TotalsDiffer
from disbursement.partners.messages.lines import known_reasons
from disbursement.partners.messages.message import FileKindUnknown, KeyRepeated, MessageUnreadable
from disbursement.partners.messages.reading import read_file, read_json
from disbursement.partners.routes.access import (
    SCOPE,
    PartnerSession,
    partner_router,
    this_partner,
)
from disbursement.partners.schemas import AppliedView, MessageContent


def kept_route(vault: Vault) -> type[APIRoute]:
    """Give a route that keeps what it refuses: the bytes as they came, with the problem's code.

    Only for a caller who has proved to be this partner: nobody else fills the store.
    """

    class KeptRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Wrap the handler; a refusal goes on as it was."""
            handle = super().get_route_handler()

            async def handle_or_keep(request: Request) -> Response:
                try:
                    return await handle(request)
                except (DomainError, RequestValidationError) as refusal:
                    await _keep(request, vault, refusal)
                    raise

            return handle_or_keep

    return KeptRoute


async def _keep(
    request: Request, vault: Vault, refusal: DomainError | RequestValidationError
) -> None:
    code = request.path_params["code"]
    actor = await actor_if_known(request)
    if actor is None or SCOPE not in actor.scopes:
        return
    try:
        await this_partner(request, code, actor)
    except DomainError:
        return
    context = context_of(request)
    async with context.database.transaction(Scope.service(f"partner:{code}")) as session:
        await service.keep_refused(
            session,
            vault,
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
    """Give the routes that take signed messages in; `vault` seals what they keep."""
    router = partner_router()
    router.route_class = kept_route(vault)
    _add_results(router, vault)
    _add_files(router, vault)
    return router


def _add_results(router: APIRouter, vault: Vault) -> None:
    # without a key: the signed message has an id of its own and is kept once
    @router.post(
        "/results", operation_id="partner_results",
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
        return AppliedView.of(await service.take_message(session, vault, message, clock.now()))


def _add_files(router: APIRouter, vault: Vault) -> None:
    # without a key: the signed message has an id of its own and is kept once
    @router.post(
        "/files", operation_id="partner_files",
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
        return AppliedView.of(await service.take_message(session, vault, message, clock.now()))
