"""Bodies of the activities' addresses."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode
from reporting.activities.domain import Activity, ActivityKind

_MOST = 10**15
Count = Annotated[int | None, Field(ge=0, le=_MOST)]


class EnterActivityRequest(BaseModel):
    """One entry; `replaces` corrects an earlier one, with `withdrawn` it only takes it back."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "meeting",
                    "commune_code": "25000",
                    "happened_on": "2026-12-03",
                    "subject": "Họp xét trợ cấp tháng 12",
                    "quantity": 1,
                }
            ]
        },
    )

    kind: str = Field(min_length=1, max_length=50, examples=["meeting"])
    commune_code: CommuneCode | None = Field(
        default=None, description="Bỏ trống: của tỉnh", examples=["25000"]
    )
    happened_on: date = Field(examples=["2026-12-03"])
    subject: str = Field(min_length=3, max_length=500, examples=["Họp xét trợ cấp tháng 12"])
    quantity: Count = Field(default=None, examples=[1])
    amount: Count = Field(default=None, description="Đồng", examples=[None])
    reference: str | None = Field(default=None, max_length=100, examples=["154/KH-UBND"])
    source: str | None = Field(default=None, max_length=300, examples=["Niên giám thống kê 2026"])
    replaces: UUID | None = None
    withdrawn: bool = False


class ActivityView(BaseModel):
    """One entry as it stands."""

    activity_id: UUID
    commune_code: CommuneCode | None
    kind: str
    happened_on: date
    subject: str
    quantity: int | None
    amount: int | None
    reference: str | None
    source: str | None
    replaces: UUID | None
    withdrawn: bool

    @classmethod
    def of(cls, activity: Activity) -> ActivityView:
        """Write an entry as the body of an answer."""
        return cls(
            **{name: value for name, value in asdict(activity).items() if name in cls.model_fields}
        )


class ActivityKindView(BaseModel):
    """A kind of entry and what it needs."""

    code: str
    title: str
    unit: str
    counted: Literal["sum", "latest"]
    sourced: bool
    paper: bool
    duties: tuple[str, ...]

    @classmethod
    def of(cls, kind: ActivityKind) -> ActivityKindView:
        """Describe a kind."""
        return cls(**asdict(kind))
