"""Bodies of the routes about months that were recorded as paid before this system paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import AmountDong, CommuneCode, MonthField

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class RecordedChangeView(BaseModel):
    """A list says another amount than what is recorded, or than what we paid."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    change_id: UUID
    person_id: UUID
    benefit: ToldBenefit
    month: MonthField
    commune_code: CommuneCode
    kind: Literal["differs", "paid_here", "taken_back"]
    known_amount: AmountDong
    new_amount: AmountDong
    import_id: UUID | None
    row_number: int | None
    proposed_by: str
    proposed_at: datetime
    state: Literal["pending", "confirmed", "refused"]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class DecideRecordedChangeRequest(BaseModel):
    """Why a change is confirmed or refused."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Đã đối chiếu chứng từ chi của xã"}]},
    )

    reason: Reason


class TakeBackRequest(BaseModel):
    """Which import's recorded months are taken back, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "import_id": "019a0000-0000-7000-8000-000000000003",
                    "reason": "Nhầm tệp của xã khác",
                }
            ]
        },
    )

    import_id: UUID
    reason: Reason


class TakenBackView(BaseModel):
    """How many months wait to be taken back."""

    months: int = Field(examples=[9200])


class OneOffView(BaseModel):
    """A benefit granted once, with what became of it."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    one_off_id: UUID
    commune_code: CommuneCode
    decision_number: str
    signed_on: date
    benefit: str = Field(examples=["funeral"])
    article: str
    amount: AmountDong
    quantity: int | None = Field(description="Hiện vật: số lượng theo đơn vị, không có tiền")
    unit: str | None
    event_on: date
    pay_month: MonthField
    payee_person_id: UUID | None
    payee_name: str
    state: str | None = Field(
        description="open, held, issued, settled, cancelled; hiện vật thì để trống"
    )
    reason: str | None
    line_id: UUID | None
    handed_on: date | None
    handed_by: str | None
    receipt: str | None


class HandOverRequest(BaseModel):
    """When something was handed out in kind, and the paper that proves it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"handed_on": "2026-12-02", "receipt": "Biên bản giao nhận số 12"}]
        },
    )

    handed_on: date
    receipt: Reason
