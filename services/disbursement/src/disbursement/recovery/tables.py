"""Months that were paid and not owed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    index,
    month_column,
    one_of,
)
from common.kernel.months import Month
from disbursement.tables import Base


class RecoveryCase(Base, Secured, table=True):
    """Case to ask money back; nothing is ever set off without a signed decision."""

    __table_args__ = (
        one_of("reason", "deceased", "level_lowered", "highest_only", "paid_twice", "other"),
        CheckConstraint("total > 0"),
        one_of("state", "open", "closed", "withdrawn"),
        index("recovery_case_by_commune", "commune_code"),
    )

    recovery_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str
    reason: str
    total: int = bigint()
    """Đồng."""
    state: str = "open"
    opened_on: date
    list_id: UUID
    """List whose building found it."""
    treasury_slip: str | None = None
    """Number of the slip that paid it into the budget."""
    version: int = bigint(default=1)
    withdrawn: int = bigint(default=0)
    """Đồng no longer claimed."""


class RecoveryMonth(Base, Secured, table=True):
    """Month of a case."""

    __table_args__ = (
        CheckConstraint("amount > 0"),
        index("recovery_month_by_person", "person_id, benefit, month"),
    )

    recovery_id: UUID = Field(primary_key=True, foreign_key="recovery_case.recovery_id")
    commune_code: str
    person_id: UUID
    benefit: str
    month: Month = month_column(primary_key=True)
    amount: int = bigint()
    """Đồng."""
    budget_year: int
    """Year whose budget it goes back to."""
    withdrawn: int = bigint(default=0)
    """Đồng no longer claimed."""
