"""Who may act for a person, and who may receive their money."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.envelope import EventData
from common.contracts.registry.people import PERSON_EXAMPLE, PersonState

RepresentationKind = Literal["guardian", "carer", "authorised_recipient"]


class RepresentationState(BaseModel):
    """One appointment. `representative_person_id` is None for a person outside the registry."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    representation_id: UUID
    kind: RepresentationKind
    representative_person_id: UUID | None
    representative_name: str
    may_receive_money: bool
    valid_from: date
    valid_to: date | None = None
    """First day on which it no longer holds."""


_REPRESENTATION: dict[str, Any] = {
    "representation_id": "019a0000-0000-7000-8000-000000000040",
    "kind": "authorised_recipient",
    "representative_person_id": "019a0000-0000-7000-8000-000000000041",
    "representative_name": "Trần Thị Mẫu",
    "may_receive_money": True,
    "valid_from": "2026-11-01",
    "valid_to": "2027-11-01",
}


class RepresentationAppointed(EventData):
    """Somebody may act for, or receive the money of, the person."""

    event_type: ClassVar[str] = "registry.person.representation_appointed.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "representation": _REPRESENTATION,
    }

    person: PersonState
    representation: RepresentationState
    recorded_by: str = ""
    """Who recorded it; another person confirms a recipient of money."""


class RepresentationRevoked(EventData):
    """An appointment ended on `revoked_on`, before its time."""

    event_type: ClassVar[str] = "registry.person.representation_revoked.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "representation": {**_REPRESENTATION, "valid_to": "2026-11-22"},
        "revoked_on": "2026-11-22",
    }

    person: PersonState
    representation: RepresentationState
    revoked_on: date
