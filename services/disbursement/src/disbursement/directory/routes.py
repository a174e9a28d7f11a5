"""The directory over the API: one person proposes, another decides."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from common.web.addresses import AddressNotAllowed, check_outside
from common.web.auth import Actor, requires
from common.web.context import context_of
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.idempotency import Answer, IdempotencyDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.directory import service
from disbursement.directory.domain import (
    AddressRefused,
    ChangeByProposer,
    ChangeDecided,
    ChangeNotFound,
    ClientTaken,
    FormatUnknown,
    KeyTaken,
    PartnerUnknown,
)
from disbursement.directory.schemas import (
    ChangeRequest,
    ChangeView,
    DebtorAccountView,
    DecisionRequest,
    KeyView,
    PartnerContent,
    PartnerDetail,
    PartnersView,
    PartnerView,
    RouteView,
)

READ = requires("partners:read")


def make_router(formats: Collection[str]) -> APIRouter:
    """Give the routes; `formats` are the codes that some adapter writes."""
    router = APIRouter(tags=["Đơn vị chi trả"])
    router.include_router(_reading)
    router.include_router(_deciding)

    @router.post(
        "/partner-changes",
        status_code=201,
        response_model=ChangeView,
        summary="Đề nghị thêm hoặc thay đổi đơn vị chi trả, khóa, tài khoản chi, tuyến chi",
        responses=problems(PartnerUnknown, KeyTaken, ClientTaken, AddressRefused, FormatUnknown),
    )
    async def propose_partner_change(
        body: ChangeRequest,
        request: Request,
        session: SessionDep,
        clock: ClockDep,
        idempotency: IdempotencyDep,
        actor: Annotated[Actor, requires("partners:write")],
    ) -> Response:
        """Propose; it counts when another person has confirmed it."""
        if isinstance(body.change, PartnerContent):
            await _check_partner(request, body.change, formats)

        async def produce() -> Answer:
            made = await service.propose(
                session,
                body.partner,
                body.change.model_dump(mode="json"),
                reason=body.reason,
                by=actor.subject,
                now=clock.now(),
            )
            location = f"/disbursement/v1/partner-changes/{made.change_id}"
            return Answer(201, ChangeView.model_validate(made), {"Location": location})

        return await idempotency.run(session, body, produce)

    return router


async def _check_partner(
    request: Request, content: PartnerContent, formats: Collection[str]
) -> None:
    if content.format not in formats:
        raise FormatUnknown(known=sorted(formats))
    if content.delivery == "pull":
        return
    if content.delivery == "folder":
        if not content.address or content.address.startswith("/") or ".." in content.address:
            raise AddressRefused("Thư mục là tên nằm trong thư mục giao nhận của máy chủ.")
        return
    sandbox = context_of(request).settings.environment == "sandbox"
    try:
        await check_outside(content.address, inside_allowed=sandbox)
    except AddressNotAllowed as error:
        raise AddressRefused(str(error)) from error


_reading = APIRouter()
_deciding = APIRouter()


@_reading.get("/partners", summary="Các đơn vị chi trả", dependencies=[READ])
async def list_partners(session: ReadSessionDep) -> PartnersView:
    """Give every partner."""
    found = await service.partners(session)
    return PartnersView(items=[PartnerView.model_validate(item) for item in found])


@_reading.get(
    "/partners/{code}",
    summary="Một đơn vị chi trả: khóa, tài khoản chi, tuyến chi",
    dependencies=[READ],
    responses=problems(PartnerUnknown),
)
async def show_partner(code: str, session: ReadSessionDep) -> PartnerDetail:
    """Give a partner with everything that is confirmed about it."""
    found = await service.partner(session, code)
    accounts = await service.debtor_accounts(session, code)
    return PartnerDetail(
        **PartnerView.model_validate(found).model_dump(),
        keys=[KeyView.model_validate(key) for key in await service.keys(session, code)],
        debtor_accounts=[
            DebtorAccountView(
                commune_code=item.commune_code,
                holder=item.holder,
                account_end=item.account[-4:],
                bank_code=item.bank_code,
                valid_from=item.valid_from,
            )
            for item in accounts
        ],
        routes=[
            RouteView.model_validate(route)
            for route in await service.routes(session)
            if route.partner == code
        ],
    )


@_reading.get("/partner-changes", summary="Các đề nghị thay đổi", dependencies=[READ])
async def list_partner_changes(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Literal["proposed", "confirmed", "refused"] | None = None,
) -> Page[ChangeView]:
    """Give proposals, the newest first."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.changes(session, state=state, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.change_id),), item=ChangeView.model_validate)


_DECIDED = problems(
    ChangeNotFound, ChangeDecided, ChangeByProposer, PartnerUnknown, KeyTaken, ClientTaken
)


def _decision(*, confirmed: bool) -> Callable[..., object]:
    async def decide(
        change_id: UUID,
        body: DecisionRequest,
        session: SessionDep,
        clock: ClockDep,
        idempotency: IdempotencyDep,
        actor: Annotated[Actor, requires("partners:confirm")],
    ) -> Response:
        async def produce() -> Answer:
            made = await service.decide(
                session,
                change_id,
                confirmed=confirmed,
                by=actor.subject,
                reason=body.reason,
                now=clock.now(),
            )
            return Answer(200, ChangeView.model_validate(made))

        return await idempotency.run(session, body, produce)

    return decide


for _name, _confirmed, _summary in (
    ("confirm", True, "Xác nhận một đề nghị (người khác với người đề nghị)"),
    ("refuse", False, "Từ chối một đề nghị, có lý do"),
):
    _deciding.add_api_route(
        f"/partner-changes/{{change_id}}/{_name}",
        _decision(confirmed=_confirmed),
        methods=["POST"],
        name=f"{_name}_partner_change",
        response_model=ChangeView,
        summary=_summary,
        responses=_DECIDED,
    )
