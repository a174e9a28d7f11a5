"""The ledger over HTTP: read only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from common.contracts.fields import CommuneCode
from common.web.auth import requires, without_personal_data
from common.web.deps import ReadSessionDep
from common.web.paging import CursorValue, Page, PageParams
from disbursement.ledger import service
from disbursement.ledger.schemas import BalancesView, BalanceView, CheckView, TransferView
from disbursement.parameters import MonthQuery, month_of

router = APIRouter(prefix="/ledger", tags=["Sổ cái"], dependencies=[requires("disbursement:read")])


@router.get("/balances", summary="Số dư các tài khoản", dependencies=[without_personal_data()])
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


@router.get("/check", summary="Kiểm tra cân đối Nợ - Có", dependencies=[without_personal_data()])
async def ledger_check(session: ReadSessionDep, month: MonthQuery = None) -> CheckView:
    """Add up both sides of the ledger."""
    found = await service.balances(session, month_of(month))
    debits = sum(balance.debits for balance in found)
    credited = sum(balance.credits for balance in found)
    return CheckView(debits=debits, credits=credited, difference=debits - credited)


@router.get("/transfers", summary="Các bút toán")
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
