"""Bodies of the routes of checks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId

PERSON_KEY = r"^([0-9]{12}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
FieldResult = Literal["agrees", "differs", "unknown"]


class StartVerificationRequest(BaseModel):
    """Check a commune's people against the population database."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"commune_code": "25000", "reason": "periodic_review"}]},
    )

    commune_code: CommuneCode
    reason: Annotated[
        str,
        Field(
            pattern=r"^[a-z_]{1,40}$",
            description="Lý do tra cứu, ghi vào nhật ký",
            examples=["periodic_review"],
        ),
    ] = "periodic_review"
    persons: Annotated[
        list[Annotated[str, Field(pattern=PERSON_KEY)]] | None,
        Field(
            min_length=1,
            max_length=200,
            description="Chỉ những người này (số định danh hoặc person_id); bỏ trống: cả xã",
            examples=[["003151000017"]],
        ),
    ] = None


class VerificationStartedView(BaseModel):
    """The run of checks that was queued."""

    operation_id: UUID
    state: Literal["queued"] = "queued"
    people: int = Field(description="Số người sẽ được tra cứu", examples=[2280])


class StandingView(BaseModel):
    """A person whose data are not confirmed, and why."""

    person_id: UUID
    personal_id: PersonalId | None
    full_name: str
    status: Literal["unverified", "verified", "mismatch", "not_found"]
    mismatches: list[str] = Field(
        description="Trường khác với cơ sở dữ liệu dân cư", examples=[["full_name"]]
    )
    fields: dict[str, FieldResult] = Field(
        description="Kết quả từng trường: khớp, khác, hoặc không biết",
        examples=[{"full_name": "differs", "birth_date": "agrees", "residence": "unknown"}],
    )
    reasons: list[str] = Field(
        description="Việc cần xác minh còn mở", examples=[["sex_contradicts_id"]]
    )
    checked_at: datetime | None
