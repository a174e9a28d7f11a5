"""Bodies of the routes of households."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.fields import CommuneCode, PersonalId
from registry.households.domain import ClassStatement, Flag, Relation
from registry.households.service import (
    FlagStatement,
    HouseholdDraft,
    HouseholdHistory,
    HouseholdStanding,
    Named,
)
from registry.households.store.timelines import Recorded


class SetHouseholdClassRequest(BaseModel):
    """The poverty class of a person's household for a year."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"poverty_class": "poor", "year": 2026, "decision": "01a/QĐ-UBND"}]
        },
    )

    poverty_class: Literal["poor", "near_poor", "none"] = Field(
        description="Hộ nghèo, hộ cận nghèo, không thuộc hai diện này"
    )
    year: Annotated[int, Field(ge=2000, le=2100, examples=[2026])]
    decision: Annotated[str, Field(max_length=100)] | None = Field(
        default=None,
        description="Quyết định công nhận kết quả rà soát",
        examples=["01a/QĐ-UBND"],
    )
    decision_date: date | None = Field(default=None, description="Ngày ký quyết định")
    since: date | None = Field(
        default=None, description="Ngày đầu tiên, nếu thay đổi trong năm; để trống: 1/1"
    )

    @model_validator(mode="after")
    def _within_the_year(self) -> Self:
        if self.since is not None and self.since.year != self.year:
            code, message = "since_outside_year", "Ngày đầu tiên phải thuộc năm đã ghi."
            raise PydanticCustomError(code, message)
        return self

    def statement(self, person_id: UUID | None = None) -> ClassStatement:
        """Give what is stated."""
        return ClassStatement(
            person_id=person_id or UUID(int=0),
            poverty_class=self.poverty_class,
            year=self.year,
            decision=self.decision,
            decision_date=self.decision_date,
            since=self.since,
        )


class MemberNameContent(BaseModel):
    """A person of a household; people without the 12 digits are named by `person_id`."""

    model_config = ConfigDict(extra="forbid")

    personal_id: PersonalId | None = None
    person_id: UUID | None = None
    relation: Relation = Field(default="other", description="Quan hệ với chủ hộ")

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.personal_id is None) == (self.person_id is None):
            code, message = "member_name", "Ghi một trong hai: personal_id hoặc person_id."
            raise PydanticCustomError(code, message)
        return self

    def named(self) -> Named:
        """Give the name."""
        return Named(self.relation, self.personal_id, self.person_id)


Members = Annotated[list[MemberNameContent], Field(min_length=1, max_length=100)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
Code = Annotated[str, Field(min_length=1, max_length=50, pattern=r"\S", examples=["25000-0017"])]
_MEMBERS: list[JsonValue] = [
    {"personal_id": "003151000017", "relation": "head"},
]


class SetHouseholdMembersRequest(BaseModel):
    """Who is in a household from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"members": _MEMBERS, "valid_from": "2026-11-01"}]},
    )

    members: Members
    valid_from: Day | None = Field(default=None, description="Ngày thay đổi; để trống: hôm nay")

    def draft(self) -> HouseholdDraft:
        """Give what is stated."""
        return HouseholdDraft([m.named() for m in self.members], self.valid_from)


class SplitHouseholdRequest(SetHouseholdMembersRequest):
    """Members who become a household of their own."""

    village: Annotated[str, Field(max_length=200)] | None = None
    code: Code | None = Field(default=None, description="Mã hộ mới")

    def draft(self) -> HouseholdDraft:
        """Give what is stated."""
        named = [m.named() for m in self.members]
        return HouseholdDraft(named, self.valid_from, self.village, self.code)


class RegisterHouseholdRequest(SplitHouseholdRequest):
    """A household with its members; one of them is the head."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"commune_code": "25000", "village": "Thôn 3", "members": _MEMBERS},
            ]
        }
    )

    commune_code: CommuneCode
    valid_from: Day | None = Field(
        default=None, description="Ngày lập hộ; để trống: không rõ từ khi nào"
    )


class JoinHouseholdsRequest(BaseModel):
    """Another household whose members come in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"household_id": "019a0000-0000-7000-8000-000000000031", "version": 1}]
        },
    )

    household_id: UUID = Field(description="Hộ nhập vào")
    version: int = Field(ge=0, le=2**62, description="Phiên bản đã đọc của hộ nhập vào")
    members: Annotated[list[MemberNameContent], Field(max_length=100)] = Field(
        default=[], description="Quan hệ với chủ hộ của những người nhập vào"
    )
    valid_from: Day | None = None

    def draft(self) -> HouseholdDraft:
        """Give what is stated."""
        return HouseholdDraft([m.named() for m in self.members], self.valid_from)


class SetHouseholdFlagRequest(BaseModel):
    """What is said of a household from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"flag": "no_labour", "holds": True, "valid_from": "2026-01-01"}]
        },
    )

    flag: Flag = Field(description="Hộ không có khả năng lao động, hộ độc thân")
    holds: bool
    valid_from: Day
    basis: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Căn cứ: biên bản, quyết định"
    )

    def stated(self) -> FlagStatement:
        """Give what is stated."""
        return FlagStatement(self.flag, self.holds, self.valid_from, self.basis)


class HouseholdMemberView(BaseModel):
    """A person in a household over some time."""

    person_id: UUID
    relation: Relation
    valid_from: date | None
    valid_to: date | None


class FlagView(BaseModel):
    """What is said of a household over some time."""

    flag: Flag
    holds: bool
    basis: str | None
    valid_from: date
    valid_to: date | None


class HouseholdView(BaseModel):
    """A household on a day."""

    household_id: UUID
    commune_code: CommuneCode
    village: str | None
    codes: list[str] = Field(description="Mã hộ trong các danh sách")
    members: list[HouseholdMemberView]
    poverty_class: Literal["poor", "near_poor", "none"]
    flags: list[FlagView]
    version: int

    @classmethod
    def of(cls, standing: HouseholdStanding) -> HouseholdView:
        """Show a household."""
        one = standing.household
        return cls(
            household_id=one.household_id,
            commune_code=one.commune_code,
            village=one.village,
            codes=one.codes,
            members=[HouseholdMemberView.model_validate(asdict(row)) for row in standing.members],
            poverty_class=standing.poverty_class,
            flags=[FlagView.model_validate(asdict(row)) for row in standing.flags],
            version=one.version,
        )


class Known(BaseModel):
    """When a row was known."""

    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None


class KnownMemberView(Known, HouseholdMemberView):
    """A membership with when it was known."""


class KnownFlagView(Known, FlagView):
    """A flag with when it was known."""


class KnownClassView(Known):
    """A class with when it was known."""

    year: int
    poverty_class: Literal["poor", "near_poor", "none"]
    decision: str | None
    decision_date: date | None
    valid_from: date
    valid_to: date | None


class HouseholdHistoryView(BaseModel):
    """Everything dated about a household."""

    members: list[KnownMemberView]
    classes: list[KnownClassView]
    flags: list[KnownFlagView]

    @classmethod
    def of(cls, found: HouseholdHistory) -> HouseholdHistoryView:
        """Show a history."""
        return cls(
            members=[KnownMemberView.model_validate(_known(row)) for row in found.members],
            classes=[KnownClassView.model_validate(_known(row)) for row in found.classes],
            flags=[KnownFlagView.model_validate(_known(row)) for row in found.flags],
        )


def _known(row: Recorded) -> dict[str, Any]:
    return asdict(row.row) | {
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "superseded_at": row.superseded_at,
    }
