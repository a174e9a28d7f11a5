"""Bodies of the reconciliation's routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.fields import AmountDong, CommuneCode, MonthField


class ReconcileRequest(BaseModel):
    """Which commune's month to reconcile."""

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra={"examples": [{"commune_code": "25000", "month": "2026-12"}]},
    )

    commune_code: CommuneCode
    month: MonthField
    number: int = Field(
        default=0, ge=0, le=999, description="0: danh sách tháng; từ 1: danh sách một lần"
    )


class OverrideRequest(BaseModel):
    """Which partner's differences a second person answers for, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"partner": "agribank", "reason": "Ngân hàng đã xác nhận bằng văn bản"}]
        },
    )

    partner: str = Field(max_length=40, examples=["agribank"])
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class PartnerSideView(BaseModel):
    """How one partner's three sides agree."""

    model_config = ConfigDict(from_attributes=True)

    partner: str
    matched_lines: int
    matched_amount: AmountDong
    carried_lines: int
    carried_amount: AmountDong
    unexplained_lines: int
    unexplained_amount: AmountDong
    overridden_by: str | None
    override_reason: str | None


class ReconciliationView(BaseModel):
    """A list reconciled; `closed` when nothing is unexplained, and then the month is closed."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    reconciliation_id: UUID
    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    state: Literal["open", "closed"]
    runs: int
    made_by: str
    reconciled_on: date
    partners: list[PartnerSideView]


class DifferenceView(BaseModel):
    """A reference that did not match plainly."""

    model_config = ConfigDict(from_attributes=True)

    partner: str
    end_to_end_id: str
    match_class: str = Field(examples=["paid_not_on_statement"])
    person_id: UUID | None
    amount_listed: AmountDong | None
    amount_result: AmountDong | None
    amount_statement: AmountDong | None
    reason: str | None
    explained: bool = Field(default=False, description="Hai người đã giải trình")


class DifferenceCaseView(BaseModel):
    """A difference with its owner and the day by which it is explained."""

    model_config = ConfigDict(from_attributes=True)

    case_id: UUID
    list_id: UUID
    commune_code: CommuneCode
    partner: str
    end_to_end_id: str
    match_class: str = Field(examples=["statement_without_list"])
    amount: AmountDong
    opened_on: date
    due_on: date
    owner: str | None
    state: Literal["open", "proposed", "explained", "gone"]
    explanation: str | None
    proposed_by: str | None
    decided_by: str | None


class ExplainDifferenceRequest(BaseModel):
    """What a difference is, by which proof."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"explanation": "Phí của ngân hàng, công văn 12 ngày 05/12/2026"}]
        },
    )

    explanation: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
    ]


class SettlementRowView(BaseModel):
    """What became of one commune's payments through one partner."""

    partner: str
    commune_code: CommuneCode
    lines: int
    amount: AmountDong
    paid_lines: int
    paid: AmountDong
    failed_lines: int
    failed: AmountDong
    uncollected_lines: int
    uncollected: AmountDong
    returned_lines: int
    returned: AmountDong
    waiting_lines: int
    waiting: AmountDong


class SettlementView(BaseModel):
    """Settlement sheet of a month (bảng quyết toán với đơn vị chi trả)."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    month: MonthField
    rows: list[SettlementRowView]


class BudgetLineRequest(BaseModel):
    """An estimate for some benefits of a year, by the decision that assigns it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Ngân sách tỉnh: trợ cấp hưu trí xã hội",
                    "benefits": ["social_pension"],
                    "estimate": 20000000000,
                    "basis": "QĐ 01/QĐ-UBND",
                }
            ]
        },
    )

    title: str = Field(min_length=1, max_length=200)
    benefits: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")]] = Field(
        min_length=1, max_length=40
    )
    estimate: Annotated[int, Field(ge=0, le=10**15, strict=True)]
    basis: str = Field(min_length=1, max_length=200)


class BudgetUseRowView(BaseModel):
    """A line beside its use; `left` is negative when the forecast goes beyond the estimate."""

    code: str = Field(description="Trống: chế độ chưa thuộc nguồn nào")
    title: str
    benefits: list[str]
    estimate: AmountDong
    paid: AmountDong
    on_its_way: AmountDong
    forecast: AmountDong
    left: int


class BudgetUseView(BaseModel):
    """Estimate, use and forecast of a year, of the caller's communes."""

    year: int
    lines: list[BudgetUseRowView]
