"""Months that were paid and not owed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Uuid
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
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


class RecoveryCase(Base, Secured, table=True):
    """Case to ask money back; nothing is ever set off without a signed decision."""

    __table_args__ = (
        one_of("reason", "deceased", "level_lowered", "highest_only", "paid_twice", "other"),
        CheckConstraint("total > 0"),
        one_of("state", "open", "closed", "withdrawn"),
        check(
            "recovery_case_amounts_check",
            "withdrawn + collected + written_off + set_off <= total AND budgeted <= collected",
        ),
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
    collected: int = bigint(default=0)
    """Đồng that were paid back."""
    written_off: int = bigint(default=0)
    """Đồng written off by decision."""
    set_off: int = bigint(default=0)
    """Đồng set off against a payment, on a ground that the province entered."""
    budgeted: int = bigint(default=0)
    """Đồng of the collected that treasury slips paid into the budget."""
    noticed_on: date | None = None
    """When the person was told."""


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


class RecoveryEntry(Base, Secured, AppendOnly, table=True):
    """What happened to a claim: a receipt, or a treasury slip that paid it into the budget."""

    __table_args__ = (
        one_of("kind", "receipt", "treasury_slip"),
        CheckConstraint("amount > 0"),
        index("recovery_entry_by_case", "recovery_id"),
    )

    entry_id: UUID = Field(primary_key=True)
    recovery_id: UUID = Field(foreign_key="recovery_case.recovery_id")
    commune_code: str
    kind: str
    amount: int = bigint()
    """Đồng."""
    on_day: date
    paper: str
    """Receipt, or number of the slip (Giấy nộp trả kinh phí, mẫu C2-05a/NS)."""
    budget_year: int | None = None
    """Slip: year whose budget it goes back to."""
    year_settled: bool | None = None
    """Slip: whether that year is settled (đã quyết toán)."""
    recorded_by: str
    recorded_at: datetime


class RecoveryInstalment(Base, Secured, table=True):
    """Part of a plan by which a claim is paid back."""

    __table_args__ = (CheckConstraint("amount > 0"),)

    recovery_id: UUID = Field(primary_key=True, foreign_key="recovery_case.recovery_id")
    number: int = Field(primary_key=True)
    commune_code: str
    due_on: date
    amount: int = bigint()
    """Đồng."""


class RecoveryDecision(Base, Secured, table=True):
    """Proposal to write a claim off or to set it off; counts with a second person's word."""

    __table_args__ = (
        one_of("kind", "write_off", "set_off"),
        one_of("state", "proposed", "confirmed", "refused"),
        CheckConstraint("amount > 0"),
        check(
            "recovery_decision_set_off_check",
            "(kind = 'set_off') = (ground IS NOT NULL AND month IS NOT NULL)",
        ),
        check("recovery_decision_by_check", "decided_by IS NULL OR decided_by <> proposed_by"),
        check("recovery_decision_decided_check", "(state = 'proposed') = (decided_by IS NULL)"),
        index("recovery_decision_open", "recovery_id", unique=True, where="state = 'proposed'"),
    )

    decision_id: UUID = Field(primary_key=True)
    recovery_id: UUID = Field(foreign_key="recovery_case.recovery_id")
    commune_code: str
    kind: str
    amount: int = bigint()
    """Đồng."""
    basis: str
    """Number of the decision that the office signed."""
    ground: str | None = Field(default=None, foreign_key="set_off_ground.code")
    month: Month | None = month_column(default=None)
    """Set off: month whose payment is that much lower."""
    proposed_by: str
    proposed_at: datetime
    state: str = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class SetOffGround(Base, table=True):
    """Legal ground on which the province lets a claim be set off; the decrees read name none."""

    __table_args__ = (check("set_off_ground_by_check", "confirmed_by <> entered_by"),)

    code: str = Field(primary_key=True)
    title: str
    basis: str
    """Document and article."""
    valid_from: date
    entered_by: str
    confirmed_by: str | None = None
    """Second person; without one it does not count."""


class UncollectedReport(Base, Secured, AppendOnly, table=True):
    """Run of months in which a person collected nothing, told to eligibility once."""

    person_id: UUID = Field(primary_key=True)
    benefit: str = Field(primary_key=True)
    last_month: Month = month_column(primary_key=True)
    commune_code: str
    months: list[date] = array(Date)
    amount: int = bigint()
    """Đồng that wait."""
    partner: str
    version: int = bigint()
    """Number of the report about the person."""
    reported_on: date


class BudgetReturn(Base, Secured, table=True):
    """Money that nobody collected, given back to the budget by two people."""

    __table_args__ = (
        one_of("state", "proposed", "confirmed", "refused"),
        CheckConstraint("amount > 0"),
        check("budget_return_by_check", "decided_by IS NULL OR decided_by <> proposed_by"),
        check("budget_return_decided_check", "(state = 'proposed') = (decided_by IS NULL)"),
        index("budget_return_by_commune", "commune_code"),
    )

    return_id: UUID = Field(primary_key=True)
    commune_code: str
    through_month: Month = month_column()
    obligations: list[UUID] = array(Uuid)
    people: int
    amount: int = bigint()
    """Đồng."""
    reason: str
    state: str = "proposed"
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    treasury_slip: str | None = None
    """Number of the slip (mẫu C2-05a/NS)."""
    budget_year: int | None = None


OBJECTS = ("REVOKE DELETE, TRUNCATE ON set_off_ground FROM {app_role}",)
