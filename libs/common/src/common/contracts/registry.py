"""What the registry tells: people, their dated facts, and the rows taken in from a commune's list.

Aggregate `person`: every event below counts the versions of one person, so that a consumer applies
them in order. State is full: the latest version is enough for a consumer's own copy.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.envelope import EventData
from common.contracts.fields import (
    AmountDong,
    CoefficientText,
    CommuneCode,
    MonthField,
    PersonalId,
)

Sex = Literal["male", "female"]
BirthPrecision = Literal["day", "month", "year"]
PovertyClass = Literal["poor", "near_poor", "none"]
DisabilityDegree = Literal["severe", "very_severe", "mild"]
VerificationStatus = Literal["unverified", "verified", "mismatch", "not_found"]
BenefitCode = Literal["social_pension", "disability_allowance"]
PaymentMethod = Literal["account", "cash"]

_PERSON: dict[str, Any] = {
    "person_id": "019a0000-0000-7000-8000-000000000001",
    "personal_id": "003151000017",
    "former_number": None,
    "full_name": "Nguyễn Thị Mẫu",
    "birth_date": "1951-03-10",
    "birth_precision": "day",
    "sex": "female",
    "commune_code": "25000",
    "village": "Thôn 3",
    "household_id": None,
    "poverty_class": "none",
    "death_date": None,
    "verification": "unverified",
}


class PersonState(BaseModel):
    """A person as other services may know them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: UUID
    personal_id: PersonalId | None
    former_number: str | None = None
    full_name: str
    birth_date: date
    birth_precision: BirthPrecision = "day"
    sex: Sex
    commune_code: CommuneCode
    village: str | None = None
    household_id: UUID | None = None
    poverty_class: PovertyClass = "none"
    death_date: date | None = None
    verification: VerificationStatus = "unverified"


class PersonRegistered(EventData):
    """A person is known for the first time."""

    event_type: ClassVar[str] = "registry.person.registered.v1"
    example: ClassVar[dict[str, Any]] = {"person": _PERSON, "recorded_by": "intake"}

    person: PersonState
    recorded_by: str


class PersonCorrected(EventData):
    """Identity, residence or contact data of a person changed; `changed` names the fields."""

    event_type: ClassVar[str] = "registry.person.corrected.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": _PERSON,
        "changed": ["village"],
        "recorded_by": "intake",
    }

    person: PersonState
    changed: tuple[str, ...]
    recorded_by: str


class PersonDied(EventData):
    """A death became known (giấy báo tử / trích lục khai tử)."""

    event_type: ClassVar[str] = "registry.person.died.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": {**_PERSON, "death_date": "2026-09-03"},
        "death_date": "2026-09-03",
        "source": "civil_status",
        "notice_number": "TLKT-25000-2026-017",
    }

    person: PersonState
    death_date: date
    source: Literal["civil_status", "family", "official"]
    notice_number: str | None = None


class PersonVerified(EventData):
    """The population database answered; `mismatches` names the fields that differ."""

    event_type: ClassVar[str] = "registry.person.verified.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": {**_PERSON, "verification": "verified"},
        "status": "verified",
        "mismatches": [],
    }

    person: PersonState
    status: VerificationStatus
    mismatches: tuple[str, ...] = ()


class HouseholdReclassified(EventData):
    """The poverty class of the person's household changed (hộ nghèo, hộ cận nghèo)."""

    event_type: ClassVar[str] = "registry.person.reclassified.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": {**_PERSON, "poverty_class": "poor"},
        "poverty_class": "poor",
        "year": 2026,
        "valid_from": "2026-01-01",
        "valid_to": None,
    }

    person: PersonState
    poverty_class: PovertyClass
    year: int
    valid_from: date
    valid_to: date | None = None


class DisabilityFact(BaseModel):
    """Degree of disability as certified (mức độ khuyết tật, Nghị định 28/2012 Điều 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["disability"] = "disability"
    degree: DisabilityDegree
    certificate_date: date | None = None


class PensionIncomeFact(BaseModel):
    """A monthly pension or social-insurance allowance that the person receives, in đồng."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["pension_income"] = "pension_income"
    monthly_amount: AmountDong


class CircumstanceEstablished(EventData):
    """A dated fact about a person is known. `valid_from` None: since before anyone wrote it down."""

    event_type: ClassVar[str] = "registry.person.circumstance_established.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": _PERSON,
        "circumstance_id": "019a0000-0000-7000-8000-000000000002",
        "fact": {"kind": "disability", "degree": "severe", "certificate_date": "2019-05-06"},
        "valid_from": "2019-05-06",
        "valid_to": None,
        "supersedes": None,
    }

    person: PersonState
    circumstance_id: UUID
    fact: DisabilityFact | PensionIncomeFact
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: UUID | None = None


class ListedBenefit(BaseModel):
    """What the commune's list says is being paid: benefit, signed coefficient, amount, decision.

    `stated_category` is a neutral code of the list's own category column; `coefficient` is the
    signed one; months `paid_from..paid_to` were paid at `amount` by the commune's declaration.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    benefit: BenefitCode
    stated_category: str
    coefficient: CoefficientText
    amount: AmountDong
    decision_number: str
    decision_date: date
    paid_from: MonthField
    paid_to: MonthField


class PaymentInstruction(BaseModel):
    """How the person is paid. The account travels sealed to disbursement's public key only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    method: PaymentMethod
    bank_code: str | None = None
    account_sealed: str | None = None
    """Base64 of a sealed box over UTF-8 JSON `{"account": ..., "holder": ..., "person_id": ...}`."""


class IntakeRowAccepted(EventData):
    """A row of a commune's list was taken in for a person (aggregate: the person)."""

    event_type: ClassVar[str] = "registry.person.intake_row_accepted.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": _PERSON,
        "import_id": "019a0000-0000-7000-8000-000000000003",
        "row_number": 12,
        "list_month": "2026-11",
        "benefit": {
            "benefit": "social_pension",
            "stated_category": "pension_75",
            "coefficient": "1.0",
            "amount": 500000,
            "decision_number": "123/QĐ-UBND",
            "decision_date": "2025-07-10",
            "paid_from": "2026-07",
            "paid_to": "2026-11",
        },
        "payment": {"method": "cash", "bank_code": None, "account_sealed": None},
    }

    person: PersonState
    import_id: UUID
    row_number: int
    list_month: MonthField
    benefit: ListedBenefit
    payment: PaymentInstruction


class PaymentChosen(EventData):
    """A person chose how to be paid, outside of a commune's list (e.g. with a new dossier)."""

    event_type: ClassVar[str] = "registry.person.payment_chosen.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": _PERSON,
        "payment": {"method": "cash", "bank_code": None, "account_sealed": None},
    }

    person: PersonState
    payment: PaymentInstruction


EVENTS: tuple[type[EventData], ...] = (
    PersonRegistered,
    PersonCorrected,
    PersonDied,
    PersonVerified,
    HouseholdReclassified,
    CircumstanceEstablished,
    IntakeRowAccepted,
    PaymentChosen,
)
