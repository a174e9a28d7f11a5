"""Commands and readings of payment lists. Deliveries and results of a list stand in `partners`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import CommuneCode
from common.web.auth import Actor, ScopeMissing, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import CursorValue, Page, PageParams
from common.web.problems import problems
from disbursement.parameters import MonthQuery, month_of
from disbursement.payroll import service
from disbursement.payroll.domain import (
    ApproverIsMaker,
    ApproverLimitExceeded,
    CommuneNotYours,
    EarlierMonthOpen,
    LaterListSealed,
    ListAlreadyApproved,
    ListBusy,
    ListEmpty,
    ListNotApproved,
    ListNotFound,
    ListOutdated,
    ListSealed,
    ListTooEarly,
    ListTooOld,
    OverrideByListMaker,
    PartnerBlocked,
    TotalJumped,
    check_month,
)
from disbursement.payroll.schemas import (
    ApproveRequest,
    BuildRequest,
    ChangeSummaryView,
    ComparedLineView,
    ComparisonView,
    ExceptionView,
    ListView,
    OverrideCheckRequest,
    SealedView,
    ShareView,
    VoidApprovalRequest,
)

router = APIRouter(prefix="/payment-lists", tags=["payment-lists"])

SEALERS = frozenset({"lists:write", "lists:approve"})
"""The maker or the checker may seal: two people have already agreed on the content."""


@router.post(
    "",
    operation_id="build_payment_list",
    status_code=201,
    summary="Lập (hoặc lập lại) danh sách chi trả của xã trong tháng",
    responses=problems(
        CommuneNotYours, ListBusy, ListSealed, LaterListSealed, ListTooEarly, ListTooOld
    ),
)
@command
async def build_payment_list(
    body: BuildRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:write")],
) -> Answer[ListView]:
    """Build the list; building again without a change of facts changes nothing."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotYours

    check_month(body.month, clock.month())
    made = await service.build(
        session, body.commune_code, body.month,
        kind=body.kind, maker=actor.subject, now=clock.now(),
    )  # fmt: skip
    return Answer(
        ListView.model_validate(made),
        version=made.version,
        location=f"/disbursement/v1/payment-lists/{made.list_id}",
    )


@router.get(
    "",
    operation_id="search_payment_lists",
    summary="Tìm danh sách chi trả",
    dependencies=[requires("disbursement:read")],
)
async def search_payment_lists(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    commune_code: CommuneCode | None = None,
    month: MonthQuery = None,
) -> Page[ListView]:
    """Give lists of the caller's communes, the newest month first."""
    after = None
    if page.after:
        at, commune, number = (str(value) for value in page.after)
        after = (date.fromisoformat(at), commune, int(number))
    rows = await service.search(
        session, commune_code=commune_code, month=month_of(month), after=after, limit=page.fetch
    )

    def key(row: service.PaymentList) -> tuple[CursorValue, ...]:
        return (row.month.first_day.isoformat(), row.commune_code, row.number)

    return page.of(rows, key=key, item=ListView.model_validate)


@router.get(
    "/{list_id}/exceptions",
    operation_id="payment_list_exceptions",
    summary="Những trường hợp không chi hoặc cần lưu ý",
    dependencies=[requires("disbursement:read")],
    responses=problems(ListNotFound),
)
async def payment_list_exceptions(
    list_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    code: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[ExceptionView]:
    """Give what was left out or deserves a look, with the reason."""
    await service.get(session, list_id)
    after = UUID(str(page.after[0])) if page.after else None
    rows = await service.exceptions(session, list_id, code=code, after=after, limit=page.fetch)
    return page.of(rows, key=lambda row: (str(row.exception_id),), item=ExceptionView.of)


@router.get(
    "/{list_id}/compare",
    operation_id="compare_payment_list",
    summary="So sánh từng dòng với tháng trước",
    dependencies=[requires("disbursement:read")],
    responses=problems(ListNotFound),
)
async def compare_payment_list(
    list_id: UUID,
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    change: Literal["new", "gone", "changed", "same"] | None = None,
) -> ComparisonView:
    """Compare with last month's list, or with what was recorded as paid before the first one."""
    found = await service.get(session, list_id)
    after = (
        (str(page.after[0]), UUID(str(page.after[1])), str(page.after[2])) if page.after else None
    )
    rows = await service.compare(session, list_id, change=change, after=after, limit=page.fetch)
    shown = page.of(
        rows,
        key=lambda row: (row.position, str(row.person_id), row.benefit),
        item=ComparedLineView.model_validate,
    )
    counted, ours = await service.comparison_summary(session, list_id)
    return ComparisonView(
        list_id=list_id,
        previous_month=found.month.previous(),
        previous_source="payment_list" if ours else "recorded_payments",
        counts={name: counts["lines"] for name, counts in sorted(counted.items())},
        summary={name: ChangeSummaryView(**counts) for name, counts in sorted(counted.items())},
        items=shown.items,
        next_cursor=shown.next_cursor,
    )


@router.post(
    "/{list_id}/approve", operation_id="approve_payment_list",
    summary="Duyệt danh sách (người khác với người lập)",
    responses=problems(
        ListNotFound, ApproverIsMaker, ApproverLimitExceeded, TotalJumped, ListOutdated, ListSealed, ListAlreadyApproved, ListEmpty,
        ListBusy,
    ),
)  # fmt: skip
@command
async def approve_payment_list(
    list_id: UUID,
    body: ApproveRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> Answer[ListView]:
    """Approve exactly the content that was seen; a later change voids the approval."""
    approved = await service.approve(
        session,
        list_id,
        checker=actor.subject,
        reason=body.reason,
        content_hash=body.content_hash,
        accounts_hash=body.accounts_hash,
        now=clock.now(),
    )
    return Answer(ListView.model_validate(approved), version=approved.version)


@router.post(
    "/{list_id}/seal",
    operation_id="seal_payment_list",
    summary="Niêm phong danh sách và giao cho ngân hàng, bưu điện",
    responses=problems(
        ListNotFound,
        ListNotApproved,
        ListOutdated,
        ListSealed,
        ListBusy,
        PartnerBlocked,
        EarlierMonthOpen,
    ),
)
@command
async def seal_payment_list(
    list_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("disbursement:read")],
) -> Answer[SealedView]:
    """Make an approved list final; its files leave right after."""
    if not actor.scopes & SEALERS:
        raise ScopeMissing(required_scopes=sorted(SEALERS))

    sealed = await service.seal(session, list_id, sealed_by=actor.subject, now=clock.now())
    shares = await service.shares_of(session, sealed)
    body = SealedView(
        **ListView.model_validate(sealed).model_dump(),
        deliveries=[ShareView.model_validate(share) for share in shares],
    )
    return Answer(body, version=sealed.version)


@router.post(
    "/{list_id}/overrides",
    operation_id="override_list_check",
    summary="Người thứ hai chịu trách nhiệm cho niêm phong dù một kiểm tra chưa đạt",
    responses=problems(ListNotFound, ListSealed, OverrideByListMaker, ListBusy),
)
@command
async def override_list_check(
    list_id: UUID,
    body: OverrideCheckRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> Answer[ListView]:
    """The list may be sealed in spite of the named check."""
    made = await service.override(
        session, list_id, body.code, by=actor.subject, reason=body.reason, now=clock.now()
    )
    return Answer(ListView.model_validate(made), version=made.version)


@router.post(
    "/{list_id}/void-approval",
    operation_id="void_list_approval",
    summary="Hủy duyệt một danh sách chưa niêm phong",
    responses=problems(ListNotFound, ListSealed, ListNotApproved, ListBusy),
)
@command
async def void_list_approval(
    list_id: UUID,
    body: VoidApprovalRequest,
    session: SessionDep,
    clock: ClockDep,
    _actor: Annotated[Actor, requires("lists:approve")],
) -> Answer[ListView]:
    """The list is a draft again."""
    made = await service.void_approval(session, list_id, reason=body.reason, now=clock.now())
    return Answer(ListView.model_validate(made), version=made.version)
