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
