"""Claims of one-off benefits and their answers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from common.contracts.fields import MONTH_PATTERN, AmountDong, Enumerated, known_code
from common.contracts.registry.circumstances import StudyLevel
from common.kernel.months import Month
from eligibility.law.domain.one_off.emergency import CASES, CAUSES
from eligibility.law.domain.one_off.explain import OneOffExplained
from eligibility.rulebook.schemas.fields import Day, Province, Text

CLAIMS_MAX = 200
OneOffBenefit = Literal[
    "funeral",
    "emergency",
    "emergency_protection",
    "longevity",
    "health_card",
    "cremation",
    "education",
]
Case = Annotated[str, AfterValidator(partial(known_code, tuple(CASES))), Enumerated(tuple(CASES))]
Cause = Annotated[
    str, AfterValidator(partial(known_code, tuple(CAUSES))), Enumerated(tuple(CAUSES))
]
Count = Annotated[int, Field(ge=0, le=100_000)]


class OneOffClaimContent(BaseModel):
    """One death, emergency, celebration or card; what is left out is unknown."""

    model_config = ConfigDict(extra="forbid")

    province_code: Province | None = None
    former_province_code: Province | None = None
    setting: Literal["community", "facility"] | None = None
    birth_date: Day | None = None
    birth_precision: Literal["day", "month", "year"] | None = None
    death_date: Day | None = None
    poverty_class: Literal["poor", "near_poor", "none"] | None = None
    hardship_class: Literal["difficult", "none"] | None = None
    receives: Literal["allowance", "social_pension", "none"] | None = None
    applied_for: Literal["allowance", "social_pension", "none"] | None = None
    single_parent_child: bool | None = None
    survivor_allowance: bool | None = None
    other_allowance: bool | None = None
    other_support: AmountDong | None = None
    emergency_support: AmountDong | None = None
    level_choice: Literal["in_force_at_death", "counting_from_july"] | None = None
    case: Case | None = None
    event_on: Day | None = None
    cause: Cause | None = None
    persons: Annotated[int, Field(ge=1, le=100_000)] | None = None
    months: Annotated[int, Field(ge=1, le=12)] | None = None
    hungry: bool | None = None
    badly_injured: bool | None = None
    at_residence: bool | None = None
    hospital_asks: bool | None = None
    emergency_admitted: bool | None = None
    treated_days: Count | None = None
    nobody_responsible: bool | None = None
    actual_cost: AmountDong | None = None
    no_place_to_live: bool | None = None
    relocation_decided: bool | None = None
    parents_dead_or_missing: bool | None = None
    no_relatives: bool | None = None
    started_on: Day | None = None
    ended_on: Day | None = None
    needs_protection: bool | None = None
    taken_in: bool | None = None
    treatment_cost: AmountDong | None = None
    transport_cost: AmountDong | None = None
    celebrated_on: Day | None = None
    day: Day | None = None
    first_month: Annotated[str, Field(pattern=MONTH_PATTERN)] | None = None
    last_month: Annotated[str, Field(pattern=MONTH_PATTERN)] | None = None
    decision_number: Annotated[str, Field(max_length=60)] | None = None
    other_card: Annotated[str, Field(max_length=10)] | None = None
    other_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    cremated: bool | None = None
    permanent_residence: bool | None = None
    study_level: StudyLevel | None = None

    def values(self) -> dict[str, Any]:
        """Give what was sent, by the names that the law uses."""
        sent = self.model_dump(exclude_unset=True)
        for name in ("first_month", "last_month"):
            if sent.get(name) is not None:
                sent[name] = Month.parse(sent[name]).ordinal
        return sent


class OneOffRequest(BaseModel):
    """Judge claims of one benefit; nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "benefit": "funeral",
                    "claims": [
                        {
                            "death_date": "2025-09-28",
                            "receives": "social_pension",
                            "province_code": "68",
                        }
                    ],
                }
            ]
        }
    )

    benefit: OneOffBenefit
    claims: Annotated[list[OneOffClaimContent], Field(min_length=1, max_length=CLAIMS_MAX)]
    level_reason: Text | None = Field(
        default=None, description="Lý do khi hồ sơ tự chọn mức (level_choice)"
    )


class OneOffConditionView(BaseModel):
    """A condition as it came out; null: a fact is missing."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None


class OneOffView(BaseModel):
    """What one claim is given, and why; money in đồng."""

    benefit: str
    title: str
    on: date
    eligible: bool | None
    provision: str | None
    article: str | None
    amount: int
    payable: int
    excluded_by: str | None
    rule: str | None
    quantities: dict[str, Any]
    conditions: list[OneOffConditionView]
    text: list[str] = Field(description="Giải thích bằng lời")

    @classmethod
    def of(cls, explained: OneOffExplained) -> Self:
        """Show an explained claim."""
        return cls.model_validate(explained, from_attributes=True)


class OneOffAnswerView(BaseModel):
    """One answer per claim, in the order in which they were sent."""

    items: list[OneOffView]
