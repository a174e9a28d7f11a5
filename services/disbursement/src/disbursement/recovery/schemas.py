"""What recovery answers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong, CommuneCode, MonthField


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
    benefit: str
    reason: str = Field(examples=["level_lowered"])
    total: AmountDong = Field(examples=[340000])
    state: str = Field(examples=["open"])
    opened_on: date
    list_id: UUID
    withdrawn: AmountDong = Field(default=0, description="Phần không còn phải thu hồi")
    treasury_slip: str | None = Field(
        description="Số Giấy nộp trả kinh phí (mẫu C2-05a/NS), khi đã nộp trả"
    )
    months: list[RecoveryMonthView]
