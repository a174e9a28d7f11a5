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
    proved_by: str = "result"
    """What its state stands on: `result`, or `decision` of two people."""


class PartnerMessage(Base, AppendOnly, table=True):
    """Results or statement as received, byte by byte."""

    __table_args__ = (one_of("kind", "results", "statement"),)

    partner: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    kind: str
    reference: str
    sha256: str
    raw_encrypted: bytes
    """The bytes as they came, encrypted: they name people and accounts."""
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
    raw_encrypted: bytes
    size: int
    """Bytes of the message."""
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


class BankLine(Base, Secured, table=True):
    """Line of statements with an identity: it counts once, whatever message repeats it."""

    __table_args__ = (
        CheckConstraint("amount > 0"),
        index("bank_line_by_reference", "partner, reference"),
        index("bank_line_by_payment", "end_to_end_id"),
    )

    line_key: bytes = Field(primary_key=True)
    """SHA-256 of partner, the bank's own reference, payment, what, how much, when."""
    partner: str
    message_id: str
    """First message that told it."""
    entry: int
    reference: str
    """List that the message names."""
    bank_reference: str
    """AcctSvcrRef, empty when the bank gives none."""
    end_to_end_id: str
    outcome: str
    amount: int = bigint()
    """Đồng."""
    booked_on: date | None = None
    payment_id: UUID | None = None
    """NULL: no list asked for it."""
    commune_code: str
    suspended: bool = False
    """It stands in suspense: no payment explains it."""
    moves: int = 0
    """How often it went into suspense or out of it."""


class PaymentCase(Base, Secured, table=True):
    """Payment about which a person must decide; nothing of it is paid again before."""

    __table_args__ = (
        one_of("state", "open", "proposed", "decided"),
        one_of("decision", "paid", "not_paid", "returned", "recalled", "recall_refused"),
        check("payment_case_decided_by_check", "decided_by IS NULL OR decided_by <> proposed_by"),
        check("payment_case_state_decision_check", "(state = 'open') = (decision IS NULL)"),
        check("payment_case_state_decided_check", "(state = 'decided') = (decided_by IS NOT NULL)"),
        index("payment_case_open", "payment_id", unique=True, where="state <> 'decided'"),
        index("payment_case_by_commune", "commune_code, state"),
    )

    case_id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.payment_id")
    commune_code: str
    partner: str
    end_to_end_id: str
    kind: str
    """What contradicts: `contradiction`, `amount_differs`, `booked_twice`, ..."""
    payment_state: str
    """State of the payment when the case was opened."""
    opened_at: datetime
    due_on: date
    owner: str | None = None
    state: str = "open"
    decision: str | None = None
    proposed_by: str | None = None
    proposed_reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class FailureAction(Base, table=True):
    """What follows after a reason of failure; the province changes it, two people at a time."""

    __table_args__ = (
        one_of(
            "action", "pay_again", "correct_account", "pay_cash", "hold_and_check", "ask_citizen"
        ),
        check("failure_action_changed_proposed_check", "changed_by <> proposed_by"),
    )

    reason: str = Field(primary_key=True)
    action: str
    note: str
    proposed_action: str | None = None
    proposed_by: str | None = None
    changed_by: str = "default"
    changed_at: datetime | None = None


OBJECTS = (
    """
CREATE TRIGGER payment_case_states AFTER UPDATE ON payment_case
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_case', 'case_id')
""",
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
       amount, state, reason, settled_on, proved_by
FROM payment
""",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON result_rule FROM {app_role}",
)
