"""The ledger over HTTP: readings. Months are closed by reconciliation, or in `reconciliation`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from common.contracts.fields import MONTH_PATTERN, CommuneCode
from common.kernel.months import Month
from common.web.auth import requires, without_personal_data
from common.web.deps import ReadSessionDep
from common.web.paging import CursorValue, Page, PageParams
from disbursement.ledger import service
from disbursement.ledger.schemas import (
    BalancesView,
    BalanceView,
    CheckView,
    DayBalancesView,
    DayBalanceView,
    PeriodView,
    TransferView,
    TrialBalanceView,
    TrialLineView,
)
from disbursement.parameters import MonthQuery, month_of

router = APIRouter(prefix="/ledger", tags=["ledger"], dependencies=[requires("disbursement:read")])


@router.get(
    "/balances",
    operation_id="ledger_balances",
    summary="Số dư các tài khoản",
    dependencies=[without_personal_data()],
)
async def ledger_balances(
    session: ReadSessionDep, month: MonthQuery = None, commune_code: CommuneCode | None = None
) -> BalancesView:
    """Give every account of the chart, of the caller's communes."""
    found = await service.balances(session, month_of(month), commune_code)
    return BalancesView(
        month=month_of(month),
        commune_code=commune_code,
        accounts=[BalanceView.model_validate(balance) for balance in found],
    )


@router.get(
    "/check",
    operation_id="ledger_check",
    summary="Kiểm tra cân đối Nợ - Có",
    dependencies=[without_personal_data()],
)
async def ledger_check(session: ReadSessionDep, month: MonthQuery = None) -> CheckView:
    """Add up both sides of the ledger."""
    found = await service.balances(session, month_of(month))
    debits = sum(balance.debits for balance in found)
    credited = sum(balance.credits for balance in found)
    return CheckView(debits=debits, credits=credited, difference=debits - credited)


@router.get("/transfers", operation_id="ledger_transfers", summary="Các bút toán")
async def ledger_transfers(
    session: ReadSessionDep,
    page: Annotated[PageParams, Depends()],
    month: MonthQuery = None,
    list_id: UUID | None = None,
) -> Page[TransferView]:
    """Give transfers in the order in which they were recorded."""
    after = (
        (datetime.fromisoformat(str(page.after[0])), UUID(str(page.after[1])))
        if page.after
        else None
    )
    rows = await service.transfers(
        session, month=month_of(month), list_id=list_id, after=after, limit=page.fetch
    )

    def key(row: service.Transfer) -> tuple[CursorValue, ...]:
        return (row.recorded_at.isoformat(), str(row.transfer_id))

    return page.of(rows, key=key, item=TransferView.model_validate)


@router.get(
    "/trial-balance",
    operation_id="ledger_trial_balance",
    summary="Bảng cân đối số phát sinh của tháng",
    dependencies=[without_personal_data()],
)
async def ledger_trial_balance(
    session: ReadSessionDep,
    month: Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2026-12"])],
    commune_code: CommuneCode | None = None,
) -> TrialBalanceView:
    """Give opening, movements and closing of each account, of the caller's communes."""
    wanted = Month.parse(month)
    rows = [
        TrialLineView(**dict(row))
        for row in await service.trial_balance(session, wanted, commune_code)
    ]
    names = ("opening_debit", "opening_credit", "debits", "credits", "closing_debit",
             "closing_credit")  # fmt: skip
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    totals = TrialLineView(code="", name="Cộng", normal_side="", **sums)
    return TrialBalanceView(month=wanted, commune_code=commune_code, accounts=rows, totals=totals)


@router.get(
    "/days",
    operation_id="ledger_balances_by_day",
    summary="Số dư theo ngày",
    dependencies=[without_personal_data()],
)
async def ledger_balances_by_day(
    session: ReadSessionDep,
    first: Annotated[date, Query(examples=["2026-12-01"])],
    last: Annotated[date, Query(examples=["2026-12-31"])],
    commune_code: CommuneCode | None = None,
) -> DayBalancesView:
    """Give each account's movements and balance on each day on which it moved."""
    rows = await service.balances_by_day(session, first, last, commune_code)
    days = [DayBalanceView(**dict(row)) for row in rows]
    return DayBalancesView(commune_code=commune_code, days=days)


@router.get("/periods", operation_id="ledger_periods", summary="Các tháng đã khóa sổ")
async def ledger_periods(
    session: ReadSessionDep, commune_code: CommuneCode | None = None
) -> list[PeriodView]:
    """Give the closed months, the newest first."""
    return [PeriodView.model_validate(row) for row in await service.periods(session, commune_code)]
