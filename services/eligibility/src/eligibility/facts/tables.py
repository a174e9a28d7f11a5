"""This service's dated copy of what the registry tells, by both times."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    computed,
    index,
    jsonb,
    one_of,
)
from eligibility.tables import Base


class PersonFact(Base, Secured, table=True):
    """Identity, residence and life of a person, one row per version."""

    __table_args__ = (
        CheckConstraint("personal_id ~ '^[0-9]{12}$'"),
        one_of("birth_precision", "day", "month", "year"),
        one_of("sex", "male", "female"),
        index("person_fact_current", "person_id", unique=True, where="superseded_at IS NULL"),
        index("person_fact_personal_id", "personal_id", where="superseded_at IS NULL"),
        index("person_fact_commune", "commune_code", where="superseded_at IS NULL"),
        index("person_fact_merged", "merged_into", where="merged_into IS NOT NULL"),
    )

    person_id: UUID = Field(primary_key=True)
    version: int = bigint(primary_key=True)
    """Version of the person aggregate in the registry."""
    personal_id: str | None = None
    full_name: str
    birth_date: date
    birth_precision: str
    sex: str
    commune_code: str
    poverty_class: str
    death_date: date | None = None
    verification: str
    recorded_at: datetime
    superseded_at: datetime | None = None
    village: str | None = None
    former_province_code: str | None = None
    """Province before 1/7/2025 of their commune."""
    merged_into: UUID | None = None
    """Record that stands for this person."""


class PovertyFact(Base, Secured, table=True):
    """Poverty class of a person's household, one row per version."""

    __table_args__ = (one_of("poverty_class", "poor", "near_poor", "none"),)

    person_id: UUID = Field(primary_key=True)
    version: int = bigint(primary_key=True)
    commune_code: str
    poverty_class: str
    year: int
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime


class CircumstanceFact(Base, Secured, table=True):
    """Fact of a person's circumstances."""

    __table_args__ = (
        one_of("degree", "mild", "severe", "very_severe"),
        CheckConstraint("monthly_amount >= 0"),
        index("circumstance_fact_circumstance", "circumstance_id"),
        index(
            "circumstance_fact_ends",
            "valid_to",
            where="superseded_at IS NULL AND valid_to IS NOT NULL",
        ),
    )

    person_id: UUID = Field(primary_key=True)
    version: int = bigint(primary_key=True)
    circumstance_id: UUID
    commune_code: str
    kind: str
    degree: str | None = None
    """Only of facts told before `fact` was; unread."""
    certificate_date: date | None = None
    """Only of facts told before `fact` was; unread."""
    monthly_amount: int | None = bigint(default=None)
    """Đồng; only of facts told before `fact` was; unread."""
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime
    superseded_at: datetime | None = None
    fact: dict[str, Any] = jsonb(default={})
    """The fact as the event tells it; of all kinds."""
    child_key: str = ""
    """Which child it is about."""


class MoveFact(Base, Secured, table=True):
    """Move of a person: `commune_code` and `village` are those that were left."""

    person_id: UUID = Field(primary_key=True)
    version: int = bigint(primary_key=True)
    commune_code: str
    village: str | None = None
    to_commune: str | None = None
    """NULL: left the province."""
    moved_on: date
    recorded_at: datetime


class AreaFact(Base, Secured, table=True):
    """Specially difficult commune or village, one row per version."""

    __table_args__ = (index("area_fact_commune", "commune_code"),)

    area_key: str = Field(primary_key=True)
    """Commune, or commune and village."""
    version: int = bigint(primary_key=True)
    commune_code: str
    village: str = ""
    """Empty: the whole commune."""
    difficult: bool
    decision_number: str
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime


class RepresentationFact(Base, Secured, table=True):
    """Guardian, carer or recipient of a person."""

    __table_args__ = (
        index(
            "representation_fact_ends",
            "valid_to",
            where="superseded_at IS NULL AND valid_to IS NOT NULL",
        ),
    )

    person_id: UUID = Field(primary_key=True)
    version: int = bigint(primary_key=True)
    representation_id: UUID
    commune_code: str
    kind: str
    representative_person_id: UUID | None = None
    may_receive_money: bool
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime
    superseded_at: datetime | None = None


class ReceiptFact(Base, Secured, table=True):
    """What a person receives, by both times, as this service's own entitlements say."""

    __table_args__ = (
        index("receipt_fact_person", "person_id"),
        index("receipt_fact_current", "entitlement_id", unique=True, where="superseded_at IS NULL"),
    )

    entitlement_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str
    status: str
    levels: dict[str, Any] = jsonb()
    """Amounts by month: from_month, to_month, amount in đồng."""
    version: int = bigint(primary_key=True)
    group_code: str = ""
    signed_on: date | None = None
    recorded_at: datetime = computed("'-infinity'")
    superseded_at: datetime | None = None


class FactSheet(Base, Secured, table=True):
    """What is known now, one flat row per person, made of the dated rows for sweeps."""

    __table_args__ = (index("fact_sheet_commune", "commune_code, person_id"),)

    person_id: UUID = Field(primary_key=True)
    commune_code: str
    village: str | None = None
    former_province_code: str | None = None
    day: date
    """Day that it was made for."""
    plain_from: date
    """The row holds on days from this one ..."""
    plain_to: date
    """... to before this one."""
    birth_date: date
    birth_precision: str
    sex: str
    death_date: date | None = None
    missing_since: date | None = None
    setting: str
    """`community` or `facility`."""
    poverty_class: str | None = None
    abandoned: bool
    adopted: bool
    father_status: str
    mother_status: str
    study_level: str | None = None
    study_continuous: bool | None = None
    had_no_care_at_16: bool
    neutral_code: str | None = None
    """Code that stands for a sealed fact."""
    wage_income: int | None = bigint(default=None)
    """Đồng a month."""
    pension_income: int | None = bigint(default=None)
    """Đồng a month."""
    survivor_allowance: bool
    other_allowance: bool
    marital_status: str | None = None
    children: str | None = None
    """JSON text: the children and what is known of each."""
    child_kept_studying: bool
    support: str | None = None
    cannot_live_in_community: bool
    taken_in: bool
    disability_degree: str | None = None
    certificate_date: date | None = None
    pregnant: bool
    spouse_supported: bool
    care: str
    carer_qualifies: bool | None = None
    carer_person_id: UUID | None = None
    detained_since: date | None = None
    imprisoned_since: date | None = None
    local_group: str | None = None
    request: str | None = None
    signed_on: date | None = None
    receiving_since: date | None = None
    kinds: str | None = None
    """Codes of the kinds of circumstances that are known."""
