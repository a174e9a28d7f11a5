"""The directory over the API: one person proposes, another decides."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from common.web.addresses import AddressNotAllowed, check_outside
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.context import context_of
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
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
    PartnerDetailView,
    PartnersView,
    PartnerView,
    RouteView,
)

READ = requires("partners:read")
Decider = Annotated[Actor, requires("partners:confirm")]


def make_router(formats: Collection[str]) -> APIRouter:
    """Give the routes; `formats` are the codes that some adapter writes."""
    router = APIRouter(tags=["partners"])
    router.include_router(_reading)
    router.include_router(_deciding)

    @router.post(
        "/partner-changes",
        operation_id="propose_partner_change",
        status_code=201,
        summary="Đề nghị thêm hoặc thay đổi đơn vị chi trả, khóa, tài khoản chi, tuyến chi",
        responses=problems(PartnerUnknown, KeyTaken, ClientTaken, AddressRefused, FormatUnknown),
    )
    @command
    async def propose_partner_change(
        body: ChangeRequest,
        request: Request,
        session: SessionDep,
        clock: ClockDep,
        actor: Annotated[Actor, requires("partners:write")],
    ) -> Answer[ChangeView]:
        """Propose; it counts when another person has confirmed it."""
        if isinstance(body.change, PartnerContent):
            await _check_partner(request, body.change, formats)

        made = await service.propose(
            session,
            body.partner,
            body.change.model_dump(mode="json"),
            reason=body.reason,
            by=actor.subject,
            now=clock.now(),
        )
        location = f"/disbursement/v1/partner-changes/{made.change_id}"
        return Answer(ChangeView.model_validate(made), location=location)

    return router


async def _check_partner(
    request: Request, content: PartnerContent, formats: Collection[str]
) -> None:
    if content.format not in formats:
        raise FormatUnknown(known=sorted(formats))
    if content.delivery == "folder" and (
        not content.address or content.address.startswith("/") or ".." in content.address
    ):
        raise AddressRefused("Thư mục là tên nằm trong thư mục giao nhận của máy chủ.")
    called = [content.address] if content.delivery == "push" else []
    called += [content.token_url] if content.token_url else []
    sandbox = context_of(request).settings.environment == "sandbox"
    for address in called:
        try:
            await check_outside(address, inside_allowed=sandbox)
        except AddressNotAllowed as error:
            raise AddressRefused(str(error)) from error


_reading = APIRouter()
_deciding = APIRouter()


@_reading.get(
    "/partners", operation_id="list_partners", summary="Các đơn vị chi trả", dependencies=[READ]
)
async def list_partners(session: ReadSessionDep) -> PartnersView:
    """Give every partner."""
    found = await service.partners(session)
    return PartnersView(items=[PartnerView.model_validate(item) for item in found])


@_reading.get(
    "/partners/{code}",
    operation_id="show_partner",
    summary="Một đơn vị chi trả: khóa, tài khoản chi, tuyến chi",
    dependencies=[READ],
    responses=problems(PartnerUnknown),
)
async def show_partner(code: str, session: ReadSessionDep) -> PartnerDetailView:
    """Give a partner with everything that is confirmed about it."""
    found = await service.partner(session, code)
    accounts = await service.debtor_accounts(session, code)
    return PartnerDetailView(
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


@_reading.get(
    "/partner-changes",
    operation_id="list_partner_changes",
    summary="Các đề nghị thay đổi",
    dependencies=[READ],
)
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


@_deciding.post(
    "/partner-changes/{change_id}/confirm",
    operation_id="confirm_partner_change",
    summary="Xác nhận một đề nghị (người khác với người đề nghị)",
    responses=_DECIDED,
)
@command
async def confirm_partner_change(
    change_id: UUID, body: DecisionRequest, session: SessionDep, clock: ClockDep, actor: Decider
) -> ChangeView:
    """Make a proposal count."""
    made = await service.decide(
        session,
        change_id,
        confirmed=True,
        by=actor.subject,
        reason=body.reason,
        now=clock.now(),
    )
    return ChangeView.model_validate(made)


@_deciding.post(
    "/partner-changes/{change_id}/refuse",
    operation_id="refuse_partner_change",
    summary="Từ chối một đề nghị, có lý do",
    responses=_DECIDED,
)
@command
async def refuse_partner_change(
    change_id: UUID, body: DecisionRequest, session: SessionDep, clock: ClockDep, actor: Decider
) -> ChangeView:
    """End a proposal without effect."""
    made = await service.decide(
        session,
        change_id,
        confirmed=False,
        by=actor.subject,
        reason=body.reason,
        now=clock.now(),
    )
    return ChangeView.model_validate(made)
