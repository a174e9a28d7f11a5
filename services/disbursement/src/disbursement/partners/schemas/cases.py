"""Bodies of the routes about contradictions, holds and what follows after a failure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import AmountDong, CommuneCode, MonthField

Explanation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""Why, by which proof."""


class PaymentCaseView(BaseModel):
    """A payment about which a person must decide."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    case_id: UUID
    payment_id: UUID
    list_id: UUID
    commune_code: CommuneCode
    month: MonthField
    partner: str
    end_to_end_id: str
    person_id: UUID
    benefit: ToldBenefit
    amount: AmountDong
    kind: str = Field(examples=["contradiction"])
    payment_state: str = Field(examples=["failed"])
    opened_at: datetime
    due_on: date
    owner: str | None
    state: Literal["open", "proposed", "decided"]
    decision: Literal["paid", "not_paid", "returned", "recalled", "recall_refused"] | None
    proposed_by: str | None
    proposed_reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class OpenCaseRequest(BaseModel):
    """Which payment must be looked into."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"end_to_end_id": f"A{'0' * 32}01"}]}
    )

    end_to_end_id: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    recall: bool = Field(
        default=False, description="Yêu cầu đơn vị chi trả thu hồi lệnh trước khi chi (camt.055)"
    )


class ProposeCaseRequest(BaseModel):
    """What is true of a payment, and by which proof."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"decision": "paid", "reason": "Ngân hàng xác nhận bằng văn bản"}]
        },
    )

    decision: Literal["paid", "not_paid", "returned", "recalled", "recall_refused"]
    reason: Explanation


class DecideCaseRequest(BaseModel):
    """Why the second person agrees."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Đã xem chứng từ"}]}
    )

    reason: Explanation


class HoldView(BaseModel):
    """A person whose money is held until somebody has checked."""

    model_config = ConfigDict(from_attributes=True)

    hold_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    reason: str = Field(examples=["beneficiary_deceased"])
    source: str = Field(examples=["agribank"])
    opened_at: datetime


class ReleaseHoldRequest(BaseModel):
    """What the check found."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Người hưởng còn sống"}]}
    )

    reason: Explanation


class FailureActionView(BaseModel):
    """What follows after a reason of failure."""

    model_config = ConfigDict(from_attributes=True)

    reason: str = Field(examples=["account_closed"])
    action: Literal["pay_again", "correct_account", "pay_cash", "hold_and_check", "ask_citizen"]
    note: str
    proposed_action: str | None
    proposed_by: str | None
    changed_by: str


class FailureActionsView(BaseModel):
    """The whole table."""

    items: list[FailureActionView]


class ProposeActionRequest(BaseModel):
    """Another action after a reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"action": "hold_and_check"}]}
    )

    action: Literal["pay_again", "correct_account", "pay_cash", "hold_and_check", "ask_citizen"]
