"""Transfers that never change: one debit, one credit, one amount."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    bigint,
    check,
    computed,
    index,
    month_column,
    one_of,
)
from common.kernel.months import Month
from disbursement.tables import Base


class LedgerAccount(Base, table=True):
    """Account of the ledger."""

    __table_args__ = (one_of("normal_side", "debit", "credit"),)

    code: str = Field(primary_key=True)
    name: str
    """Vietnamese name."""
    normal_side: str
    """Side on which its balance grows."""


class LedgerTransfer(Base, Secured, AppendOnly, table=True):
    """One transfer; a correction is a new row."""

    __table_args__ = (
        CheckConstraint("amount > 0"),
        check(
            "ledger_transfer_debit_account_credit_account_check", "debit_account <> credit_account"
        ),
        index("ledger_transfer_by_month", "month, commune_code"),
        index("ledger_transfer_by_list", "list_id"),
    )

    transfer_id: UUID = Field(primary_key=True)
    commune_code: str
    month: Month = month_column()
    code: str
    """What it stands for."""
    debit_account: str = Field(foreign_key="ledger_account.code")
    credit_account: str = Field(foreign_key="ledger_account.code")
    amount: int = bigint()
    """Đồng."""
    list_id: UUID | None = None
    subject_id: UUID | None = None
    """Payment or case that it belongs to."""
    posted_on: date
    """Day that it counts for."""
    recorded_at: datetime = computed("clock_timestamp()")


class LedgerPeriod(Base, Secured, AppendOnly, table=True):
    """Closed month of a commune: the ledger takes no transfer for it."""

    commune_code: str = Field(primary_key=True)
    month: Month = month_column(primary_key=True)
    closed_on: date
    closed_by: str


OBJECTS = (
    """
CREATE FUNCTION refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM after_rows t JOIN ledger_period p USING (commune_code, month)) THEN
    RAISE EXCEPTION 'the month is closed in the ledger'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_closed';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER ledger_transfer_period AFTER INSERT ON ledger_transfer
REFERENCING NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_period()
""",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_account FROM {app_role}",
)
