"""Bodies of `issue_register`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, Visible
from eligibility.issue_register.domain import Source, State, Step

Line = Annotated[str, Field(min_length=1, max_length=200), Visible]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class RaiseIssueRequest(BaseModel):
    """What somebody has to say, and about which case or article."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "commune_code": "25000",
                    "kind": "policy_difficulty",
                    "source": "officer",
                    "subject": "Xác định dạng khuyết tật trí tuệ ở trẻ em",
                    "content": "Phiếu chưa có tiêu chí cho trẻ dưới 6 tuổi.",
                    "article": "Điều 3 Thông tư 01/2019/TT-BLĐTBXH",
                }
            ]
        },
    )

    commune_code: CommuneCode
    kind: Annotated[str, Field(max_length=40)]
    source: Source = Field(description="Ai nêu: cán bộ, đơn vị chi trả, công dân")
    subject: Line
    content: Words
    article: Line | None = None
    dossier_code: Annotated[str, Field(max_length=60)] | None = None
    person_id: UUID | None = None


class IssueStepRequest(BaseModel):
    """The step that is taken and its words: the answer, why it is closed or opened again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"step": "answer", "note": "Áp dụng Mẫu 02 theo hướng dẫn của Sở."}]
        },
    )

    step: Step
    note: Words


class IssueView(BaseModel):
    """An entry as it stands."""

    model_config = ConfigDict(from_attributes=True)

    issue_id: UUID
    commune_code: str
    kind: str
    source: Source
    subject: str
    content: str
    article: str | None
    dossier_code: str | None
    person_id: UUID | None
    state: State
    due_on: date | None
    raised_on: date
    version: int


class IssueStepView(BaseModel):
    """One step."""

    model_config = ConfigDict(from_attributes=True)

    state: State
    note: str
    taken_at: datetime


class IssueDetailView(IssueView):
    """An entry with its steps, oldest first, and what may follow."""

    steps: list[IssueStepView] = []
    allowed_steps: list[Step] = []


class IssueKindView(BaseModel):
    """A kind that may be raised, and its clocks."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    sources: list[Source]
    accept_days: int | None
    answer_days: int
    basis: str
    confidence: str
