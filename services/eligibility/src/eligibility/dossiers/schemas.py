"""Request and response bodies of `dossiers`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong
from eligibility.dossiers.domain import Dossier, DossierStatus


class AcceptIn(BaseModel):
    """What the receiving officer found; what is left out is taken from the portal's message."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"papers": ["MAU_01"], "declared_pension_income": 0}]}
    )

    papers: list[str] | None = Field(default=None, description="Mã các giấy tờ đã nộp")
    declared_pension_income: AmountDong | None = Field(
        default=None, description="Lương hưu, trợ cấp BHXH hằng tháng theo tờ khai (đồng)"
    )


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
        )


class StepOut(BaseModel):
    """One step of a dossier."""

    status: int
    status_title: str
    taken_at: datetime
    note: str


class DossierDetail(DossierOut):
    """A dossier with its steps, oldest first."""

    steps: list[StepOut] = []

    @classmethod
    def with_steps(cls, dossier: Dossier, steps: Sequence[Any]) -> Self:
        """Show a dossier and its steps."""
        shown = DossierOut.of(dossier).model_dump()
        return cls(
            **shown,
            steps=[
                StepOut(
                    status=step.status,
                    status_title=DossierStatus(step.status).title,
                    taken_at=step.taken_at,
                    note=step.note,
                )
                for step in steps
            ],
        )
