"""Read models, made from the events of the other services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    index,
    jsonb,
    month_column,
)
from common.kernel.months import Month
from reporting.tables import Base


class Person(Base, Secured, table=True):
    """Person, as far as reports count."""

    __table_args__ = (index("person_commune", "commune_code"),)

    person_id: UUID = Field(primary_key=True)
    commune_code: str
    sex: str
    birth_date: date
    poverty_class: str
    death_date: date | None = None
    verification: str
    personal_id: str | None = None
    full_name: str
    birth_precision: str
    """How much of the birth date is known: day, month or year."""
    village: str | None = None
    household_id: UUID | None = None
    merged_into: UUID | None = None
    """The record that stands for this human; a merged one is never counted or listed."""
    version: int = bigint()


class Fact(Base, Secured, table=True):
    """Dated fact about a person, as the registry told it; sealed facts never come here."""

    __table_args__ = (
        index("fact_kind", "kind, commune_code"),
        index("fact_person", "person_id"),
    )

    circumstance_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    kind: str
    fact: dict[str, Any] | None = jsonb(nullable=True)
    """The fact; empty while only its end is known."""
    valid_from: date | None = None
    valid_to: date | None = None
    """First day on which it no longer holds, as it was told with the fact."""
    ended_on: date | None = None
    """First day on which it no longer holds, as it was told later."""
    withdrawn: bool = False
    """Replaced or entered by mistake: it never held."""


class Representation(Base, Secured, table=True):
    """Who may act for a person, and until when."""

    __table_args__ = (index("representation_person", "person_id"),)

    representation_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    kind: str
    representative_name: str
    may_receive_money: bool
    valid_from: date
    valid_to: date | None = None
    version: int = bigint()


class Household(Base, Secured, table=True):
    """Household as it stands now."""

    __table_args__ = (index("household_commune", "commune_code"),)

    household_id: UUID = Field(primary_key=True)
    commune_code: str
    village: str | None = None
    head_person_id: UUID | None = None
    members: dict[str, Any] = jsonb()
    """Person, relation and days of each member."""
    poverty_class: str
    no_labour: bool
    single: bool
    version: int = bigint()


class HouseholdClass(Base, Secured, table=True):
    """Poverty class of a household in a year, by decision."""

    __table_args__ = (index("household_class_year", "year, commune_code"),)

    household_id: UUID = Field(primary_key=True)
    year: int = Field(primary_key=True)
    commune_code: str
    poverty_class: str
    people: int
    """Members on the day of the decision."""
    decision_number: str | None = None
    version: int = bigint()


class Dossier(Base, Secured, table=True):
    """Dossier and its latest step."""

    __table_args__ = (index("dossier_received", "received_on, commune_code"),)

    dossier_code: str = Field(primary_key=True)
    commune_code: str
    benefit: str
    status: int
    """One of the portal's ten."""
    received_on: date
    due_on: date | None = None
    channel: str
    moved_on: date
    """Day of the latest step."""
    finished_on: date | None = None
    """Day of the first step that ended it."""
    supplement_asked: bool = False
    """Papers were asked for at least once."""
    version: int = bigint()


class OneOff(Base, Secured, table=True):
    """Benefit paid once by a signed decision."""

    __table_args__ = (index("one_off_signed", "signed_on, commune_code"),)

    one_off_id: UUID = Field(primary_key=True)
    commune_code: str
    benefit: str
    provision: str
    amount: int = bigint()
    """Đồng."""
    signed_on: date
    event_on: date
    person_id: UUID | None = None
    version: int = bigint()


class GroupCount(Base, Secured, table=True):
    """How many people of a commune receive each benefit in a month, as eligibility counted."""

    __table_args__ = (CheckConstraint("extract(day FROM month) = 1"),)

    commune_code: str = Field(primary_key=True)
    month: Month = month_column(primary_key=True)
    counted_on: date
    sealed_counts: str | None = None
    """Exact counts by group in a sealed box, as it came; opened for the sealed scope only."""
    version: int = bigint()


class Entitlement(Base, Secured, table=True):
    """Entitlement with its levels."""

    __table_args__ = (
        index("entitlement_commune", "commune_code"),
        index("entitlement_person", "person_id, benefit"),
    )

    entitlement_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str
    group_code: str
    """Group, or the neutral code of a sealed group."""
    status: str
    status_reason: str | None = None
    levels: dict[str, Any] = jsonb()
    """Amounts by month, đồng."""
    origin: str
    """Taken over or granted."""
    decision_number: str
    signed_on: date
    changed_on: date
    """Day of the latest change."""
    version: int = bigint()


class PaymentList(Base, Secured, table=True):
    """Sealed list."""

    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1"),
        index("payment_list_month", "month, commune_code"),
    )

    list_id: UUID = Field(primary_key=True)
    commune_code: str
    month: Month = month_column()
    content_hash: str
    lines: int = bigint()
    """Number of lines."""
    total: int = bigint()
    """Đồng."""
    sealed_on: date
    version: int = bigint()


class ListLine(Base, Secured, table=True):
    """Line of a sealed list."""

    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1"),
        index("list_line_month", "month, commune_code"),
        index("list_line_person", "person_id"),
        index("list_line_list", "list_id"),
    )

    line_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    month: Month = month_column()
    person_id: UUID
    benefit: str
    group_code: str
    """Group, or the neutral code of a sealed group."""
    method: str
    partner: str
    regular: int = bigint()
    """Đồng of the month."""
    arrears: int = bigint()
    """Đồng of earlier months."""
    arrears_months: int
    carried: int = bigint()
    """Đồng due again."""
    total: int = bigint()
    """Đồng."""
    sex: str | None = None
    """Sex of the person when the list was sealed."""
    provision: str | None = None
    """Provision of the level paid."""


class LineResult(Base, Secured, table=True):
    """What became of a line."""

    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1"),
        index("line_result_month", "month, commune_code"),
    )

    line_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    month: Month = month_column()
    outcome: str
    amount: int = bigint()
    """Đồng."""
    reason: str | None = None
    settled_on: date | None = None
    version: int = bigint()


class Reconciliation(Base, Secured, table=True):
    """Reconciliation of a list and partner."""

    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1"),
        index("reconciliation_month", "month, commune_code"),
    )

    list_id: UUID = Field(primary_key=True)
    partner: str = Field(primary_key=True)
    commune_code: str
    month: Month = month_column()
    matched_lines: int = bigint()
    matched_amount: int = bigint()
    """Đồng."""
    unexplained_lines: int = bigint()
    unexplained_amount: int = bigint()
    """Đồng."""
    carried_lines: int = bigint()
    carried_amount: int = bigint()
    """Đồng."""
    reconciled_on: date
    version: int = bigint()


class Recovery(Base, Secured, table=True):
    """Case of money asked back."""

    __table_args__ = (
        CheckConstraint("extract(day FROM first_month) = 1"),
        index("recovery_commune", "commune_code, first_month"),
    )

    recovery_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str
    reason: str
    first_month: Month = month_column()
    """First month of the case."""
    months: int
    """Number of months."""
    total: int = bigint()
    """Đồng."""
    version: int = bigint()


class Area(Base, Secured, table=True):
    """Commune and how it is called."""

    commune_code: str = Field(primary_key=True)
    name: str
    """Without its kind."""
    kind: str
    """Xã, phường, đặc khu."""
    province_name: str
    """With its kind."""
    version: int = bigint()


class Freshness(Base, table=True):
    """Newest event applied of each producer: how current the figures are."""

    producer: str = Field(primary_key=True)
    event_time: datetime
