"""List, results and statement compared, with tolerance 0."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    index,
    month_column,
    one_of,
)
from common.kernel.months import Month
from disbursement.tables import Base


class Reconciliation(Base, Secured, table=True):
    """Reconciliation of a sealed list; `closed` when every partner is explained."""

    __table_args__ = (
        one_of("state", "open", "closed"),
        UniqueConstraint("list_id"),
    )

    reconciliation_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    month: Month = month_column()
    state: str
    runs: int
    """How often it was made."""
    made_by: str
    reconciled_on: date


class ReconciliationPartner(Base, Secured, table=True):
    """Result for one partner of a list."""

    reconciliation_id: UUID = Field(
        primary_key=True, foreign_key="reconciliation.reconciliation_id"
    )
    commune_code: str
    partner: str = Field(primary_key=True)
    matched_lines: int
    matched_amount: int = bigint()
    """Đồng on which all three sides agree."""
    carried_lines: int
    carried_amount: int = bigint()
    """Đồng due again."""
    unexplained_lines: int
    unexplained_amount: int = bigint()
    """Đồng that block the next list with this partner."""
    overridden_by: str | None = None
    """Second person who answers for the difference."""
    override_reason: str | None = None


class ReconciliationDifference(Base, Secured, table=True):
    """Payment on which the three sides do not agree."""

    reconciliation_id: UUID = Field(
        primary_key=True, foreign_key="reconciliation.reconciliation_id"
    )
    commune_code: str
    partner: str = Field(primary_key=True)
    end_to_end_id: str = Field(primary_key=True)
    class_: str = Field(sa_column_kwargs={"name": "class"})
    """Kind of difference."""
    person_id: UUID | None = None
    amount_listed: int | None = bigint(default=None)
    """Đồng in the list."""
    amount_result: int | None = bigint(default=None)
    """Đồng in the results."""
    amount_statement: int | None = bigint(default=None)
    """Đồng in the statement."""
    reason: str | None = None
    explained: bool = False
    """Two people explained it."""


class DifferenceCase(Base, Secured, table=True):
    """Difference that somebody must explain by a day; it blocks the partner's next list until then."""

    __table_args__ = (
        one_of("state", "open", "proposed", "explained", "gone"),
        check("difference_case_by_check", "decided_by IS NULL OR decided_by <> proposed_by"),
        check("difference_case_decided_check", "(state = 'explained') = (decided_by IS NOT NULL)"),
        UniqueConstraint("list_id", "partner", "end_to_end_id", "class", "amount"),
        index("difference_case_by_commune", "commune_code, state, due_on"),
    )

    case_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    partner: str
    end_to_end_id: str
    class_: str = Field(sa_column_kwargs={"name": "class"})
    """Kind of difference."""
    amount: int = bigint()
    """Đồng that differ or are not explained."""
    opened_on: date
    due_on: date
    owner: str | None = None
    state: str = "open"
    explanation: str | None = None
    proposed_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


class BudgetLine(Base, table=True):
    """Money source of a year: an estimate (dự toán) for some benefits."""

    __table_args__ = (CheckConstraint("estimate >= 0"),)

    year: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    title: str
    benefits: list[str] = array()
    """Benefits that it pays; the code of a benefit stands in one line of a year."""
    estimate: int = bigint()
    """Đồng."""
    basis: str
    """Decision that assigns it."""
    entered_by: str
