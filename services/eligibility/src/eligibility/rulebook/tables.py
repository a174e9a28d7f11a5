"""What a province enters for itself: proposed by one person, counting once another confirmed it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    array,
    bigint,
    check,
    jsonb,
    one_of,
)
from eligibility.tables import Base


class Benefit(Base, table=True):
    """Code of a monthly benefit; its words and rules stand in the catalogue of `contracts`."""

    __table_args__ = (CheckConstraint("code ~ '^[a-z][a-z0-9_]{2,39}$'"),)

    code: str = Field(primary_key=True)


class LawProposal(Base, table=True):
    """Change of the province's law that waits for a second person, or had its word."""

    __table_args__ = (
        one_of("kind", "level", "local_benefit", "switch"),
        one_of("state", "proposed", "confirmed", "rejected"),
        check(
            "law_proposal_state_decided_check",
            "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL)"
            " = (decided_at IS NULL)",
        ),
        check(
            "law_proposal_second_person_check",
            "state <> 'confirmed' OR decided_by <> proposed_by AND effect IS NOT NULL",
        ),
        Index("law_proposal_state_idx", "state", "proposed_at"),
    )

    proposal_id: UUID = Field(primary_key=True)
    kind: str
    values: dict[str, Any] = jsonb()
    """The change as it was entered."""
    state: str = "proposed"
    operation_id: UUID
    """Operation that works out the effect; its sums are those of a simulation."""
    effect: dict[str, Any] | None = jsonb(default=None, nullable=True)
    """People and đồng before and after."""
    effect_version: int | None = None
    """Entries of the province's law when the effect was worked out."""
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    """Why it was rejected."""


class LawLevel(Base, AppendOnly, table=True):
    """Level of a province above the national one, by resolution."""

    __table_args__ = (
        CheckConstraint("province_code ~ '^[0-9]{2}$'"),
        CheckConstraint("former_province_code ~ '^[0-9]{2}$'"),
        CheckConstraint("cardinality(benefits) > 0"),
        CheckConstraint("cardinality(settings) > 0"),
        one_of("kind", "standard", "absolute"),
        CheckConstraint("amount > 0"),
        CheckConstraint("coefficient > 0"),
        check("law_level_valid_to_valid_from_check", "valid_to >= valid_from"),
        check("law_level_kind_coefficient_check", "kind = 'standard' OR coefficient IS NULL"),
    )

    level_id: UUID = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="law_proposal.proposal_id", unique=True)
    """The proposal that a second person confirmed."""
    province_code: str
    former_province_code: str | None = None
    """Part of the province that it holds for, until unified."""
    benefits: list[str] = array()
    """Codes of the benefits."""
    settings: list[str] = array()
    """`community` or `facility`."""
    kind: str
    """`standard`: another standard amount; `absolute`: an amount of its own."""
    amount: int = bigint()
    """Đồng a month."""
    local_group: str | None = None
    group_title: str | None = None
    """Words of the local group."""
    coefficient: int | None = None
    """Hundredths: 150 is 1.5."""
    valid_from: date
    valid_to: date | None = None
    resolution: str
    source: str
    confidence: str
    note: str | None = None
    recorded_by: str
    recorded_at: datetime


class LawLocalBenefit(Base, AppendOnly, table=True):
    """One-off benefit of a province: longevity gifts, cremation."""

    __table_args__ = (
        CheckConstraint("province_code ~ '^[0-9]{2}$'"),
        CheckConstraint("former_province_code ~ '^[0-9]{2}$'"),
        one_of("code", "cremation", "longevity"),
        CheckConstraint("cash >= 0"),
        CheckConstraint("gift >= 0"),
        CheckConstraint("silk_metres >= 0"),
        check("law_local_benefit_valid_to_valid_from_check", "valid_to >= valid_from"),
    )

    benefit_id: UUID = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="law_proposal.proposal_id", unique=True)
    """The proposal that a second person confirmed."""
    province_code: str
    former_province_code: str | None = None
    code: str
    ages: list[int] = array(Integer)
    """Single ages that it is given at."""
    age_from: int | None = None
    """First age of a span."""
    age_to: int | None = None
    """Last age of a span."""
    cash: int = bigint()
    """Đồng."""
    gift: int = bigint()
    """Đồng, value of the gift."""
    silk_metres: int
    valid_from: date
    valid_to: date | None = None
    resolution: str
    source: str
    confidence: str
    note: str | None = None
    recorded_by: str
    recorded_at: datetime


class LawChoice(Base, AppendOnly, table=True):
    """Position of a switch (open question of the law) that a province chose."""

    __table_args__ = (
        CheckConstraint("province_code ~ '^[0-9]{2}$'"),
        check("law_choice_valid_to_valid_from_check", "valid_to >= valid_from"),
    )

    choice_id: UUID = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="law_proposal.proposal_id", unique=True)
    """The proposal that a second person confirmed."""
    province_code: str
    code: str
    """Switch."""
    value: str
    """Position."""
    valid_from: date
    valid_to: date | None = None
    resolution: str
    reason: str
    recorded_by: str
    recorded_at: datetime
