"""What eligibility tells: dossiers, signed decisions, and what each person is owed from when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr

from common.contracts.envelope import EventData
from common.contracts.fields import (
    AmountDong,
    CoefficientText,
    CommuneCode,
    MonthField,
    PersonalId,
)
from common.contracts.registry import BenefitCode, BirthPrecision, Sex

EntitlementStatus = Literal["active", "held", "suspended", "stopped"]


class Level(BaseModel):
    """An amount owed per month from `from_month` to `to_month` (None: until further decision)."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    from_month: MonthField
    to_month: MonthField | None = None
    amount: AmountDong
    coefficient: CoefficientText
    provision: str
    """Code of the provision, e.g. `pension_75`, or of the shared label (`contracts.benefits`)."""


class DecisionRef(BaseModel):
    """The paper that the entitlement stands on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision_id: UUID | None
    number: str
    signed_on: date
    origin: Literal[
        "taken_over", "level_review", "grant", "stop", "correction", "suspend", "resume"
    ]


class EntitlementState(BaseModel):
    """One benefit of one person with all its levels. Months without a level are owed 0."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entitlement_id: UUID
    person_id: UUID
    commune_code: CommuneCode
    benefit: BenefitCode
    group: str
    """Group for counting: `social_pension`, `C1`, `C2a`, `C2c`, `C2d`, `facility`, `local`, or the
    shared label `5`: which group of Article 5 is not said (`contracts.benefits.told_line`)."""
    status: EntitlementStatus
    status_reason: str | None = None
    """Why it is not paid: `deceased`, `highest_only`, `moved`, `detained`, ..., or None."""
    levels: tuple[Level, ...]
    decision: DecisionRef
    payee_person_id: UUID | None = None
    """Who is paid for the person (care support: the carer); None: the person."""
    _group_within: str | None = PrivateAttr(default=None)

    @property
    def group_within(self) -> str:
        """Give the group as the producing service's own rooms know it: never written, never sent."""
        return self._group_within or self.group

    def with_group(self, group: str) -> EntitlementState:
        """Put the group for the producing service's own rooms beside what is sent."""
        self._group_within = group
        return self


_ENTITLEMENT: dict[str, Any] = {
    "entitlement_id": "019a0000-0000-7000-8000-000000000010",
    "person_id": "019a0000-0000-7000-8000-000000000001",
    "commune_code": "25000",
    "benefit": "social_pension",
    "group": "social_pension",
    "status": "active",
    "status_reason": None,
    "levels": [
        {
            "from_month": "2026-07",
            "to_month": None,
            "amount": 540000,
            "coefficient": "1.0",
            "provision": "pension_75",
        }
    ],
    "decision": {
        "decision_id": None,
        "number": "123/QĐ-UBND",
        "signed_on": "2025-07-10",
        "origin": "taken_over",
    },
}


class EntitlementTakenOver(EventData):
    """A current beneficiary entered with the old decision and the amount that the list showed."""

    event_type: ClassVar[str] = "eligibility.entitlement.taken_over.v1"
    example: ClassVar[dict[str, Any]] = {"entitlement": _ENTITLEMENT}

    entitlement: EntitlementState


class EntitlementGranted(EventData):
    """A signed decision grants a benefit from a month on."""

    event_type: ClassVar[str] = "eligibility.entitlement.granted.v1"
    example: ClassVar[dict[str, Any]] = {"entitlement": _ENTITLEMENT}

    entitlement: EntitlementState


class EntitlementAdjusted(EventData):
    """The levels changed, possibly back in time (the source of arrears).

    By a signed decision, or because a death that had held the entitlement was taken back.
    """

    event_type: ClassVar[str] = "eligibility.entitlement.adjusted.v1"
    example: ClassVar[dict[str, Any]] = {"entitlement": _ENTITLEMENT}

    entitlement: EntitlementState


class EntitlementHeld(EventData):
    """Nothing may be paid until a person decides (death known, highest only)."""

    event_type: ClassVar[str] = "eligibility.entitlement.held.v1"
    example: ClassVar[dict[str, Any]] = {
        "entitlement": {**_ENTITLEMENT, "status": "held", "status_reason": "deceased"}
    }

    entitlement: EntitlementState


class EntitlementStopped(EventData):
    """A signed decision ended the benefit; the levels end with the last payable month."""

    event_type: ClassVar[str] = "eligibility.entitlement.stopped.v1"
    example: ClassVar[dict[str, Any]] = {
        "entitlement": {**_ENTITLEMENT, "status": "stopped", "status_reason": "deceased"}
    }

    entitlement: EntitlementState


class DecisionSigned(EventData):
    """The commune chair signed; `lines` counts the people that the decision is about."""

    event_type: ClassVar[str] = "eligibility.decision.signed.v1"
    example: ClassVar[dict[str, Any]] = {
        "decision_id": "019a0000-0000-7000-8000-000000000020",
        "kind": "level_review",
        "number": "77/QĐ-UBND",
        "commune_code": "25000",
        "signed_on": "2026-11-19",
        "lines": 2200,
    }

    decision_id: UUID
    kind: Literal[
        "level_review", "grant", "refusal", "stop", "correction", "suspend", "resume", "one_off"
    ]
    number: str
    commune_code: CommuneCode
    signed_on: date
    lines: int


class DossierMoved(EventData):
    """A dossier took a step; `status` is one of the portal's ten (1 to 10)."""

    event_type: ClassVar[str] = "eligibility.dossier.moved.v1"
    example: ClassVar[dict[str, Any]] = {
        "dossier_code": "H36.25000-261112-0001",
        "commune_code": "25000",
        "benefit": "social_pension",
        "status": 2,
        "received_at": "2026-11-12T08:30:00+07:00",
        "due_on": "2026-11-23",
    }

    dossier_code: str
    commune_code: CommuneCode
    benefit: str
    """A monthly benefit (`BenefitCode`) or a one-off one (funeral, emergency_protection, ...)."""
    status: int
    received_at: datetime
    due_on: date | None = None
    procedure_code: str | None = None
    """National code of the procedure, e.g. 1.001776; None in events of before it was told."""
    channel: str = "portal"
    """How it came in: portal, counter, post, mobile, home."""


class ProposedIdentity(BaseModel):
    """What a dossier says of an owner whom the registry does not know; None: it does not say."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    personal_id: PersonalId | None = None
    former_number: str | None = None
    full_name: str
    birth_date: date | None = None
    birth_precision: BirthPrecision = "day"
    sex: Sex | None = None
    village: str | None = None
    address: str | None = None


class RegistrationProposed(EventData):
    """Somebody filed whom nobody knows yet: the registry lets an officer confirm who it is.

    Aggregate `registration`: one proposal per dossier, version 1.
    """

    event_type: ClassVar[str] = "eligibility.registration.proposed.v1"
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "019a0000-0000-7000-8000-000000000030",
        "dossier_code": "H36.25000-261112-0001",
        "commune_code": "25000",
        "identity": {
            "personal_id": "003151000017",
            "full_name": "Nguyễn Thị Mẫu",
            "birth_date": "1951-03-10",
            "birth_precision": "day",
            "sex": "female",
            "village": "Thôn 3",
        },
        "received_on": "2026-11-12",
    }

    proposal_id: UUID
    dossier_code: str
    commune_code: CommuneCode
    identity: ProposedIdentity
    received_on: date


class OneOffPayee(BaseModel):
    """Who is paid a one-off benefit: a registered person, a named person, or an organisation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: UUID | None = None
    full_name: str
    personal_id: PersonalId | None = None
    organisation: str | None = None


class OneOffGranted(EventData):
    """A signed decision grants a benefit that is paid once (funeral, emergency, cremation, ...).

    Aggregate `one_off`: one grant, version 1. A funeral goes to whoever bore its costs.
    """

    event_type: ClassVar[str] = "eligibility.one_off.granted.v1"
    example: ClassVar[dict[str, Any]] = {
        "one_off_id": "019a0000-0000-7000-8000-000000000040",
        "decision_id": "019a0000-0000-7000-8000-000000000020",
        "decision_number": "77/QĐ-UBND",
        "signed_on": "2026-11-19",
        "commune_code": "25000",
        "benefit": "funeral",
        "provision": "social_pension",
        "article": "khoản 3 Điều 31 Nghị định 335/2026/NĐ-CP",
        "amount": 10800000,
        "event_on": "2026-11-10",
        "pay_month": "2026-12",
        "person_id": "019a0000-0000-7000-8000-000000000001",
        "payee": {
            "person_id": "019a0000-0000-7000-8000-000000000002",
            "full_name": "Trần Văn Con",
            "personal_id": "003075000021",
        },
    }

    one_off_id: UUID
    decision_id: UUID
    decision_number: str
    signed_on: date
    commune_code: CommuneCode
    benefit: str
    provision: str
    article: str
    amount: AmountDong
    event_on: date
    pay_month: MonthField
    person_id: UUID | None = None
    """Whose right it comes from: who died, was injured, needs protection; None: nobody registered."""
    payee: OneOffPayee
    quantity: int | None = None
    """What is handed out in kind (rice in kilograms), with `amount` 0; None: money."""
    unit: str | None = None


class GroupCount(BaseModel):
    """People who receive a benefit in a month, and the amount owed to them; outside the sealed scope.

    `group` and `benefit` are those of `contracts.benefits.told_line`: a shared label stands for all
    its groups. `people` and `amount` None: fewer than five people, not shown.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    group: str
    benefit: BenefitCode
    people: int | None
    amount: AmountDong | None


class GroupsCounted(EventData):
    """How many people of a commune receive each benefit in a month, for the statutory forms.

    Aggregate `commune`: one per commune, version per count. The newest count of a month replaces
    those before.
    """

    event_type: ClassVar[str] = "eligibility.commune.groups_counted.v1"
    example: ClassVar[dict[str, Any]] = {
        "commune_code": "25000",
        "month": "2026-11",
        "counted_on": "2026-11-19",
        "counts": [
            {"group": "5", "benefit": "social_allowance", "people": 812, "amount": 640000000},
            {"group": "facility", "benefit": "facility_allowance", "people": None, "amount": None},
        ],
        "sealed_counts": "c2VhbGVkIHRvIHRoZSBrZXkgb2YgcmVwb3J0aW5n",
    }

    commune_code: CommuneCode
    month: MonthField
    counted_on: date
    counts: tuple[GroupCount, ...]
    """Suppressed counts, for every reader."""
    sealed_counts: str | None = None
    """JSON list of `SealedGroupCount`, padded with spaces, in a sealed box (base64) that only
    reporting's private key opens; None: this installation has no key for it."""


EVENTS: tuple[type[EventData], ...] = (
    EntitlementTakenOver,
    EntitlementGranted,
    EntitlementAdjusted,
    EntitlementHeld,
    EntitlementStopped,
    DecisionSigned,
    DossierMoved,
    RegistrationProposed,
    OneOffGranted,
    GroupsCounted,
)
