"""Bodies of drafts and of differences that single events found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, MonthField
from common.kernel.months import Month
from eligibility.decisions.schemas import DecisionNumber, shown_coefficient


class LevelReviewRequest(BaseModel):
    """Draft the list of new levels of a commune."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "level_review",
                    "commune_code": "25000",
                    "number": "77/QĐ-UBND",
                    "pay_month": "2026-12",
                }
            ]
        }
    )

    kind: Literal["level_review"]
    commune_code: CommuneCode
    number: DecisionNumber
    pay_month: MonthField = Field(description="Tháng của danh sách chi trả đang lập")


class CorrectionRequest(BaseModel):
    """Draft a correction to the lawful level for entitlements with an open proposal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "correction",
                    "commune_code": "25000",
                    "number": "78/QĐ-UBND",
                    "entitlement_ids": ["019a0000-0000-7000-8000-000000000010"],
                }
            ]
        }
    )

    kind: Literal["correction"]
    commune_code: CommuneCode
    number: DecisionNumber
    entitlement_ids: list[UUID] = Field(
        min_length=1,
        max_length=5000,
        description="Chế độ đang hưởng có đề xuất amount_differs chưa ký",
    )


class _EndingIn(BaseModel):
    commune_code: CommuneCode
    number: DecisionNumber
    entitlement_ids: list[UUID] = Field(min_length=1, max_length=5000)


class StopRequest(_EndingIn):
    """Draft a stop (thôi hưởng): the month follows from the day of the event."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "stop",
                    "commune_code": "25000",
                    "number": "79/QĐ-UBND",
                    "entitlement_ids": ["019a0000-0000-7000-8000-000000000010"],
                    "reason": "lost_condition",
                    "event_on": "2026-10-20",
                }
            ]
        }
    )

    kind: Literal["stop"]
    reason: Literal[
        "deceased", "missing", "lost_condition", "sentenced", "refused", "moved", "highest_only"
    ]
    event_on: date | None = Field(
        default=None, description="Ngày xảy ra sự việc; bỏ trống khi người hưởng đã mất"
    )


class SuspendRequest(_EndingIn):
    """Draft a suspension (tạm dừng chi trả)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "suspend",
                    "commune_code": "25000",
                    "number": "80/QĐ-UBND",
                    "entitlement_ids": ["019a0000-0000-7000-8000-000000000010"],
                    "reason": "uncollected",
                    "uncollected": ["2026-08", "2026-09", "2026-10"],
                }
            ]
        }
    )

    kind: Literal["suspend"]
    reason: Literal["uncollected", "refused", "detained"]
    event_on: date | None = Field(default=None, description="Ngày từ chối, hoặc ngày bị tạm giam")
    uncollected: list[MonthField] = Field(
        default_factory=list, max_length=120, description="Các tháng không nhận tiền"
    )


class ResumeRequest(_EndingIn):
    """Draft a resumption (tiếp tục hưởng) after a review, or after a death that was taken back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "resume",
                    "commune_code": "25000",
                    "number": "81/QĐ-UBND",
                    "entitlement_ids": ["019a0000-0000-7000-8000-000000000010"],
                    "reason": "reviewed",
                }
            ]
        }
    )

    kind: Literal["resume"]
    reason: Literal["reviewed", "death_taken_back"]


class TransferRequest(BaseModel):
    """Draft the take-over of people who moved here, from the month that the law says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "transfer",
                    "commune_code": "25000",
                    "number": "82/QĐ-UBND",
                    "entitlement_ids": ["019a0000-0000-7000-8000-000000000010"],
                }
            ]
        }
    )

    kind: Literal["transfer"]
    commune_code: CommuneCode
    number: DecisionNumber
    entitlement_ids: list[UUID] = Field(
        min_length=1,
        max_length=5000,
        description="Chế độ ở nơi cũ, theo đề xuất moved_in chưa ký",
    )


DecisionIn = Annotated[
    LevelReviewRequest
    | CorrectionRequest
    | StopRequest
    | SuspendRequest
    | ResumeRequest
    | TransferRequest,
    Field(discriminator="kind"),
]
"""What may be drafted; `kind` tells which."""


class ProposalView(BaseModel):
    """A difference between what was signed or listed and what the law gives."""

    entitlement_id: UUID
    person_id: UUID
    commune_code: str
    benefit: str
    code: str
    status: str
    from_month: MonthField
    reasons: list[str]
    listed_amount: int
    signed_coefficient: str | None
    lawful_coefficient: str | None
    proposed_amount: int = Field(description="Mức chi theo hệ số đã ký (đồng)")
    lawful_amount: int = Field(description="Mức theo pháp luật, chờ ký (đồng)")
    lawful_provision: str | None
    decision_id: UUID | None = Field(description="Quyết định đã giải quyết đề xuất")
    found_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """Show a proposal."""
        day: date = row.from_month
        return cls(
            entitlement_id=row.entitlement_id,
            person_id=row.person_id,
            commune_code=row.commune_code,
            benefit=row.benefit,
            code=row.code,
            status=row.status,
            from_month=Month.of(day),
            reasons=list(row.reasons),
            listed_amount=row.listed_amount,
            signed_coefficient=shown_coefficient(row.listed_coefficient),
            lawful_coefficient=shown_coefficient(row.law_coefficient),
            proposed_amount=row.proposed_amount,
            lawful_amount=row.law_amount,
            lawful_provision=row.law_provision,
            decision_id=row.decision_id,
            found_at=row.found_at,
        )
