"""A second person decides changes of where money goes."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import Actor, requires
from common.web.commands import command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import Page, PageParams
from common.web.problems import problems
from disbursement.accounts import service
from disbursement.accounts.domain import (
    HeirOfLiving,
    PayeeUnknown,
    PaymentChangeDecided,
    PaymentChangeNotFound,
    PaymentChangesOutdated,
    ProposerConfirms,
)
from disbursement.accounts.schemas import (
    ConfirmFirstChoicesRequest,
    DecideChangeRequest,
    FirstChoicesView,
    PaymentChangeView,
    ProposeHeirRequest,
)

router = APIRouter(tags=["payee-changes"])

_DECIDES = requires("lists:approve")
_DECISION = problems(PaymentChangeNotFound, PaymentChangeDecided, ProposerConfirms)


@router.get(
    "/payment-changes",
    operation_id="search_payment_changes",
    summary="Các đề nghị thay đổi cách chi trả",
    dependencies=[requires("disbursement:read")],
)
async def search_payment_changes(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    state: Literal["pending", "confirmed", "refused", "withdrawn"] = "pending",
    commune_code: CommuneCode | None = None,
    person_id: UUID | None = None,
) -> Page[PaymentChangeView]:
    """Give changes of the caller's communes in the order in which they were proposed."""
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.search(
        session,
        commune_code=commune_code,
        state=state,
        person_id=person_id,
        after=after,
        limit=page.fetch,
    )
    return page.of(
        rows, key=lambda row: (str(row.change_id),), item=PaymentChangeView.model_validate
    )


@router.get(
    "/payment-changes/first-choices",
    operation_id="get_first_payment_choices",
    summary="Lựa chọn đầu tiên của người mới đang chờ xác nhận",
)
async def get_first_payment_choices(
    session: ReadSessionDep,
    actor: Annotated[Actor, _DECIDES],
    commune_code: CommuneCode,
    import_id: UUID | None = None,
) -> FirstChoicesView:
    """Count and hash what one confirmation would confirm; own proposals are not among them."""
    found = await service.first_choices(session, commune_code, import_id, confirmer=actor.subject)
    return FirstChoicesView.model_validate(found)


@router.post(
    "/payment-changes/first-choices/confirm",
    operation_id="confirm_first_payment_choices",
    summary="Người thứ hai xác nhận một lần mọi lựa chọn đầu tiên của người mới",
    responses=problems(PaymentChangesOutdated),
)
@command
async def confirm_first_payment_choices(
    body: ConfirmFirstChoicesRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, _DECIDES],
) -> FirstChoicesView:
    """Confirm exactly what was seen; changes of what is in use are decided one by one."""
    done = await service.confirm_first_choices(
        session,
        body.commune_code,
        body.import_id,
        content_hash=body.content_hash,
        reason=body.reason,
        confirmer=actor.subject,
        now=clock.now(),
    )
    return FirstChoicesView.model_validate(done)


@router.post(
    "/payment-changes/{change_id}/confirm",
    operation_id="confirm_payment_change",
    summary="Người thứ hai xác nhận một thay đổi cách chi trả",
    responses=_DECISION,
)
@command
async def confirm_payment_change(
    change_id: UUID,
    body: DecideChangeRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, _DECIDES],
) -> PaymentChangeView:
    """From now on money goes there; the citizen is told."""
    done = await service.decide(
        session, change_id, "confirmed",
        reason=body.reason, decided_by=actor.subject, now=clock.now(),
    )  # fmt: skip
    return PaymentChangeView.model_validate(done)


@router.post(
    "/payment-changes/{change_id}/refuse",
    operation_id="refuse_payment_change",
    summary="Người thứ hai từ chối một thay đổi cách chi trả",
    responses=_DECISION,
)
@command
async def refuse_payment_change(
    change_id: UUID,
    body: DecideChangeRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, _DECIDES],
) -> PaymentChangeView:
    """Money goes on as before; the citizen is told."""
    done = await service.decide(
        session, change_id, "refused",
        reason=body.reason, decided_by=actor.subject, now=clock.now(),
    )  # fmt: skip
    return PaymentChangeView.model_validate(done)


@router.post(
    "/persons/{person_id}/heir",
    operation_id="propose_heir",
    status_code=201,
    summary="Đề nghị trả cho người thừa kế khoản còn nợ người đã chết",
    responses=problems(PayeeUnknown, HeirOfLiving, PaymentChangeDecided),
)
@command
async def propose_heir(
    person_id: UUID,
    body: ProposeHeirRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> PaymentChangeView:
    """A second person confirms it like every other change of payee."""
    made = await service.propose_heir(
        session, person_id, body.heir_person_id,
        basis=body.basis, proposed_by=actor.subject, now=clock.now(),
    )  # fmt: skip
    return PaymentChangeView.model_validate(made)
