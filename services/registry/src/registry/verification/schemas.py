"""Bodies of the routes of verification."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId


class StartVerification(BaseModel):
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


class VerificationStarted(BaseModel):
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
    reasons: list[str] = Field(
        description="Việc cần xác minh còn mở", examples=[["sex_contradicts_id"]]
    )
    checked_at: datetime | None
