"""What was sent to banks and the post office, and what came back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
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


class ResultRule(Base, table=True):
    """What a result means in each state of a payment."""

    __table_args__ = (
        check(
            "result_rule_new_state_exception_code_check",
            "(new_state IS NULL) <> (exception_code IS NULL)",
        ),
    )

    state: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    """What the partner says."""
    new_state: str | None = None
    """State after it; NULL: it becomes an exception."""
    exception_code: str | None = None
    """Kind of that exception."""


class Delivery(Base, Secured, table=True):
    """File of a sealed list for one partner."""

    __table_args__ = (
        one_of("state", "ready", "sending", "unknown", "sent", "refused"),
        UniqueConstraint("reference"),
        UniqueConstraint("list_id", "partner"),
    )

    delivery_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    month: Month = month_column()
    partner: str
    reference: str
    """Reference that the partner sees."""
    format: str
    file_encrypted: bytes
    """Bytes of the file, encrypted."""
    file_sha256: str
    lines: int
    """Number of payments."""
    total: int = bigint()
    """Đồng."""
    state: str
    """`sending` is committed before the call; a lost answer makes it `unknown`."""
    attempts: int = 0
    sending_since: datetime | None = None
    last_error: str | None = None
    version: int = bigint(default=1)
    sealed_on: date | None = None
    """Day on which the list was sealed."""
    not_before: datetime | None = None
    """Not tried again before: pauses grow."""
    inquiries: int = 0
    """How often the partner was asked what became of it."""
    renewals: int = 0
    """How often a refused file was made anew; part of its reference."""


class DeliveryFormer(Base, Secured, table=True):
    """A refused file that was made anew under another reference."""

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.delivery_id")
    commune_code: str
    reference: str = Field(primary_key=True)
    format: str
    file_sha256: str


class Payment(Base, Secured, table=True):
    """One payment on its way."""

    __table_args__ = (
        CheckConstraint("length(end_to_end_id) <= 35"),
        CheckConstraint("amount > 0"),
        one_of("state", "sealed", "sent", "accepted", "paid", "failed", "uncollected", "returned"),
        UniqueConstraint("end_to_end_id"),
        index("payment_by_list", "list_id, partner"),
        index("payment_by_person", "person_id"),
        index("payment_by_delivery", "delivery_id"),
    )

    payment_id: UUID = Field(primary_key=True)
    list_id: UUID
    delivery_id: UUID = Field(foreign_key="delivery.delivery_id")
    commune_code: str
    month: Month = month_column()
    person_id: UUID
    benefit: str
    partner: str
    end_to_end_id: str
    """Reference of line and attempt, 35 characters at most, never random."""
    amount: int = bigint()
    """Đồng."""
    account_id: UUID | None = None
    state: str
    reason: str | None = None
    """Code of a failure."""
    raw_reason: str | None = None
    """The partner's own code."""
    settled_on: date | None = None
    message_id: str | None = None


class PartnerMessage(Base, AppendOnly, table=True):
    """Results or statement as received, byte by byte."""

    __table_args__ = (one_of("kind", "results", "statement"),)

    partner: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    kind: str
    reference: str
    sha256: str
    raw: bytes
    entries: int
    """Lines in it."""
    applied: int
    """Lines that changed something."""
    exceptions: int
    """Lines that became exceptions."""
    received_at: datetime


class PartnerException(Base, AppendOnly, table=True):
    """Line of a message that does not fit."""

    __table_args__ = (
        index("partner_exception_by_reference", "partner, reference"),
        index("partner_exception_by_message", "partner, message_id"),
    )

    exception_id: UUID = computed("uuidv7()", primary_key=True)
    partner: str
    message_id: str
    reference: str
    end_to_end_id: str
    code: str
    state: str | None = None
    """State of the payment at that time; NULL: unknown reference."""
    outcome: str
    amount: int = bigint()
    """Đồng."""
    commune_code: str | None = None
    entry: int | None = None
    """Place of the line in the message."""


class PartnerRefusal(Base, table=True):
    """Message that was refused as a whole, kept as it came."""

    partner: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    """SHA-256 of the bytes, hexadecimal."""
    code: str = Field(primary_key=True)
    """Code of the refusal."""
    raw: bytes
    times: int = 1
    """How often it came."""
    first_at: datetime
    last_at: datetime


class StatementEntry(Base, AppendOnly, table=True):
    """Line of a partner's statement, which reconciliation reads."""

    __table_args__ = (index("statement_entry_by_reference", "partner, reference"),)

    partner: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    entry: int = Field(primary_key=True)
    """Place in the statement, from 0."""
    reference: str
    end_to_end_id: str
    outcome: str
    amount: int = bigint()
    """Đồng."""
    booked_on: date | None = None
    commune_code: str | None = None


OBJECTS = (
    """
CREATE TRIGGER delivery_states AFTER UPDATE ON delivery
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('delivery', 'delivery_id')
""",
    """
CREATE TRIGGER payment_states AFTER UPDATE ON payment
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment', 'payment_id')
""",
    """
CREATE VIEW payment_outcome WITH (security_invoker = true) AS
SELECT payment_id, list_id, commune_code, month, person_id, benefit, partner, end_to_end_id,
       amount, state, reason, settled_on
FROM payment
""",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON result_rule FROM {app_role}",
)
