"""Bodies of sweeps, of what they found, and of people who were missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.benefits import told_line
from common.contracts.fields import CommuneCode, MonthField
from common.kernel.months import Month
from common.operations import Operation
from eligibility.decisions.schemas import DecisionNumber, shown_coefficient
from eligibility.law.domain.disclosure import SEALED_BENEFITS, told_explanation
from eligibility.reviews.domain import DOSSIER, found_text


class SweepRequest(BaseModel):
    """Ask for the sweep of a month."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"month": "2026-11", "commune_code": "25000"}]}
    )

    month: MonthField = Field(description="Tháng rà soát; tháng liền sau cũng được tính")
    commune_code: CommuneCode | None = Field(default=None, description="Bỏ trống: cả tỉnh")


class SweepView(BaseModel):
    """A sweep: how far it came and how many proposals it made."""

    sweep_id: UUID
    month: MonthField
    commune_code: str | None
    state: str
    done: int = Field(description="Số người đã rà soát")
    total: int | None
    new: int | None = Field(description="Đề xuất mới")
    superseded: int | None = Field(description="Đề xuất cũ không còn đúng")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, found: Operation) -> Self:
        """Show a sweep."""
        counts = found.result or found.checkpoint.get("counts", {})
        return cls(
            sweep_id=found.id,
            month=Month.parse(str(found.params["month"])),
            commune_code=found.commune_code,
            state=found.state.value,
            done=found.done,
            total=found.total,
            new=counts.get("new"),
            superseded=counts.get("superseded"),
            created_at=found.created_at,
            finished_at=found.finished_at,
        )


class MissingView(BaseModel):
    """The one condition that is not known to hold."""

    code: str
    text: str
    article: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any], *, sealed_scope: bool = False) -> Self | None:
        """Show what is missing; what only one group asks is named in the sealed scope."""
        if row["missing_code"] is None:
            return None
        if row["missing_code"] == DOSSIER:
            return cls(code=DOSSIER, text="Hồ sơ đề nghị hưởng", article=None)
        if row["benefit"] in SEALED_BENEFITS and not sealed_scope:
            return cls(code="papers", text="Giấy tờ, thông tin còn thiếu của hồ sơ", article=None)
        missing = row["missing"] or {}
        return cls(
            code=row["missing_code"],
            text=missing.get("text", ""),
            article=missing.get("article"),
        )


class FoundProposalView(BaseModel):
    """What a sweep proposes for one person, benefit and month; nothing changes by itself."""

    proposal_id: UUID
    person_id: UUID
    full_name: str | None
    commune_code: str
    village: str | None
    benefit: str
    kind: str
    month: MonthField
    entitlement_id: UUID | None
    status: str
    reasons: list[str]
    text: str
    event_on: date | None = Field(description="Ngày xảy ra sự việc, ngày giấy tờ hết hạn")
    missing: MissingView | None
    current_amount: int = Field(description="Mức đang chi (đồng)")
    lawful_amount: int = Field(description="Mức theo pháp luật (đồng)")
    lawful_coefficient: str | None
    lawful_provision: str | None
    decision_id: UUID | None
    set_aside_reason: str | None
    sweep_id: UUID
    found_at: datetime
    explanation: dict[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any], *, sealed_scope: bool = False) -> Self:
        """Show a proposal; outside the sealed scope without group and provision."""
        same = (
            "proposal_id", "person_id", "full_name", "commune_code", "village", "benefit", "kind",
            "entitlement_id", "status", "reasons", "event_on", "current_amount", "decision_id",
            "set_aside_reason", "sweep_id", "found_at",
        )  # fmt: skip
        return cls(
            **{name: row[name] for name in same},
            month=Month.of(row["month"]),
            text=found_text(row["kind"], row["reasons"]),
            missing=MissingView.of(row, sealed_scope=sealed_scope),
            lawful_amount=row["law_amount"],
            lawful_coefficient=shown_coefficient(row["law_coefficient"]),
            lawful_provision=_provision(row, sealed_scope=sealed_scope),
            explanation=told_explanation(row["explanation"], sealed_scope=sealed_scope),
        )


class MissedView(BaseModel):
    """Someone who is not receiving what the known facts give, and what is missing for it."""

    proposal_id: UUID
    person_id: UUID
    full_name: str | None
    commune_code: str
    village: str | None
    benefit: str
    title: str | None
    provision: str | None
    month: MonthField
    amount: int = Field(description="Mức hưởng nếu đủ điều kiện (đồng một tháng)")
    missing: MissingView | None

    @classmethod
    def of(cls, row: Mapping[str, Any], *, sealed_scope: bool = False) -> Self:
        """Show someone who was missed; outside the sealed scope without group and provision."""
        same = (
            "proposal_id", "person_id", "full_name", "commune_code", "village", "benefit", "title",
        )  # fmt: skip
        return cls(
            **{name: row[name] for name in same},
            provision=_provision(row, sealed_scope=sealed_scope),
            month=Month.of(row["month"]),
            amount=row["law_amount"],
            missing=MissingView.of(row, sealed_scope=sealed_scope),
        )


def _provision(row: Mapping[str, Any], *, sealed_scope: bool) -> str | None:
    code = row["law_provision"]
    if code is None:
        return None
    return told_line(row["benefit"], provision=code, sealed_scope=sealed_scope).provision


class SetAsideRequest(BaseModel):
    """Why a proposal is set aside."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Đã xác minh: vẫn cư trú tại xã."}]}
    )

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class FoundDecisionRequest(BaseModel):
    """Turn proposals of one kind into the draft of a decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "commune_code": "25000",
                    "number": "90/QĐ-UBND",
                    "proposal_ids": ["019a0000-0000-7000-8000-000000000020"],
                }
            ]
        }
    )

    commune_code: CommuneCode
    number: DecisionNumber
    proposal_ids: list[UUID] = Field(min_length=1, max_length=5000)
