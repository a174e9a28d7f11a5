"""What the ledger answers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField


class BalanceView(BaseModel):
    """An account of the chart with its totals."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(examples=["payable"])
    name: str = Field(examples=["Phải trả người hưởng"])
    normal_side: str = Field(examples=["credit"])
    debits: int = Field(examples=[1_900_000_000])
    credits: int = Field(examples=[1_920_000_000])
    balance: int = Field(examples=[20_000_000])


class BalancesView(BaseModel):
    """All accounts, of one month or of all."""

    month: MonthField | None
    commune_code: CommuneCode | None
    accounts: list[BalanceView]


class CheckView(BaseModel):
    """Debits and credits; the difference is always 0."""

    debits: int = Field(examples=[5_700_000_000])
    credits: int = Field(examples=[5_700_000_000])
    difference: int = Field(examples=[0])


class TransferView(BaseModel):
    """A row of the ledger. Rows never change."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    transfer_id: UUID
    commune_code: CommuneCode
    month: MonthField
    code: str = Field(examples=["issue"])
    debit_account: str = Field(examples=["payable"])
    credit_account: str = Field(examples=["clearing:agribank"])
    amount: int = Field(examples=[1_200_000_000])
    list_id: UUID | None
    subject_id: UUID | None
    posted_on: date
    recorded_at: datetime
