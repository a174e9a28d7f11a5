"""Bodies of the routes about changes of where money goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.benefits import ToldBenefit
from common.contracts.fields import CommuneCode

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]


class PaymentChangeView(BaseModel):
    """A proposed change of how or to whom a person's money goes."""

    model_config = ConfigDict(from_attributes=True)

    change_id: UUID
    kind: Literal["channel", "recipient", "payee"] = Field(
        description="channel: cách nhận; recipient: người nhận thay tiền mặt; payee: người được trả"
    )
    person_id: UUID
    personal_id: str | None
    full_name: str | None
    commune_code: CommuneCode
    benefit: ToldBenefit = Field(description="Trống: mọi khoản của người hưởng")
    method: Literal["account", "cash"] | None
    first_choice: bool = Field(description="Lựa chọn đầu tiên của người chưa từng có cách nhận")
    before: str | None = Field(examples=["AGRIBANK •••0011"])
    after: str = Field(examples=["BIDV •••9999"])
    source: str = Field(examples=["registry"])
    import_id: UUID | None
    proposed_by: str
    proposed_at: datetime
    state: Literal["pending", "confirmed", "refused", "withdrawn"]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class DecideChangeRequest(BaseModel):
    """Why a change is confirmed or refused."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Đã gọi điện xác minh với người hưởng"}]},
    )

    reason: Reason


class FirstChoicesView(BaseModel):
    """First choices of new people that wait; the hash covers exactly what would be confirmed."""

    model_config = ConfigDict(from_attributes=True)

    changes: int = Field(examples=[1500])
    accounts: int = Field(examples=[1480])
    payees: int = Field(examples=[20])
    content_hash: str = Field(examples=["0" * 64])


class ConfirmFirstChoicesRequest(BaseModel):
    """Which commune's first choices, exactly as they were seen."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "commune_code": "25000",
                    "content_hash": "0" * 64,
                    "reason": "Đã đối chiếu với danh sách gốc có chữ ký",
                }
            ]
        },
    )

    commune_code: CommuneCode
    import_id: UUID | None = None
    content_hash: Hash
    reason: Reason


class ProposeHeirRequest(BaseModel):
    """Who receives what is still owed to a dead person, and by which paper."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "heir_person_id": "019a0000-0000-7000-8000-000000000009",
                    "basis": "Văn bản thỏa thuận của các đồng thừa kế ngày 20/11/2026",
                }
            ]
        },
    )

    heir_person_id: UUID
    basis: Reason
