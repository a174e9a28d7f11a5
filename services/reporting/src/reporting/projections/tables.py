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
    signed_on: date
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
