"""What the province enters for itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.benefits import KnownBenefit
from eligibility.law.domain.parameters import coefficient_text
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel
from eligibility.rulebook.schemas.fields import Day, Province, Text, Word


class LawChoiceContent(BaseModel):
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


Confidence = Literal["text seen", "secondary", "seeds", "memory", "reading", "code", "not found"]


class LawLevelContent(BaseModel):
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
    benefits: Annotated[list[KnownBenefit], Field(min_length=1)]
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


class LawLevelView(BaseModel):
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


class LevelsView(BaseModel):
    """The province's levels, of the files and entered."""

    items: list[LawLevelView]


class LocalBenefitContent(BaseModel):
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


class LocalBenefitView(LocalBenefitContent):
    """A local benefit as it stands."""

    model_config = ConfigDict(json_schema_extra=None)

    province_code: str
    known_from: date

    @classmethod
    def shown(cls, benefit: LocalBenefit) -> Self:
        """Show a local benefit."""
        return cls.model_validate(
            {name: getattr(benefit, name) for name in cls.model_fields}
            | {"ages": list(benefit.ages)}
        )


class LocalBenefitsView(BaseModel):
    """The province's local benefits."""

    items: list[LocalBenefitView]
