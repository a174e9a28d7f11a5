"""Bodies of the routes of representation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.fields import PersonalId, Visible
from registry.representation.domain import Kind, Paper, PaperKind, Representation, Representative
from registry.representation.service import Appointment, Recipient

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]


class AppointRepresentativeRequest(BaseModel):
    """Let somebody act for the person, or receive their money."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "authorised_recipient",
                    "representative_personal_id": "003048000012",
                    "representative_name": "Trần Văn Mẫu",
                    "paper_kind": "authorisation",
                    "paper_number": "17/2026/UQ",
                    "paper_date": "2026-10-30",
                    "paper_issuer": "UBND xã Di Linh",
                    "valid_from": "2026-11-01",
                    "valid_to": "2027-11-01",
                }
            ]
        },
    )

    kind: Kind = Field(description="Giám hộ, chăm sóc, được ủy quyền nhận thay")
    representative_personal_id: PersonalId | None = None
    representative_name: Annotated[str, Field(min_length=1, max_length=200), Visible] | None = (
        Field(default=None, description="Bắt buộc nếu người đại diện không có trong địa bàn")
    )
    relation: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="Quan hệ với người được đại diện"
    )
    phone: Annotated[str, Field(max_length=30)] | None = None
    may_receive_money: bool | None = Field(
        default=None, description="Để trống: giám hộ và người được ủy quyền được nhận tiền"
    )
    paper_kind: PaperKind
    paper_number: Annotated[str, Field(max_length=100)] | None = None
    paper_date: Day
    paper_issuer: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="Nơi cấp, nơi chứng thực"
    )
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="Ngày đầu tiên không còn hiệu lực")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.representative_personal_id is None and not self.representative_name:
            code = "representative_required"
            message = "Cần số định danh hoặc họ tên của người đại diện."
            raise PydanticCustomError(code, message)
        return self

    def stated(self) -> Appointment:
        """Give what is stated."""
        return Appointment(
            kind=self.kind,
            representative=Representative(
                name=self.representative_name or "",
                number=self.representative_personal_id,
                relation=self.relation,
                phone=self.phone,
            ),
            paper=Paper(self.paper_kind, self.paper_number, self.paper_date, self.paper_issuer),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            may_receive_money=self.may_receive_money,
        )


class RevokeRepresentationRequest(BaseModel):
    """End an appointment before its time."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"revoked_on": "2026-11-22", "reason": "Người được ủy quyền chuyển đi"}]
        },
    )

    revoked_on: Day = Field(description="Từ ngày này không còn hiệu lực")
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class RepresentationView(BaseModel):
    """One appointment."""

    representation_id: UUID
    kind: Kind
    representative_person_id: UUID | None
    representative_name: str
    representative_personal_id: str | None
    relation: str | None
    phone: str | None
    may_receive_money: bool
    paper_kind: PaperKind
    paper_number: str | None
    paper_date: date
    paper_issuer: str
    valid_from: date
    valid_to: date | None
    revoked_on: date | None
    revoked_reason: str | None

    @classmethod
    def of(cls, row: Representation) -> RepresentationView:
        """Show an appointment."""
        who, paper = row.representative, row.paper
        return cls(
            representation_id=row.representation_id,
            kind=row.kind,
            representative_person_id=who.person_id,
            representative_name=who.name,
            representative_personal_id=who.number,
            relation=who.relation,
            phone=who.phone,
            may_receive_money=row.may_receive_money,
            paper_kind=paper.kind,
            paper_number=paper.number,
            paper_date=paper.issued_on,
            paper_issuer=paper.issuer,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            revoked_on=row.revoked_on,
            revoked_reason=row.revoked_reason,
        )


class RecipientView(BaseModel):
    """Who may receive the money, and by which appointment."""

    role: Literal["self", "guardian", "carer", "authorised_recipient"]
    name: str
    person_id: UUID | None
    representation_id: UUID | None
    valid_to: date | None

    @classmethod
    def of(cls, one: Recipient) -> RecipientView:
        """Show a recipient."""
        return cls(
            role=one.role,
            name=one.name,
            person_id=one.person_id,
            representation_id=one.representation_id,
            valid_to=one.valid_to,
        )
