"""Request and response bodies of `rulebook`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.fields import AmountDong
from common.kernel.months import Month
from eligibility.law.domain.calendar import HolidayYear
from eligibility.law.domain.deadlines import TimeLimit
from eligibility.law.domain.documents import Document
from eligibility.law.domain.one_off.explain import OneOffExplained
from eligibility.law.domain.parameters import coefficient_text
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel
from eligibility.law.domain.switches import Position, Switch
from eligibility.rulebook.service import ProvisionText

CLAIMS_MAX = 200
Word = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Province = Annotated[str, Field(pattern=r"^\d{2}$")]
OneOffBenefit = Literal[
    "funeral",
    "emergency",
    "emergency_protection",
    "longevity",
    "health_card",
    "cremation",
    "education",
]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Claim(BaseModel):
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
    case: Word | None = Field(
        default=None, description="rice, injury, death, burial, house_lost..."
    )
    event_on: Day | None = None
    cause: Word | None = None
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
    first_month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    last_month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    decision_number: Annotated[str, Field(max_length=60)] | None = None
    other_card: Annotated[str, Field(max_length=10)] | None = None
    other_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    cremated: bool | None = None
    permanent_residence: bool | None = None
    study_level: Word | None = None

    def values(self) -> dict[str, Any]:
        """Give what was sent, by the names that the law uses."""
        sent = self.model_dump(exclude_unset=True)
        for name in ("first_month", "last_month"):
            if sent.get(name) is not None:
                sent[name] = Month.parse(sent[name]).ordinal
        return sent


class OneOffIn(BaseModel):
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
    claims: Annotated[list[Claim], Field(min_length=1, max_length=CLAIMS_MAX)]
    level_reason: Text | None = Field(
        default=None, description="Lý do khi hồ sơ tự chọn mức (level_choice)"
    )


class OneOffConditionOut(BaseModel):
    """A condition as it came out; null: a fact is missing."""

    code: str
    text: str
    value: str
    article: str
    outcome: bool | None


class OneOffOut(BaseModel):
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
    conditions: list[OneOffConditionOut]
    text: list[str] = Field(description="Giải thích bằng lời")

    @classmethod
    def of(cls, explained: OneOffExplained) -> Self:
        """Show an explained claim."""
        return cls.model_validate(explained, from_attributes=True)


class OneOffAnswer(BaseModel):
    """One answer per claim, in the order in which they were sent."""

    items: list[OneOffOut]


class ProvisionConditionOut(BaseModel):
    """A condition in the words of the law."""

    code: str
    text: str
    article: str


class ProvisionOut(BaseModel):
    """One way into a benefit, as it stands on a day."""

    benefit: str
    benefit_title: str
    provision: str
    title: str
    article: str
    coefficient: str | None
    conditions: list[ProvisionConditionOut]

    @classmethod
    def of(cls, item: ProvisionText) -> Self:
        """Show a provision."""
        return cls(
            benefit=item.benefit,
            benefit_title=item.benefit_title,
            provision=item.provision,
            title=item.title,
            article=item.article,
            coefficient=None if item.coefficient is None else coefficient_text(item.coefficient),
            conditions=[
                ProvisionConditionOut(code=code, text=text, article=article)
                for code, text, article in item.conditions
            ],
        )


class ProvisionsOut(BaseModel):
    """Every provision that rules on a day."""

    on: date
    items: list[ProvisionOut]


class DocumentOut(BaseModel):
    """A document with its days in force."""

    number: str
    kind: str
    title: str
    issued: date | None
    in_force: date
    ended: date | None
    replaced_by: str | None
    confidence: str
    note: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """Show a document."""
        return cls.model_validate(document, from_attributes=True)


class DocumentsOut(BaseModel):
    """The register of documents."""

    items: list[DocumentOut]


class OptionOut(BaseModel):
    """A position of a switch in words."""

    value: str
    text: str


class SwitchOut(BaseModel):
    """An open question, its positions, and where it stands."""

    code: str
    title: str
    value: str
    chosen_by: str
    resolution: str
    valid_from: date
    reason: str
    legal_note: str
    options: list[OptionOut]

    @classmethod
    def of(cls, switch: Switch, position: Position) -> Self:
        """Show a switch."""
        return cls(
            code=switch.code,
            title=switch.title,
            value=position.value,
            chosen_by=position.chosen_by,
            resolution=position.resolution,
            valid_from=position.valid_from,
            reason=position.reason,
            legal_note=switch.legal_note,
            options=[OptionOut(value=key, text=text) for key, text in switch.options.items()],
        )


class SwitchesOut(BaseModel):
    """Every switch on a day."""

    on: date
    items: list[SwitchOut]


class ChoiceIn(BaseModel):
    """The province's position on an open question, from a day on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "age_line_75_counts_back",
                    "value": "yes",
                    "valid_from": "2026-12-01",
                    "resolution": "Công văn 1234/SYT-BTXH",
                    "reason": "Theo hướng dẫn của Bộ Y tế",
                }
            ]
        }
    )

    code: Word
    value: Word
    valid_from: Day
    valid_to: Day | None = None
    resolution: Text
    reason: Text


class ChoiceOut(ChoiceIn):
    """A position as entered."""

    known_from: date


class HolidayOut(BaseModel):
    """A day off, or a day worked in exchange, with its notice."""

    day: date
    name: str
    worked: bool
    notice: str
    source: str


class HolidayYearOut(BaseModel):
    """One year's days; `confirmed` when the official notice was seen."""

    year: int
    confirmed: bool
    days: list[HolidayOut]

    @classmethod
    def of(cls, year: HolidayYear) -> Self:
        """Show a year."""
        return cls.model_validate(
            {
                "year": year.year,
                "confirmed": year.confirmed,
                "days": [HolidayOut.model_validate(day, from_attributes=True) for day in year.days],
            }
        )


class HolidaysOut(BaseModel):
    """Days off by year; `warning` while the coming year is not confirmed."""

    items: list[HolidayYearOut]
    warning: str | None


class StepOut(BaseModel):
    """One step of a procedure."""

    code: str
    title: str
    starts_on: date
    due_on: date
    count: int
    unit: str
    inside: str | None


class TimeLimitOut(BaseModel):
    """The steps and the last day of a dossier; null: no time limit was seen."""

    procedure: str
    received_on: date
    due_on: date | None
    steps: list[StepOut]
    basis: str
    confidence: str
    note: str | None
    unconfirmed_holiday_years: list[int]

    @classmethod
    def of(cls, limit: TimeLimit) -> Self:
        """Show time limits."""
        return cls(
            procedure=limit.procedure,
            received_on=limit.received_on,
            due_on=limit.due_on,
            steps=[StepOut.model_validate(step, from_attributes=True) for step in limit.steps],
            basis=limit.basis,
            confidence=limit.confidence,
            note=limit.note,
            unconfirmed_holiday_years=list(limit.unconfirmed_years),
        )


Benefit = Literal[
    "social_pension",
    "disability_allowance",
    "social_allowance",
    "single_parent_allowance",
    "disabled_parent_support",
    "care_support",
    "facility_allowance",
    "local_allowance",
]
Confidence = Literal["text seen", "secondary", "seeds", "memory", "reading", "code", "not found"]


class LevelIn(BaseModel):
    """A level that the province set; rows are only ever added."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "benefits": ["social_allowance", "disability_allowance", "social_pension"],
                    "settings": ["community"],
                    "kind": "standard",
                    "amount": 600000,
                    "valid_from": "2027-01-01",
                    "resolution": "Nghị quyết 10/2026/NQ-HĐND",
                    "source": "Công báo tỉnh",
                    "confidence": "text seen",
                }
            ]
        }
    )

    former_province_code: Province | None = None
    benefits: Annotated[list[Benefit], Field(min_length=1)]
    settings: Annotated[list[Literal["community", "facility"]], Field(min_length=1)]
    kind: Literal["standard", "absolute"]
    amount: Annotated[int, Field(gt=0, le=1_000_000_000)]
    local_group: Word | None = None
    group_title: Text | None = None
    coefficient: Annotated[int, Field(gt=0, le=10_000)] | None = Field(
        default=None, description="Hệ số, tính bằng phần trăm: 150 là 1,5"
    )
    valid_from: Day
    valid_to: Day | None = None
    resolution: Text
    source: Text
    confidence: Confidence
    note: Text | None = None


class LevelOut(BaseModel):
    """A level of the province."""

    province_code: str
    former_province_code: str | None
    benefits: list[str]
    settings: list[str]
    kind: str
    amount: int
    local_group: str | None
    coefficient: str | None
    valid_from: date
    valid_to: date | None
    known_from: date
    resolution: str
    source: str
    confidence: str
    note: str | None

    @classmethod
    def of(cls, level: LocalLevel) -> Self:
        """Show a level."""
        return cls(
            province_code=level.province_code,
            former_province_code=level.former_province_code,
            benefits=list(level.benefits),
            settings=list(level.settings),
            kind=level.kind,
            amount=level.amount,
            local_group=level.local_group,
            coefficient=None if level.coefficient is None else coefficient_text(level.coefficient),
            valid_from=level.valid_from,
            valid_to=level.valid_to,
            known_from=level.known_from,
            resolution=level.resolution,
            source=level.source,
            confidence=level.confidence,
            note=level.note,
        )


class LevelsOut(BaseModel):
    """The province's levels, of the files and entered."""

    items: list[LevelOut]


class LocalBenefitIn(BaseModel):
    """A cremation support or a longevity gift of the province."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "longevity",
                    "ages": [70, 75],
                    "cash": 400000,
                    "valid_from": "2027-01-01",
                    "resolution": "Nghị quyết 11/2026/NQ-HĐND",
                    "source": "Công báo tỉnh",
                    "confidence": "text seen",
                }
            ]
        }
    )

    former_province_code: Province | None = None
    code: Literal["cremation", "longevity"]
    ages: list[Annotated[int, Field(ge=60, le=150)]] = []
    age_from: Annotated[int, Field(ge=60, le=150)] | None = None
    age_to: Annotated[int, Field(ge=60, le=150)] | None = None
    cash: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    gift: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    silk_metres: Annotated[int, Field(ge=0, le=100)] = 0
    valid_from: Day
    valid_to: Day | None = None
    resolution: Text
    source: Text
    confidence: Confidence
    note: Text | None = None


class LocalBenefitOut(LocalBenefitIn):
    """A local benefit as it stands."""

    province_code: str
    known_from: date

    @classmethod
    def shown(cls, benefit: LocalBenefit) -> Self:
        """Show a local benefit."""
        return cls.model_validate(
            {name: getattr(benefit, name) for name in cls.model_fields}
            | {"ages": list(benefit.ages)}
        )


class LocalBenefitsOut(BaseModel):
    """The province's local benefits."""

    items: list[LocalBenefitOut]
