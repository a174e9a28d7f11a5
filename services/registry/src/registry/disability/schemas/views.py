"""What the routes of disability answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from registry.disability.domain import (
    Case,
    Conclusion,
    Degree,
    Finding,
    Form,
    Ground,
    Member,
    Request,
    Role,
    State,
)
from registry.disability.service import CaseFile


class CouncilMemberView(BaseModel):
    """A member of the council."""

    appointment_id: UUID
    commune_code: str
    full_name: str
    role: Role
    appointed_on: date
    ended_on: date | None
    decision_number: str | None
    trained_on: date | None

    @classmethod
    def of(cls, member: Member) -> CouncilMemberView:
        """Show a member."""
        return cls(**{name: getattr(member, name) for name in cls.model_fields})


class CaseView(BaseModel):
    """Where a case stands."""

    case_id: UUID
    person_id: UUID
    commune_code: str
    request: Request
    received_on: date
    due_on: date
    state: State
    degree: Degree | None
    kinds: list[str]
    concluded_on: date | None
    concluded_by: Literal["council", "medical"] | None
    session_id: UUID | None

    @classmethod
    def of(cls, case: Case) -> CaseView:
        """Show a case."""
        return cls(
            **{name: getattr(case, name) for name in cls.model_fields if name != "kinds"},
            kinds=list(case.kinds),
        )


class SheetReceiptView(BaseModel):
    """What the answers point to; the council decides."""

    suggested: Degree | None
    basis: str = "Nghị định 28/2012/NĐ-CP Điều 3"


class ConclusionView(BaseModel):
    """What became of a case in a session."""

    case: CaseView
    finding: Finding | None
    votes: dict[str, int]
    decided_by: Literal["majority", "chair", "nobody"]

    @classmethod
    def of(cls, case: Case, conclusion: Conclusion) -> ConclusionView:
        """Show a conclusion."""
        return cls(
            case=CaseView.of(case),
            finding=conclusion.finding,
            votes=conclusion.votes,
            decided_by=conclusion.decided_by,
        )


class SessionReceiptView(BaseModel):
    """A recorded session."""

    session_id: UUID
    conclusions: list[ConclusionView]


class OpinionView(BaseModel):
    """An opinion on record."""

    case_id: UUID
    appointment_id: UUID
    finding: Finding
    kinds: list[str]
    reasons: str


class SessionView(BaseModel):
    """A session with everybody's opinion."""

    session_id: UUID
    commune_code: str
    held_on: date
    minutes_number: str
    chair: UUID
    present: list[UUID]
    council_size: int
    opinions: list[OpinionView]


class CertificateReceiptView(BaseModel):
    """The number of a certificate."""

    number: str
    case: CaseView


class ComplaintReceiptView(BaseModel):
    """A complaint, and by when it is answered."""

    complaint_id: UUID
    due_on: date


class SheetView(BaseModel):
    """A sheet of the file."""

    sheet_id: UUID
    form: Form
    filled_on: date
    answers: dict[str, Any]
    suggested: Degree | None
    recorded_by: str


class ReferralView(BaseModel):
    """A referral and its result."""

    referral_id: UUID
    ground: Ground
    referred_on: date
    note: str
    result_on: date | None
    loss_percent: Decimal | None
    degree: Degree | None
    kinds: list[str] | None
    document: str | None


class CertificateView(BaseModel):
    """A certificate of the file."""

    number: str
    signed_on: date
    degree: Degree
    kinds: list[str]
    reassess_on: date | None


class ComplaintView(BaseModel):
    """A complaint of the file."""

    complaint_id: UUID
    received_on: date
    due_on: date
    content: str
    answered_on: date | None
    outcome: Literal["upheld", "rejected"] | None
    answer: str | None


class CaseFileView(CaseView):
    """Everything about a case."""

    sheets: list[SheetView]
    opinions: list[OpinionView]
    referrals: list[ReferralView]
    certificates: list[CertificateView]
    complaints: list[ComplaintView]

    @classmethod
    def whole(cls, file: CaseFile) -> CaseFileView:
        """Show a file."""
        return cls.model_validate(
            {
                **CaseView.of(file.case).model_dump(),
                "sheets": file.sheets,
                "opinions": file.opinions,
                "referrals": file.referrals,
                "certificates": file.certificates,
                "complaints": file.complaints,
            }
        )


class ReassessmentView(BaseModel):
    """Somebody whose degree must be determined anew."""

    circumstance_id: UUID
    person_id: UUID
    personal_id: str | None
    full_name: str
    degree: Degree
    due_on: date
