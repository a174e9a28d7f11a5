"""Households and the places they live in: members, poverty class, specially difficult areas."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.envelope import EventData
from common.contracts.fields import CommuneCode
from common.contracts.registry.people import PERSON_EXAMPLE, PersonState, PovertyClass


class HouseholdReclassified(EventData):
    """The poverty class of the person's household changed (hộ nghèo, hộ cận nghèo)."""

    event_type: ClassVar[str] = "registry.person.reclassified.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": {**PERSON_EXAMPLE, "poverty_class": "poor"},
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


class HouseholdMember(BaseModel):
    """One person in a household over some time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: UUID
    relation: str
    """To the head: `head`, `spouse`, `child`, `parent`, `grandchild`, `sibling`, `other`."""
    valid_from: date | None = None
    valid_to: date | None = None


class HouseholdState(BaseModel):
    """A household with everyone in it now."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    household_id: UUID
    commune_code: CommuneCode
    village: str | None = None
    head_person_id: UUID | None = None
    members: tuple[HouseholdMember, ...] = ()
    poverty_class: PovertyClass = "none"
    no_labour: bool = False
    """Nobody in it is able to work (hộ không có khả năng lao động)."""
    single: bool = False
    """One person alone (hộ độc thân)."""


_HOUSEHOLD: dict[str, Any] = {
    "household_id": "019a0000-0000-7000-8000-000000000030",
    "commune_code": "25000",
    "village": "Thôn 3",
    "head_person_id": "019a0000-0000-7000-8000-000000000001",
    "members": [{"person_id": "019a0000-0000-7000-8000-000000000001", "relation": "head"}],
    "poverty_class": "poor",
}


class HouseholdMembersChanged(EventData):
    """Somebody entered or left a household, or another is its head."""

    event_type: ClassVar[str] = "registry.household.members_changed.v1"
    example: ClassVar[dict[str, Any]] = {"household": _HOUSEHOLD}

    household: HouseholdState


class HouseholdClassified(EventData):
    """A household's poverty class of a year was recognised; each member gets a `reclassified`."""

    event_type: ClassVar[str] = "registry.household.reclassified.v1"
    example: ClassVar[dict[str, Any]] = {
        "household": _HOUSEHOLD,
        "year": 2026,
        "decision_number": "15/QĐ-UBND",
        "decision_date": "2026-01-05",
    }

    household: HouseholdState
    year: int
    decision_number: str | None = None
    decision_date: date | None = None


class AreaClassified(EventData):
    """A commune or village is specially difficult from a day on, or no longer (by decision)."""

    event_type: ClassVar[str] = "registry.area.classified.v1"
    example: ClassVar[dict[str, Any]] = {
        "commune_code": "25000",
        "village": None,
        "difficult": True,
        "decision_number": "861/QĐ-TTg",
        "valid_from": "2021-06-04",
        "valid_to": None,
    }

    commune_code: CommuneCode
    village: str | None = None
    """None: the whole commune."""
    difficult: bool
    decision_number: str
    valid_from: date
    valid_to: date | None = None


class AreaDescribed(EventData):
    """How a commune is called from a day on; told again when its name, kind or province changes."""

    event_type: ClassVar[str] = "registry.area.described.v1"
    example: ClassVar[dict[str, Any]] = {
        "commune_code": "25000",
        "name": "Di Linh",
        "kind": "xã",
        "province_code": "68",
        "province_name": "tỉnh Lâm Đồng",
    }

    commune_code: CommuneCode
    name: str
    """Without its kind."""
    kind: str
    """`xã`, `phường` or `đặc khu`."""
    province_code: str
    province_name: str
    """With its kind."""
