"""What recovery answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import AmountDong, CommuneCode, MonthField

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Paper = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Positive = Annotated[int, Field(gt=0, le=10**13, strict=True, examples=[170000])]


def _body(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(
        extra="forbid", arbitrary_types_allowed=True, json_schema_extra={"examples": [example]}
    )


class RecoveryMonthView(BaseModel):
    """A month paid above what was owed."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    month: MonthField
    amount: AmountDong
    budget_year: int
    withdrawn: AmountDong = Field(default=0, description="Phần không còn phải thu hồi")


class RecoveryView(BaseModel):
    """A recovery case. Nothing is set off: a person decides what follows."""

    model_config = ConfigDict(from_attributes=True)

    recovery_id: UUID
    person_id: UUID
    full_name: str | None
    personal_id: str | None
    commune_code: CommuneCode
    benefit: ToldBenefit
    reason: str = Field(examples=["level_lowered"])
    total: AmountDong = Field(examples=[340000])
    state: str = Field(examples=["open"])
    opened_on: date
    list_id: UUID
    withdrawn: AmountDong = Field(default=0, description="Phần không còn phải thu hồi")
    collected: AmountDong = Field(default=0, description="Đã thu")
    written_off: AmountDong = Field(default=0, description="Đã xóa nợ theo quyết định")
    set_off: AmountDong = Field(default=0, description="Đã bù trừ theo căn cứ tỉnh đã nhập")
    budgeted: AmountDong = Field(default=0, description="Đã nộp trả ngân sách")
    remaining: AmountDong = Field(default=0, description="Còn phải thu")
    noticed_on: date | None = Field(default=None, description="Ngày thông báo cho người nhận")
    treasury_slip: str | None = Field(
        description="Số Giấy nộp trả kinh phí (mẫu C2-05a/NS), khi đã nộp trả"
    )
    months: list[RecoveryMonthView]


class RecoveryEntryView(BaseModel):
    """A receipt, or a treasury slip."""

    model_config = ConfigDict(from_attributes=True)

    entry_id: UUID
    kind: Literal["receipt", "treasury_slip"]
    amount: AmountDong
    on_day: date
    paper: str
    budget_year: int | None
    year_settled: bool | None
    recorded_by: str


class InstalmentView(BaseModel):
    """A part of a plan, and how much of it the receipts cover."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    due_on: date
    amount: AmountDong
    covered: AmountDong


class RecoveryDetailView(RecoveryView):
    """A case with what came back and the plan."""

    entries: list[RecoveryEntryView]
    instalments: list[InstalmentView]


class ReceiptRequest(BaseModel):
    """Money of a claim that was received."""

    model_config = _body({"amount": 170000, "received_on": "2026-12-10", "paper": "PT 0123"})

    amount: Positive
    received_on: date
    paper: Paper


class TreasurySlipRequest(BaseModel):
    """Slip (mẫu C2-05a/NS) by which recovered money was paid into the budget."""

    model_config = _body(
        {
            "amount": 170000, "paid_on": "2026-12-12", "number": "C2-05a/0012",
            "budget_year": 2026, "year_settled": False,
        }
    )  # fmt: skip

    amount: Positive
    paid_on: date
    number: Paper
    budget_year: int = Field(ge=2000, le=2100)
    year_settled: bool = Field(description="Năm ngân sách đã quyết toán")


class InstalmentRequest(BaseModel):
    """One part of a plan."""

    model_config = ConfigDict(extra="forbid")

    due_on: date
    amount: Positive


class InstalmentsRequest(BaseModel):
    """A plan whose parts add up to the claim: what is left and what was collected."""

    model_config = _body({"parts": [{"due_on": "2027-01-10", "amount": 170000}]})

    parts: list[InstalmentRequest] = Field(min_length=1, max_length=60)


class ProposeWriteOffRequest(BaseModel):
    """How much of a claim to write off, by which decision."""

    model_config = _body({"kind": "write_off", "amount": 170000, "basis": "QĐ 12/QĐ-UBND"})

    kind: Literal["write_off"]
    amount: Positive
    basis: Text


class ProposeSetOffRequest(BaseModel):
    """How much of a claim to set off against which month, on a ground of the province."""

    model_config = _body(
        {
            "kind": "set_off", "amount": 170000, "basis": "QĐ 13/QĐ-UBND", "ground": "nq_tinh_05",
            "month": "2027-01",
        }
    )  # fmt: skip

    kind: Literal["set_off"]
    amount: Positive
    basis: Text
    ground: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    month: MonthField


class DecideRecoveryRequest(BaseModel):
    """Why a proposal counts, or does not."""

    model_config = _body({"reason": "Đã xem hồ sơ"})

    reason: Text


class RecoveryDecisionView(BaseModel):
    """A proposal about a claim, and what became of it."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    decision_id: UUID
    recovery_id: UUID
    commune_code: CommuneCode
    kind: Literal["write_off", "set_off"]
    amount: AmountDong
    basis: str
    ground: str | None
    month: MonthField | None
    proposed_by: str
    state: Literal["proposed", "confirmed", "refused"]
    decided_by: str | None
    reason: str | None


class SetOffGroundRequest(BaseModel):
    """A legal ground of the province; the same content from a second person confirms it."""

    model_config = _body(
        {
            "title": "Nghị quyết của tỉnh",
            "basis": "Điều 5 NQ 05/NQ-HĐND",
            "valid_from": "2027-01-01",
        }
    )

    title: Text
    basis: Text
    valid_from: date


class SetOffGroundView(BaseModel):
    """A ground; without a second person it does not count."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    basis: str
    valid_from: date
    entered_by: str
    confirmed_by: str | None


class ProposeBudgetReturnRequest(BaseModel):
    """Which uncollected money of people who are not paid any more goes back."""

    model_config = _body(
        {"commune_code": "25000", "through_month": "2026-12", "reason": "Quyết toán cuối năm"}
    )

    commune_code: CommuneCode
    through_month: MonthField
    reason: Text


class ConfirmBudgetReturnRequest(BaseModel):
    """The treasury slip (mẫu C2-05a/NS) by which it went back."""

    model_config = _body({"treasury_slip": "C2-05a/0013", "budget_year": 2026})

    treasury_slip: Paper
    budget_year: int = Field(ge=2000, le=2100)


class RefuseBudgetReturnRequest(BaseModel):
    """Why nothing goes back."""

    model_config = _body({"reason": "Người hưởng sẽ đến nhận"})

    reason: Text


class BudgetReturnView(BaseModel):
    """Money that nobody collected, on its way back to the budget."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    return_id: UUID
    commune_code: CommuneCode
    through_month: MonthField
    people: int
    amount: AmountDong
    reason: str
    state: Literal["proposed", "confirmed", "refused"]
    proposed_by: str
    decided_by: str | None
    treasury_slip: str | None
    budget_year: int | None
