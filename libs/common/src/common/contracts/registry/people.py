"""People: identity, residence, vital status, and what became of their numbers and records."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.envelope import EventData
from common.contracts.fields import CommuneCode, PersonalId

Sex = Literal["male", "female"]
BirthPrecision = Literal["day", "month", "year"]
PovertyClass = Literal["poor", "near_poor", "none"]
VerificationStatus = Literal["unverified", "verified", "mismatch", "not_found"]

PERSON_EXAMPLE: dict[str, Any] = {
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
    former_province_code: str | None = None
    """Province of before 1/7/2025 (two digits): provincial levels differ until they are unified."""
    merged_into: UUID | None = None
    """The record that stands for this human now; nothing more is told about this one."""
    missing_since: date | None = None
    """Declared missing by a court (tuyên bố mất tích) since that day."""


class PersonRegistered(EventData):
    """A person is known for the first time."""

    event_type: ClassVar[str] = "registry.person.registered.v1"
    example: ClassVar[dict[str, Any]] = {"person": PERSON_EXAMPLE, "recorded_by": "intake"}

    person: PersonState
    recorded_by: str


class PersonCorrected(EventData):
    """Identity, residence or contact data of a person changed; `changed` names the fields."""

    event_type: ClassVar[str] = "registry.person.corrected.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
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
        "person": {**PERSON_EXAMPLE, "death_date": "2026-09-03"},
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
        "person": {**PERSON_EXAMPLE, "verification": "verified"},
        "status": "verified",
        "mismatches": [],
    }

    person: PersonState
    status: VerificationStatus
    mismatches: tuple[str, ...] = ()


class PersonRekeyed(EventData):
    """A wrong or re-issued number was replaced; `person_id` stays."""

    event_type: ClassVar[str] = "registry.person.rekeyed.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "former_personal_id": "003151000018",
        "reason": "Số định danh được cấp lại",
        "recorded_by": "can_bo",
    }

    person: PersonState
    former_personal_id: PersonalId | None
    reason: str
    recorded_by: str


class PersonMerged(EventData):
    """Two records are one human: `person` is the one that ceases, `into` the one that stays.

    Told with the version of the ceasing person; the staying person gets a `corrected` of its own.
    """

    event_type: ClassVar[str] = "registry.person.merged.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": {**PERSON_EXAMPLE, "merged_into": "019a0000-0000-7000-8000-000000000009"},
        "into": {**PERSON_EXAMPLE, "person_id": "019a0000-0000-7000-8000-000000000009"},
        "into_version": 7,
        "recorded_by": "can_bo",
    }

    person: PersonState
    into: PersonState
    into_version: int
    recorded_by: str


class PersonUnmerged(EventData):
    """A merge was undone; both records stand again as they stood."""

    event_type: ClassVar[str] = "registry.person.unmerged.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "out_of": {**PERSON_EXAMPLE, "person_id": "019a0000-0000-7000-8000-000000000009"},
        "out_of_version": 8,
        "recorded_by": "can_bo",
    }

    person: PersonState
    out_of: PersonState
    out_of_version: int
    recorded_by: str


class PersonMoved(EventData):
    """The person lives in another commune from `moved_on` (chuyển nơi cư trú)."""

    event_type: ClassVar[str] = "registry.person.moved.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "from_commune": "24637",
        "to_commune": "25000",
        "moved_on": "2026-10-20",
    }

    person: PersonState
    from_commune: CommuneCode
    to_commune: CommuneCode | None
    """None: out of the province."""
    moved_on: date
