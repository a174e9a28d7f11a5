"""Bodies of commands about one person, and what they show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId, Visible
from registry.persons.domain import VitalRow
from registry.persons.schemas.people import FullName, Village
from registry.persons.store.records import NumberRow

Reason = Annotated[str, Field(min_length=3, max_length=500, examples=["Số định danh được cấp lại"])]
Notice = Annotated[str, Field(max_length=100, examples=["TLKT-25000-2026-017"])]
Address = Annotated[str, Field(max_length=300), Visible]
PERSON_KEY = r"^([0-9]{12}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"
PersonKeyText = Annotated[
    str,
    Field(
        pattern=PERSON_KEY,
        description="Số định danh cá nhân, hoặc person_id của người chưa có số",
        examples=["003151000017"],
    ),
]


def _body(**example: Any) -> ConfigDict:
    return ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [example]}
    )


class RekeyPersonRequest(BaseModel):
    """Give a person another number."""

    model_config = _body(
        personal_id="003151000025", cause="reissued", reason="Số định danh được cấp lại"
    )

    personal_id: Annotated[PersonalId, Field(pattern=r"^[0-9]{12}$")]
    cause: Literal["wrong", "reissued", "first"] = Field(
        description="wrong: số cũ không phải của người này; reissued: được cấp lại;"
        " first: trước đây chưa có số"
    )
    reason: Reason
    changed_on: date | None = Field(default=None, description="Ngày cấp lại")


class AddFormerNumberRequest(BaseModel):
    """Remember a former identity card."""

    model_config = _body(number="250123456", valid_from="1999-05-04", valid_to="2016-01-01")

    number: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    valid_from: date | None = Field(default=None, description="Ngày cấp")
    valid_to: date | None = Field(default=None, description="Dùng đến ngày")
    note: Annotated[str, Field(max_length=200)] | None = None


class MergePersonRequest(BaseModel):
    """Name the record that stays (or stayed), at the version that was read."""

    model_config = _body(into="003151000025", into_version=3, reason="Một người có hai hồ sơ")

    into: PersonKeyText
    into_version: Annotated[int, Field(ge=1, le=2**62)]
    reason: Reason


class RecordDeathRequest(BaseModel):
    """Record a death."""

    model_config = _body(
        death_date="2026-09-03", source="civil_status", notice_number="TLKT-25000-2026-017"
    )

    death_date: date
    source: Literal["civil_status", "family", "official"] = Field(
        description="civil_status: trích lục khai tử; family: gia đình báo; official: cán bộ xác minh"
    )
    notice_number: Notice | None = None


class DeclareMissingRequest(BaseModel):
    """Record a court's declaration that somebody is missing."""

    model_config = _body(missing_since="2026-06-01", decision_number="12/2026/QĐST-VDS")

    missing_since: date
    decision_number: Annotated[str, Field(min_length=1, max_length=100)]


class TakeBackStatusRequest(BaseModel):
    """Say why what was recorded is taken back."""

    model_config = _body(reason="Báo tử nhầm người cùng tên")

    reason: Reason


class MovePersonRequest(BaseModel):
    """Where a person of the caller's lives from a day on."""

    model_config = _body(to_commune="24637", moved_on="2026-10-20")

    to_commune: CommuneCode
    moved_on: date
    village: Village | None = None
    address: Address | None = None


class LeaveProvinceRequest(BaseModel):
    """From which day a person lives outside the province."""

    model_config = _body(moved_on="2026-10-20")

    moved_on: date


class ReceivePersonRequest(BaseModel):
    """A person of another commune who lives in the caller's now, as their papers say."""

    model_config = _body(
        full_name="Nguyễn Thị Mẫu",
        birth_date="1951-03-10",
        to_commune="25000",
        moved_on="2026-10-20",
        village="Thôn 3",
    )

    full_name: FullName
    birth_date: date
    to_commune: CommuneCode
    moved_on: date
    village: Village | None = None
    address: Address | None = None


class NumberView(BaseModel):
    """A number that a person had."""

    kind: Literal["personal_id", "cmnd"]
    number: str
    reason: Literal["wrong", "reissued", "former"]
    note: str | None
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str

    @classmethod
    def of(cls, row: NumberRow) -> NumberView:
        """Show a former number."""
        former = row.former
        return cls(
            kind=former.kind,
            number=former.number,
            reason=former.reason,
            note=former.note,
            valid_from=former.valid_from,
            valid_to=former.valid_to,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )


class VitalView(BaseModel):
    """A death or declaration, and whether it was taken back."""

    kind: Literal["death", "missing"]
    happened_on: date
    source: Literal["civil_status", "family", "official", "court"]
    notice_number: str | None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = Field(description="Đã hủy từ lúc này")
    superseded_reason: str | None

    @classmethod
    def of(cls, row: VitalRow) -> VitalView:
        """Show a row."""
        return cls(
            kind=row.kind,
            happened_on=row.happened_on,
            source=row.source,
            notice_number=row.notice_number,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            superseded_at=row.superseded_at,
            superseded_reason=row.superseded_reason,
        )


__all__ = [
    "PERSON_KEY",
    "AddFormerNumberRequest",
    "DeclareMissingRequest",
    "LeaveProvinceRequest",
    "MergePersonRequest",
    "MovePersonRequest",
    "NumberView",
    "PersonKeyText",
    "ReceivePersonRequest",
    "RecordDeathRequest",
    "RekeyPersonRequest",
    "TakeBackStatusRequest",
    "VitalView",
]
