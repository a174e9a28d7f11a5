"""Bodies of the routes of notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId, Visible
from common.database.ids import new_id
from common.kernel.names import normalise
from registry.notices.domain import Notice

Kind = Literal["death", "move"]
State = Literal["pending", "applied", "unchanged", "outdated", "contradicts", "to_check"]
_EXAMPLE: dict[str, Any] = {
    "kind": "death",
    "notice_number": "TLKT-25000-2026-018",
    "personal_id": "003151000017",
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "happened_on": "2026-11-02",
}


class NoticeContent(BaseModel):
    """One notice of a death (trích lục khai tử) or of a move (thay đổi nơi cư trú)."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    notice_number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S[^\x00]*$")]
    personal_id: PersonalId | None = None
    former_number: Annotated[str | None, Field(pattern=r"^[0-9]{9}$")] = None
    full_name: Annotated[
        str, Field(min_length=2, max_length=120, pattern=r"^[^\x00]*\w[^\x00]*$"), Visible
    ]
    birth_date: date | None = None
    birth_precision: Literal["day", "month", "year"] = "day"
    happened_on: date = Field(description="Ngày mất, hoặc ngày chuyển đến nơi ở mới")
    happened_precision: Literal["day", "month", "year"] = Field(
        default="day", description="Biết đến ngày, tháng hay chỉ năm (khi đó ghi ngày đầu kỳ)"
    )
    book_year: int | None = Field(
        default=None,
        ge=1900,
        le=2200,
        description="Năm của sổ đăng ký; bỏ trống: theo số hoặc ngày",
    )
    place: CommuneCode | None = Field(default=None, description="Xã đăng ký, nếu khác xã báo")
    to_commune: CommuneCode | None = Field(
        default=None, description="Nơi đến (xã của tỉnh); bỏ trống: ra ngoài tỉnh"
    )

    def notice(self) -> Notice:
        """Give the notice; who reports it is said beside it."""
        return Notice(
            notice_id=new_id(),
            commune_code="",
            **{
                **self.model_dump(),
                "full_name": normalise(self.full_name),
                "place": self.place or "",
                "book_year": self.book_year or 0,
            },
        )


class SendNoticesRequest(BaseModel):
    """Notices that one commune's authority reports."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"commune_code": "25000", "notices": [_EXAMPLE]}]},
    )

    commune_code: CommuneCode = Field(description="Xã báo")
    notices: list[NoticeContent] = Field(min_length=1, max_length=1000)


class NoticeView(BaseModel):
    """A notice as it stands; it is never deleted."""

    notice_id: UUID
    commune_code: CommuneCode
    kind: Kind
    notice_number: str
    personal_id: PersonalId | None
    former_number: str | None
    full_name: str
    happened_on: date
    happened_precision: Literal["day", "month", "year"]
    book_year: int
    to_commune: CommuneCode | None
    state: State = Field(
        description="pending: chờ người này có trong sổ; applied: đã ghi nhận;"
        " unchanged: đã biết trước; outdated: đã có lần chuyển sau; contradicts, to_check: cần"
        " người xem"
    )
    person_id: UUID | None
    recorded_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Show a row."""
        return cls.model_validate({name: row[name] for name in cls.model_fields})


class SentNoticeView(BaseModel):
    """What became of one notice that was sent."""

    notice_id: UUID
    notice_number: str
    is_new: bool = Field(description="false: số này đã được nhận trước đó")
    state: State


class NoticesReceivedView(BaseModel):
    """The notices are kept; they are matched by the operation."""

    operation_id: UUID
    notices: list[SentNoticeView]
