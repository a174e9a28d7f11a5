"""Request and response bodies of `dossiers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong
from eligibility.dossiers.domain import Dossier, DossierStatus, Letter

Reason = Annotated[str, Field(min_length=1, max_length=1000)]


class AcceptIn(BaseModel):
    """What the receiving officer found; what is left out is taken from the portal's message."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"papers": ["MAU_01"], "declared_pension_income": 0}]}
    )

    papers: list[str] | None = Field(default=None, description="Mã các giấy tờ đã nộp")
    declared_pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng theo tờ khai (đồng)"
    )


class AskPapersIn(BaseModel):
    """Everything that is missing, at once, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"papers": ["MAU_01"], "reason": "Tờ khai chưa ký, thiếu trang 2"}]
        }
    )

    papers: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1)]
    reason: Reason


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Không thuộc thẩm quyền của xã"}]}
    )

    reason: Reason


class ExtendIn(BaseModel):
    """The new date that the apology names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"new_due_on": "2026-12-08", "reason": "Chờ xác minh nơi cư trú"}]
        }
    )

    new_due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]
    reason: Reason


class DossierOut(BaseModel):
    """A dossier as it stands."""

    dossier_code: str
    commune_code: str
    procedure_code: str
    benefit: str
    person_id: UUID
    status: int
    status_title: str
    received_at: datetime
    due_on: date
    papers: list[str]
    version: int
    counted_from: date
    """Receipt of the complete dossier."""
    intake_supplements: int
    extensions: int
    notice_on: date | None

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """Show a dossier."""
        return cls(
            dossier_code=dossier.dossier_code,
            commune_code=dossier.commune_code,
            procedure_code=dossier.procedure_code,
            benefit=dossier.benefit,
            person_id=dossier.person_id,
            status=int(dossier.status),
            status_title=dossier.status.title,
            received_at=dossier.received_at,
            due_on=dossier.due_on,
            papers=list(dossier.papers),
            version=dossier.version,
            counted_from=dossier.counted_from,
            intake_supplements=dossier.intake_supplements,
            extensions=dossier.extensions,
            notice_on=dossier.notice_on,
        )


class StepOut(BaseModel):
    """One step of a dossier."""

    status: int
    status_title: str
    taken_at: datetime
    note: str


class LetterOut(BaseModel):
    """A letter of the office about the dossier."""

    kind: str
    due_on: date
    new_due_on: date | None
    reason: str
    papers: list[str]
    written_at: datetime


class DossierDetail(DossierOut):
    """A dossier with its steps and letters, oldest first, and the days that come."""

    steps: list[StepOut] = []
    letters: list[LetterOut] = []
    return_by: date | None = None
    apologise_by: date | None = None
    closes_after: date | None = None

    @classmethod
    def with_steps(
        cls,
        dossier: Dossier,
        steps: Sequence[Any],
        letters: Sequence[Letter] = (),
        dates: Mapping[str, date | None] | None = None,
    ) -> Self:
        """Show a dossier, its steps and letters."""
        return cls(
            **DossierOut.of(dossier).model_dump(),
            **(dates or {}),
            steps=[
                StepOut(
                    status=step.status,
                    status_title=DossierStatus(step.status).title,
                    taken_at=step.taken_at,
                    note=step.note,
                )
                for step in steps
            ],
            letters=[LetterOut.model_validate(item, from_attributes=True) for item in letters],
        )
