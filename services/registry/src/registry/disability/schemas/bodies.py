"""What is sent to the routes of disability."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import CommuneCode, PersonalId
from registry.disability.domain import (
    Ability,
    Activity,
    Finding,
    Form,
    Ground,
    Member,
    Opinion,
    Request,
    Role,
)
from registry.disability.service import CaseHearing, SessionRecord
from registry.disability.service.reviews import MedicalResult

DisabilityKind = Literal["movement", "hearing_speech", "sight", "mental", "intellectual", "other"]
Kinds = Annotated[
    list[DisabilityKind],
    Field(
        max_length=6, description="Vận động; nghe, nói; nhìn; thần kinh, tâm thần; trí tuệ; khác"
    ),
]
Text = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=3, max_length=2000)]
_UUID = "019a0000-0000-7000-8000-00000000000"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class AppointMemberRequest(_Body):
    """An appointment to the council."""

    model_config = _example(
        commune_code="25000",
        full_name="Trần Văn Hội",
        role="chair",
        appointed_on="2026-07-01",
        decision_number="12/QĐ-UBND",
    )

    commune_code: CommuneCode
    full_name: Text
    role: Role = Field(
        description="Chủ tịch; trạm y tế; công chức phụ trách; Mặt trận; phụ nữ; thanh niên;"
        " cựu chiến binh; tổ chức của người khuyết tật"
    )
    appointed_on: date
    decision_number: Text | None = None
    trained_on: date | None = Field(default=None, description="Ngày tập huấn gần nhất")

    def member(self) -> Member:
        """Give the member, without an id yet."""
        return Member(appointment_id=UUID(int=0), **self.model_dump())


class ChangeCouncilMemberRequest(_Body):
    """The end of an appointment, or a training."""

    model_config = _example(trained_on="2026-09-10")

    ended_on: date | None = None
    trained_on: date | None = None


class OpenDisabilityCaseRequest(_Body):
    """An application (Mẫu 01)."""

    model_config = _example(personal_id="003151000017", request="first", received_on="2026-11-02")

    personal_id: PersonalId
    request: Request = "first"
    received_on: date


class SheetRequest(_Body):
    """An assessment sheet (Mẫu 02, Mẫu 03): signs by kind, abilities, what was seen and said."""

    model_config = _example(
        form="from_6",
        filled_on="2026-11-05",
        kinds=["movement"],
        abilities={
            "moving": "unable",
            "eating": "with_help",
            "toilet": "with_help",
            "hygiene": "with_help",
            "dressing": "unable",
        },
        observations="Liệt nửa người sau tai biến",
    )

    form: Form = Field(description="Mẫu 02: dưới 6 tuổi; Mẫu 03: từ đủ 6 tuổi")
    filled_on: date
    kinds: Kinds = Field(default_factory=list)
    abilities: dict[Activity, Ability] = Field(
        default_factory=dict, description="Tự làm được, cần trợ giúp, không làm được, chưa rõ"
    )
    observations: Annotated[str, Field(max_length=2000)] | None = None
    school_opinion: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description="Ý kiến nhà trường (Mẫu 04)"
    )

    def answers(self) -> dict[str, Any]:
        """Give what the sheet says."""
        return self.model_dump(mode="json", exclude={"form", "filled_on"}, exclude_none=True)


class OpinionContent(_Body):
    """What one member holds, with reasons."""

    appointment_id: UUID
    finding: Finding = Field(description="Mức độ, không khuyết tật, hoặc cần giám định y khoa")
    kinds: Kinds = Field(default_factory=list)
    reasons: LongText

    def opinion(self) -> Opinion:
        """Give the opinion."""
        return Opinion(self.appointment_id, self.finding, tuple(self.kinds), self.reasons)


class HearingContent(_Body):
    """One case with every opinion."""

    case_id: UUID
    opinions: Annotated[list[OpinionContent], Field(min_length=1, max_length=30)]


class HoldSessionRequest(_Body):
    """The minutes of a session (Mẫu 05)."""

    model_config = _example(
        commune_code="25000",
        held_on="2026-11-10",
        minutes_number="04/BB-HĐ",
        present=[f"{_UUID}1"],
        cases=[
            {
                "case_id": f"{_UUID}2",
                "opinions": [
                    {
                        "appointment_id": f"{_UUID}1",
                        "finding": "severe",
                        "kinds": ["movement"],
                        "reasons": "Cần trợ giúp khi đi lại, tắm rửa",
                    }
                ],
            }
        ],
    )

    commune_code: CommuneCode
    held_on: date
    minutes_number: Text
    present: Annotated[list[UUID], Field(min_length=1, max_length=30)]
    cases: Annotated[list[HearingContent], Field(min_length=1, max_length=200)]
    certificates_signed_on: date | None = Field(
        default=None, description="Ngày ký giấy xác nhận cho các hồ sơ đã kết luận, nếu đã ký"
    )

    def record(self) -> SessionRecord:
        """Give the minutes."""
        return SessionRecord(
            self.commune_code,
            self.held_on,
            self.minutes_number,
            self.present,
            [CaseHearing(one.case_id, [o.opinion() for o in one.opinions]) for one in self.cases],
            self.certificates_signed_on,
        )


class ReferCaseRequest(_Body):
    """Why a case goes to the medical assessment council."""

    model_config = _example(
        ground="unresolved", referred_on="2026-11-11", note="Hội đồng không kết luận được"
    )

    ground: Ground = Field(
        description="Hội đồng không kết luận được; người khuyết tật không đồng ý; có bằng chứng"
        " kết luận không khách quan (Luật Người khuyết tật Điều 15 khoản 2)"
    )
    referred_on: date
    note: LongText


class MedicalResultRequest(_Body):
    """The result of the medical assessment council."""

    model_config = _example(
        result_on="2026-11-18", loss_percent="83", kinds=["movement"], document="125/BB-GĐYK"
    )

    result_on: date
    loss_percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
    kinds: Kinds = Field(default_factory=list)
    document: Text

    def result(self) -> MedicalResult:
        """Give the result."""
        return MedicalResult(self.result_on, self.loss_percent, tuple(self.kinds), self.document)


class SignCertificateRequest(_Body):
    """The signature of a certificate (Mẫu 06)."""

    model_config = _example(signed_on="2026-11-19")

    signed_on: date
    exempt_from_reassessment: bool = Field(
        default=False, description="Không phải xác định lại khi đủ 6 tuổi"
    )
    issuer: Text | None = None


class FileComplaintRequest(_Body):
    """A complaint about the conclusion."""

    model_config = _example(received_on="2026-11-20", content="Không đồng ý với mức độ nhẹ")

    received_on: date
    content: LongText


class AnswerComplaintRequest(_Body):
    """The answer to a complaint."""

    model_config = _example(
        answered_on="2026-11-20", outcome="upheld", answer="Chuyển giám định y khoa"
    )

    answered_on: date
    outcome: Literal["upheld", "rejected"]
    answer: LongText
