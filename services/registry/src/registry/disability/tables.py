"""The commune's council that determines degrees of disability (Circular 01/2019/TT-BLĐTBXH)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, Uuid
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    array,
    bigint,
    check,
    exclude,
    index,
    jsonb,
    one_of,
)
from registry.tables import Base


class DisabilityCouncilMember(Base, Secured, table=True):
    """Appointment of somebody to a commune's council."""

    __table_args__ = (
        one_of(
            "role",
            "chair",
            "health_station",
            "labour_official",
            "fatherland_front",
            "women",
            "youth",
            "veterans",
            "disabled_people_organisation",
        ),
        check("disability_council_member_ended_on_appointed_on_check", "ended_on > appointed_on"),
        exclude(
            "disability_council_one_chair",
            "commune_code WITH =",
            "daterange(appointed_on, ended_on) WITH &&) WHERE (role = 'chair'",
        ),
        index("disability_council_commune", "commune_code"),
    )

    appointment_id: UUID = Field(primary_key=True)
    commune_code: str
    full_name: str
    role: str
    """Seat in the council; one chair at a time."""
    appointed_on: date
    ended_on: date | None = None
    decision_number: str | None = None
    trained_on: date | None = None
    """Day of their training."""
    recorded_at: datetime
    recorded_by: str


class DisabilitySession(Base, Secured, table=True):
    """Meeting of a council."""

    __table_args__ = (
        CheckConstraint("council_size > 0"),
        UniqueConstraint("commune_code", "minutes_number"),
    )

    session_id: UUID = Field(primary_key=True)
    commune_code: str
    held_on: date
    minutes_number: str
    chair: UUID = Field(foreign_key="disability_council_member.appointment_id")
    present: list[UUID] = array(Uuid)
    """Appointments that took part."""
    council_size: int
    """Members in office on that day, for the quorum."""
    recorded_at: datetime
    recorded_by: str


class DisabilityCase(Base, Secured, table=True):
    """Request to determine a person's degree; one open case per person."""

    __table_args__ = (
        one_of("request", "first", "reassessment", "change_of_condition"),
        one_of("state", "received", "concluded", "unresolved", "referred", "certified", "closed"),
        one_of("degree", "severe", "very_severe", "mild"),
        one_of("concluded_by", "council", "medical"),
        CheckConstraint("version > 0"),
        index(
            "disability_case_open",
            "person_id",
            unique=True,
            where="state IN ('received', 'concluded', 'unresolved', 'referred')",
        ),
        index("disability_case_commune", "commune_code, case_id"),
    )

    case_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    request: str
    received_on: date
    due_on: date
    """Last day of the legal time limit."""
    state: str
    degree: str | None = None
    kinds: list[str] = array()
    """Kinds of disability that were found."""
    concluded_on: date | None = None
    concluded_by: str | None = None
    """Council, or the medical assessment council (Giám định y khoa)."""
    session_id: UUID | None = Field(default=None, foreign_key="disability_session.session_id")
    version: int = bigint()
    recorded_at: datetime
    recorded_by: str
    changed_at: datetime


class DisabilitySheet(Base, Secured, AppendOnly, table=True):
    """Filled sheet of observation (phiếu) with its answers."""

    __table_args__ = (
        one_of("form", "under_6", "from_6"),
        one_of("suggested", "severe", "very_severe", "mild"),
        index("disability_sheet_case", "case_id"),
    )

    sheet_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="disability_case.case_id")
    commune_code: str
    form: str
    """Sheet for children under 6, or from 6 on."""
    filled_on: date
    answers: dict[str, Any] = jsonb()
    suggested: str | None = None
    """Degree that the answers give; NULL: none."""
    recorded_at: datetime
    recorded_by: str


class DisabilityOpinion(Base, Secured, AppendOnly, table=True):
    """What one member found of one case in a session."""

    __table_args__ = (
        one_of("finding", "severe", "very_severe", "mild", "none", "refer"),
        index("disability_opinion_case", "case_id"),
    )

    session_id: UUID = Field(primary_key=True, foreign_key="disability_session.session_id")
    case_id: UUID = Field(primary_key=True, foreign_key="disability_case.case_id")
    appointment_id: UUID = Field(
        primary_key=True, foreign_key="disability_council_member.appointment_id"
    )
    commune_code: str
    finding: str
    """Degree, `none`, or `refer` to the medical council."""
    kinds: list[str] = array()
    reasons: str


class DisabilityReferral(Base, Secured, table=True):
    """Case handed to the medical assessment council, and its answer."""

    __table_args__ = (
        one_of("ground", "unresolved", "disputed", "doubted"),
        CheckConstraint("loss_percent BETWEEN 0 AND 100"),
        one_of("degree", "severe", "very_severe", "mild"),
        check(
            "disability_referral_result_on_loss_percent_check",
            "(result_on IS NULL) = (loss_percent IS NULL)",
        ),
        index("disability_referral_waiting", "case_id", unique=True, where="result_on IS NULL"),
    )

    referral_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="disability_case.case_id")
    commune_code: str
    ground: str
    """Why it was referred."""
    referred_on: date
    note: str
    result_on: date | None = None
    loss_percent: Decimal | None = Field(default=None, max_digits=5, decimal_places=2)
    """Loss of ability to work, percent."""
    degree: str | None = None
    kinds: list[str] | None = array(default=None)
    document: str | None = None
    """Number of the medical council's minutes."""
    recorded_at: datetime
    recorded_by: str


class DisabilityCertificateSeries(Base, Secured, table=True):
    """Last running number of certificates in a commune and year."""

    __table_args__ = (CheckConstraint("last_number > 0"),)

    commune_code: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last_number: int


class DisabilityCertificate(Base, Secured, AppendOnly, table=True):
    """Signed certificate of disability (giấy xác nhận khuyết tật)."""

    __table_args__ = (
        CheckConstraint("running_number > 0"),
        one_of("degree", "severe", "very_severe", "mild"),
        UniqueConstraint("number"),
        index("disability_certificate_case", "case_id"),
    )

    certificate_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="disability_case.case_id")
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    year: int
    running_number: int
    """Number within commune and year."""
    number: str
    """Number as printed."""
    signed_on: date
    degree: str
    kinds: list[str] = array()
    reassess_on: date | None = None
    """Day by which the degree is to be determined again; NULL: not limited."""
    recorded_at: datetime
    recorded_by: str


class DisabilityComplaint(Base, Secured, table=True):
    """Complaint about a certificate or a conclusion."""

    __table_args__ = (
        one_of("outcome", "upheld", "rejected"),
        check(
            "disability_complaint_answered_on_outcome_check",
            "(answered_on IS NULL) = (outcome IS NULL)",
        ),
        index("disability_complaint_case", "case_id"),
    )

    complaint_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="disability_case.case_id")
    commune_code: str
    received_on: date
    due_on: date
    """Last day for the answer."""
    content: str
    """What is complained about."""
    answered_on: date | None = None
    outcome: str | None = None
    answer: str | None = None
    recorded_at: datetime
    recorded_by: str
