"""Bodies of the routes of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId
from registry.persons.domain import Person
from registry.verification.domain import Citizen, Task

Note = Annotated[str, Field(min_length=3, max_length=500, pattern=r"\S{2}")]
_REASONS: Mapping[str, str] = {
    "population_differs": "Khác với cơ sở dữ liệu dân cư",
    "population_not_found": "Không có trong cơ sở dữ liệu dân cư",
    "population_several": "Cơ sở dữ liệu dân cư trả về nhiều người",
    "population_number_known": "Cơ sở dữ liệu dân cư có số định danh của người này",
    "notice_does_not_match": "Thông báo báo tử hoặc chuyển đi không khớp với người này",
    "notice_death_differs": "Các thông báo báo tử ghi những ngày chết khác nhau; cần xác minh",
    "notice_person_to_check": "Thông báo trùng họ tên và ngày sinh nhưng thiếu số hoặc số khác",
    "move_notice_to_check": "Xã khác báo người này chuyển nơi cư trú; cần kiểm tra",
    "gone_from_list": "Không còn trong danh sách tháng này mà chưa rõ lý do",
    "sex_contradicts_id": "Giới tính mâu thuẫn với số định danh",
    "birth_year_contradicts_id": "Năm sinh mâu thuẫn với số định danh",
}


class TaskView(BaseModel):
    """Something about a person that somebody has to look at."""

    task_id: UUID
    person_id: UUID
    personal_id: PersonalId | None
    full_name: str
    commune_code: CommuneCode
    reason: str = Field(examples=["population_differs"])
    reason_text: str
    fields: list[str] = Field(description="Trường khác nhau", examples=[["full_name"]])
    state: Literal["open", "closed"]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    resolution: Literal["agrees", "accepted", "kept"] | None
    note: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Show a row of the list."""
        state = "open" if row["closed_at"] is None else "closed"
        return cls.model_validate({**row, "state": state, "reason_text": text_of(row["reason"])})


class TaskSidesView(BaseModel):
    """One side of a comparison."""

    full_name: str | None
    birth: str | None = Field(description="yyyyMMdd, hoặc yyyy khi chỉ biết năm sinh")
    sex: Literal["male", "female"] | None
    personal_id: PersonalId | None
    former_number: str | None
    commune_code: str | None = Field(description="Mã xã nơi ở hiện tại")


class TaskDetailView(TaskView):
    """A task with both sides; `theirs` is kept sealed while the task is open."""

    person_version: int
    ours: TaskSidesView
    theirs: TaskSidesView | None

    @classmethod
    def of_task(cls, task: Task, person: Person, citizen: Citizen | None) -> Self:
        """Show a task."""
        who = person.identity
        birth = f"{who.birth_date:%Y%m%d}" if who.birth_precision == "day" else ""
        row = {name: getattr(task, name) for name in _TASK_FIELDS}
        return cls(
            **row,
            fields=list(task.fields),
            personal_id=who.personal_id,
            full_name=who.full_name,
            reason_text=text_of(task.reason),
            state="open" if task.closed_at is None else "closed",
            person_version=person.version,
            ours=TaskSidesView(
                full_name=who.full_name,
                birth=birth or f"{who.birth_date:%Y}",
                sex=who.sex,
                personal_id=who.personal_id,
                former_number=who.former_number,
                commune_code=who.commune_code,
            ),
            theirs=_theirs(citizen),
        )


_TASK_FIELDS = (
    "task_id",
    "person_id",
    "commune_code",
    "reason",
    "opened_at",
    "closed_at",
    "closed_by",
    "resolution",
    "note",
)


class AcceptTaskRequest(BaseModel):
    """Take over what the population database has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"fields": ["full_name"], "note": "Theo thẻ căn cước của công dân"}]
        },
    )

    fields: list[Literal["full_name", "birth_date", "sex", "personal_id"]] = Field(
        min_length=1, max_length=4, description="Trường lấy theo cơ sở dữ liệu dân cư"
    )
    note: Note


class KeepTaskRequest(BaseModel):
    """Keep what is written down."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Giấy khai sinh ghi như sổ của xã"}]},
    )

    reason: Note


def text_of(reason: str) -> str:
    """Say a reason in words."""
    return _REASONS.get(reason, "Cần xác minh")


def _theirs(citizen: Citizen | None) -> TaskSidesView | None:
    if citizen is None:
        return None
    return TaskSidesView(
        full_name=citizen.full_name,
        birth=citizen.birth,
        sex=citizen.sex,
        personal_id=citizen.personal_id,
        former_number=citizen.former_number,
        commune_code=citizen.residence,
    )
