"""Dated facts that the law asks for (law.md §1 to §4), each a small body with its `kind`.

Facts that reveal HIV never stand here: a `NeutralFact` carries a code that differs per installation.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.envelope import EventData
from common.contracts.fields import AmountDong
from common.contracts.registry.people import PERSON_EXAMPLE, PersonState

DisabilityDegree = Literal["severe", "very_severe", "mild"]
DisabilityKind = Literal["movement", "hearing_speech", "sight", "mental", "intellectual", "other"]
ParentStatus = Literal["able", "dead", "missing", "facility", "detained", "unidentified"]
IncomeKind = Literal["pension", "social_insurance", "survivor", "other_allowance"]
StudyLevel = Literal["preschool", "general", "vocational", "college", "university", "none"]
MaritalStatus = Literal["single", "married", "widowed", "divorced", "spouse_missing"]


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DisabilityFact(_Fact):
    """Degree of disability as certified (mức độ khuyết tật, Nghị định 28/2012 Điều 2, 3)."""

    kind: Literal["disability"] = "disability"
    degree: DisabilityDegree
    certificate_date: date | None = None
    disability_kinds: tuple[DisabilityKind, ...] = ()
    reassess_on: date | None = None
    """Day by which the degree must be determined anew (e.g. on turning 6)."""


class PensionIncomeFact(_Fact):
    """A pension or monthly allowance from elsewhere that the person receives, đồng a month."""

    kind: Literal["pension_income"] = "pension_income"
    monthly_amount: AmountDong
    income_kind: IncomeKind = "pension"


class WageIncomeFact(_Fact):
    """A stable wage or salary, đồng a month; 0 says that there is none."""

    kind: Literal["wage_income"] = "wage_income"
    monthly_amount: AmountDong


class CareSourceFact(_Fact):
    """What became of a child's parents (không có nguồn nuôi dưỡng: the eleven cases of 5.1)."""

    kind: Literal["care_source"] = "care_source"
    abandoned: bool = False
    adopted: bool = False
    father: ParentStatus = "able"
    mother: ParentStatus = "able"


class StudyFact(_Fact):
    """Schooling (đang học); `continuous`: without a break other than a lawful suspension."""

    kind: Literal["study"] = "study"
    level: StudyLevel
    continuous: bool = True


class MaritalFact(_Fact):
    """Marital status (tình trạng hôn nhân)."""

    kind: Literal["marital"] = "marital"
    status: MaritalStatus


class ChildFact(_Fact):
    """The person raises this child (đang nuôi con); one fact for each child."""

    kind: Literal["child"] = "child"
    child_key: str
    """Tells one child from another: the child's `person_id`, else a number on the declaration."""
    child_person_id: UUID | None = None
    birth_date: date
    studying: bool = False


class SupportFact(_Fact):
    """Whether somebody obliged to support the person can (người có nghĩa vụ và quyền phụng dưỡng).

    `none`: nobody; `on_allowance`: that person is on the monthly social allowance; `able`: there is.
    """

    kind: Literal["support"] = "support"
    support: Literal["none", "on_allowance", "able"]


class CareNeedFact(_Fact):
    """An elder who cannot live in the community, and whether somebody takes them in (5.5d)."""

    kind: Literal["care_need"] = "care_need"
    cannot_live_in_community: bool
    taken_in: bool = False


class CareFact(_Fact):
    """Who cares for the person (law.md §3): the own family, or somebody who took them in."""

    kind: Literal["care"] = "care"
    care: Literal["own_family", "taken_in", "none"]
    carer_person_id: UUID | None = None
    """Who is paid the care support; the person cared for is its beneficiary."""
    carer_qualifies: bool | None = None
    """Conditions of Nghị định 335/2026 Điều 19, 20; None: not yet checked."""


class PregnancyFact(_Fact):
    """The person is pregnant during the period of the fact."""

    kind: Literal["pregnancy"] = "pregnancy"
    pregnant: bool = True


class CoupleFact(_Fact):
    """The spouse already gets the support for disabled parents: one support for a couple."""

    kind: Literal["couple"] = "couple"
    spouse_supported: bool


class DetentionFact(_Fact):
    """Held (tạm giam, one month or more suspends) or serving a sentence (stops)."""

    kind: Literal["detention"] = "detention"
    detention: Literal["detained", "imprisoned", "released"]


class FacilityFact(_Fact):
    """Lives in a social-assistance facility during the period of the fact."""

    kind: Literal["facility"] = "facility"
    resident: bool = True
    facility_code: str | None = None


class MissingFact(_Fact):
    """Declared missing by a court (tuyên bố mất tích)."""

    kind: Literal["missing"] = "missing"
    missing: bool = True


class NeutralFact(_Fact):
    """The person belongs to a group whose facts are sealed; `code` differs per installation."""

    kind: Literal["neutral"] = "neutral"
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{6}$", examples=["Q7K2MD"])]


class LocalGroupFact(_Fact):
    """The person belongs to a group that the province added (nhóm do HĐND tỉnh quy định)."""

    kind: Literal["local_group"] = "local_group"
    code: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$")]


CircumstanceFact = Annotated[
    DisabilityFact
    | PensionIncomeFact
    | WageIncomeFact
    | CareSourceFact
    | StudyFact
    | MaritalFact
    | ChildFact
    | SupportFact
    | CareNeedFact
    | CareFact
    | PregnancyFact
    | CoupleFact
    | DetentionFact
    | FacilityFact
    | MissingFact
    | NeutralFact
    | LocalGroupFact,
    Field(discriminator="kind"),
]
"""Any fact. At most one of a kind holds for a person on a day; of `child`, one for each child."""


class CircumstanceEstablished(EventData):
    """A dated fact about a person is known. `valid_from` None: since before anyone wrote it down."""

    event_type: ClassVar[str] = "registry.person.circumstance_established.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "circumstance_id": "019a0000-0000-7000-8000-000000000002",
        "fact": {"kind": "disability", "degree": "severe", "certificate_date": "2019-05-06"},
        "valid_from": "2019-05-06",
        "valid_to": None,
        "supersedes": None,
    }

    person: PersonState
    circumstance_id: UUID
    fact: CircumstanceFact
    valid_from: date | None = None
    valid_to: date | None = None
    """First day on which the fact no longer holds."""
    supersedes: UUID | None = None


class CircumstanceChanged(CircumstanceEstablished):
    """A fact was corrected: `supersedes` names the row that no longer counts."""

    event_type: ClassVar[str] = "registry.person.circumstance_changed.v1"


class CircumstanceEnded(EventData):
    """A fact no longer holds from `ended_on`, or was entered by mistake (`withdrawn`)."""

    event_type: ClassVar[str] = "registry.person.circumstance_ended.v1"
    example: ClassVar[dict[str, Any]] = {
        "person": PERSON_EXAMPLE,
        "circumstance_id": "019a0000-0000-7000-8000-000000000002",
        "kind": "study",
        "ended_on": "2026-09-01",
        "withdrawn": False,
    }

    person: PersonState
    circumstance_id: UUID
    kind: str
    ended_on: date | None
    withdrawn: bool = False
    """The row never held: nothing of it counts."""
