"""Bodies of the routes of poverty lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from common.contracts.fields import CommuneCode
from registry.households.service.poverty_lists import ListStanding

_CHANGES = {
    "left": "Thoát nghèo, thoát cận nghèo",
    "fell": "Phát sinh nghèo, cận nghèo",
    "shifted": "Chuyển giữa nghèo và cận nghèo",
    "stayed": "Không đổi",
}


class PovertyListView(BaseModel):
    """A list with what became of it so far."""

    list_id: UUID
    operation_id: UUID
    state: str = Field(examples=["succeeded"])
    commune_code: CommuneCode
    year: int
    decision_number: str
    decision_date: date
    complete: bool
    file_sha256: str
    rows: int | None = Field(description="Số dòng là người")
    outcomes: dict[str, int] = Field(description="Số dòng theo kết quả")
    households: dict[str, int] = Field(description="Số hộ theo thay đổi; new: hộ mới ghi nhận")
    summary: str

    @classmethod
    def of(cls, standing: ListStanding) -> PovertyListView:
        """Show a list."""
        made = standing.made
        return cls(
            list_id=made.list_id,
            operation_id=made.operation_id,
            state=standing.operation.state.value,
            commune_code=made.commune_code,
            year=made.year,
            decision_number=made.decision_number,
            decision_date=made.decision_date,
            complete=made.complete,
            file_sha256=made.file_sha256,
            rows=made.row_count,
            outcomes=dict(standing.rows),
            households=dict(standing.households),
            summary=standing.summary,
        )


class NoteView(BaseModel):
    """Something about a row that a person should know."""

    code: str
    message: str


class ListRowView(BaseModel):
    """What became of a row."""

    row_number: int
    household_code: str | None
    outcome: Literal["placed", "unchanged", "unknown", "refused"]
    person_id: UUID | None
    household_id: UUID | None
    findings: list[NoteView]


class ListChangeView(BaseModel):
    """What became of a household in comparison with last year."""

    household_id: UUID
    codes: list[str]
    head_person_id: UUID | None
    before: Literal["poor", "near_poor", "none"]
    after: Literal["poor", "near_poor", "none"]
    change: Literal["left", "fell", "shifted", "stayed"]
    is_new: bool = Field(description="Hộ lần đầu có trong sổ đăng ký")
    text: str = Field(examples=["Thoát nghèo, thoát cận nghèo"])

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ListChangeView:
        """Show a change."""
        return cls.model_validate({**row, "text": _CHANGES[row["change"]]})
