"""Reconciliations over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import Actor, requires
from common.web.commands import Answer, command
from common.web.deps import ClockDep, ReadSessionDep, SessionDep
from common.web.paging import CursorValue, Page, PageParams
from common.web.problems import problems
from disbursement.parameters import MonthQuery, month_of
from disbursement.payroll.domain import CommuneNotYours, ListNotFound
from disbursement.reconciliation import service
from disbursement.reconciliation.domain import (
    ListNotSealed,
    NothingToOverride,
    OverrideByMaker,
    ReconciliationNotFound,
)
from disbursement.reconciliation.schemas import (
    DifferenceView,
    OverrideRequest,
    ReconcileRequest,
    ReconciliationView,
)

router = APIRouter(prefix="/reconciliations", tags=["reconciliations"])


@router.post(
    "",
    operation_id="reconcile_month",
    status_code=201,
    summary="Đối soát ba bên: danh sách, kết quả, sao kê",
    responses=problems(CommuneNotYours, ListNotFound, ListNotSealed),
)
@command
async def reconcile_month(
    body: ReconcileRequest,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, requires("reconciliations:write")],
) -> Answer[ReconciliationView]:
    """Match the three sides; agreement closes the month in the ledger."""
    if not actor.may_see(body.commune_code):
        raise CommuneNotYours

    made = await service.reconcile(
        session, body.commune_code, body.month, body.number,
        made_by=actor.subject, now=clock.now(),
    )  # fmt: skip
    location = f"/disbursement/v1/reconciliations/{made.reconciliation_id}"
    return Answer(ReconciliationView.model_validate(made), location=location)


@router.get(
    "",
    operation_id="search_reconciliations",
    summary="Tìm bản đối soát",
    dependencies=[requires("disbursement:read")],
)
async def search_reconciliations(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    month: MonthQuery = None,
    commune_code: CommuneCode | None = None,
) -> Page[ReconciliationView]:
    """Give reconciliations of the caller's communes, the newest month first."""
    after = None
    if page.after:
        at, commune, last = (str(value) for value in page.after)
        after = (date.fromisoformat(at), commune, UUID(last))
    rows = await service.search(
        session, month=month_of(month), commune_code=commune_code, after=after, limit=page.fetch
    )

    def key(row: service.Reconciliation) -> tuple[CursorValue, ...]:
        return (row.month.first_day.isoformat(), row.commune_code, str(row.reconciliation_id))

    return page.of(rows, key=key, item=ReconciliationView.model_validate)


@router.get(
    "/{reconciliation_id}",
    operation_id="get_reconciliation",
    summary="Xem một bản đối soát",
    dependencies=[requires("disbursement:read")],
    responses=problems(ReconciliationNotFound),
)
async def get_reconciliation(
    reconciliation_id: UUID, session: ReadSessionDep
) -> ReconciliationView:
    """Give a reconciliation with the sums by partner."""
    return ReconciliationView.model_validate(await service.get(session, reconciliation_id))


@router.get(
    "/{reconciliation_id}/differences",
    operation_id="reconciliation_differences",
    summary="Các dòng không khớp, hoặc chuyển kỳ sau",
    dependencies=[requires("disbursement:read")],
    responses=problems(ReconciliationNotFound),
)
async def reconciliation_differences(
    reconciliation_id: UUID, session: ReadSessionDep, page: Annotated[PageParams, Depends()]
) -> Page[DifferenceView]:
    """Give every reference that did not match plainly, with its class."""
    await service.get(session, reconciliation_id)
    after = str(page.after[0]) if page.after else None
    rows = await service.differences(session, reconciliation_id, after=after, limit=page.fetch)
    return page.of(
        rows,
        key=lambda row: (row.partner + row.end_to_end_id,),
        item=DifferenceView.model_validate,
    )


@router.post(
    "/{reconciliation_id}/override",
    operation_id="override_reconciliation",
    summary="Người thứ hai chịu trách nhiệm về chênh lệch, cho phép chi kỳ sau",
    responses=problems(ReconciliationNotFound, OverrideByMaker, NothingToOverride),
)
@command
async def override_reconciliation(
    reconciliation_id: UUID,
    body: OverrideRequest,
    session: SessionDep,
    actor: Annotated[Actor, requires("lists:approve")],
) -> ReconciliationView:
    """Lift the block of a partner's next list."""
    made = await service.override(
        session, reconciliation_id, body.partner, by=actor.subject, reason=body.reason
    )
    return ReconciliationView.model_validate(made)
