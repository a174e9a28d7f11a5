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


class TrialLineView(BaseModel):
    """An account in the trial balance of a month."""

    code: str
    name: str
    normal_side: str
    opening_debit: int
    opening_credit: int
    debits: int
    credits: int
    closing_debit: int
    closing_credit: int


class TrialBalanceView(BaseModel):
    """Bảng cân đối số phát sinh; the three pairs of totals are equal."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    month: MonthField
    commune_code: CommuneCode | None
    accounts: list[TrialLineView]
    totals: TrialLineView


class DayBalanceView(BaseModel):
    """An account on a day on which it moved; the day before the period carries what came before."""

    day: date
    code: str
    debits: int
    credits: int
    balance: int


class DayBalancesView(BaseModel):
    """Balances per day."""

    commune_code: CommuneCode | None
    days: list[DayBalanceView]


class CloseMonthRequest(BaseModel):
    """Which commune's month to close."""

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra={"examples": [{"commune_code": "25000", "month": "2026-12"}]},
    )

    commune_code: CommuneCode
    month: MonthField


class PeriodView(BaseModel):
    """A closed month: corrections are new entries of the next open month."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    commune_code: CommuneCode
    month: MonthField
    closed_on: date
    closed_by: str
