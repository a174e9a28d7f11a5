"""The monthly list of a commune, from draft to sealed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
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


class PaymentList(Base, Secured, table=True):
    """List of a commune and month; from `sealed` on only state and versions change."""

    __table_args__ = (
        one_of("state", "draft", "approved", "sealed", "reconciled"),
        check("payment_list_total_regular_check", "total = (regular + arrears + carried)"),
        check(
            "payment_list_state_sealed_on_check",
            "(state IN ('sealed', 'reconciled')) = (sealed_on IS NOT NULL)",
        ),
        one_of("kind", "monthly", "one_off"),
        check("payment_list_kind_number_check", "(kind = 'monthly') = (number = 0)"),
        UniqueConstraint("commune_code", "month", "number"),
    )

    list_id: UUID = Field(primary_key=True)
    commune_code: str
    month: Month = month_column()
    state: str
    content_hash: str
    """SHA-256 over the canonical lines; holds no generated id and no time."""
    accounts_hash: str
    """SHA-256 over the blind indexes of the accounts."""
    lines: int
    """Number of lines."""
    total: int = bigint()
    """Đồng: regular + arrears + carried."""
    regular: int = bigint()
    """Đồng of this month."""
    arrears: int = bigint()
    """Đồng of earlier months."""
    carried: int = bigint()
    """Đồng of failed or uncollected payments, due again."""
    maker: str
    """Who built it."""
    built_at: datetime
    sealed_by: str | None = None
    sealed_on: date | None = None
    sealed_at: datetime | None = None
    event_version: int = bigint(default=0)
    """Version of the list's events."""
    version: int = bigint(default=1)
    """For If-Match."""
    kind: str = "monthly"
    """`one_off`: what decisions grant once, paid beside the month's list."""
    number: int = 0
    """0 for the month's list; lists of one-offs of a month count from 1."""


class PaymentListLine(Base, Secured, table=True):
    """One payment of a list: person and benefit, to one partner."""

    __table_args__ = (
        one_of("method", "account", "cash"),
        CheckConstraint("regular >= 0"),
        CheckConstraint("arrears >= 0"),
        CheckConstraint("arrears_months >= 0"),
        CheckConstraint("carried >= 0"),
        CheckConstraint("total > 0"),
        CheckConstraint("attempt BETWEEN 1 AND 99"),
        check("payment_list_line_total_regular_check", "total = (regular + arrears + carried)"),
        check(
            "payment_list_line_method_account_id_check",
            "(method = 'account') = (account_id IS NOT NULL)",
        ),
        UniqueConstraint(
            "list_id", "person_id", "benefit", "one_off_id", postgresql_nulls_not_distinct=True
        ),
        UniqueConstraint("list_id", "position"),
    )

    line_id: UUID = Field(primary_key=True)
    list_id: UUID = Field(foreign_key="payment_list.list_id")
    commune_code: str
    position: int
    """Place in the printed list, from 1."""
    person_id: UUID
    personal_id: str | None = None
    former_number: str | None = None
    full_name: str
    birth_date: date | None = None
    village: str | None = None
    benefit: str
    grp: str
    """Group, or the neutral code of a sealed group."""
    method: str
    partner: str
    bank_code: str | None = None
    account_id: UUID | None = None
    number_index: bytes | None = None
    """Keyed hash of the account number."""
    holder_index: bytes | None = None
    """Keyed hash of the account holder's name."""
    account_masked: str | None = None
    """End of the account number."""
    regular: int = bigint()
    """Đồng of this month."""
    arrears: int = bigint()
    """Đồng of earlier months."""
    arrears_months: int
    """Number of those months."""
    carried: int = bigint()
    """Đồng due again."""
    total: int = bigint()
    """Đồng."""
    attempt: int
    """Part of the reference: grows after a proven failure."""
    payee_person_id: UUID | None = None
    """Who receives the money, if not the person."""
    payee_name: str | None = None
    payee_number: str | None = None
    one_off_id: UUID | None = None
    """Grant that the line pays, in a list of one-offs."""


class PaymentListItem(Base, Secured, table=True):
    """Obligation that a line pays."""

    __table_args__ = (
        one_of("role", "regular", "arrears", "carried"),
        CheckConstraint("amount > 0"),
        index("payment_list_item_by_obligation", "obligation_id"),
        index("payment_list_item_by_list", "list_id"),
    )

    line_id: UUID = Field(
        primary_key=True, foreign_key="payment_list_line.line_id", ondelete="CASCADE"
    )
    obligation_id: UUID = Field(primary_key=True)
    list_id: UUID
    commune_code: str
    role: str
    """Which sum of the line it counts to."""
    kind: str
    month: Month = month_column()
    amount: int = bigint()
    """Đồng."""


class PaymentListException(Base, Secured, table=True):
    """Something to look at before the list is approved."""

    __table_args__ = (
        one_of("severity", "info", "warning", "error"),
        index("payment_list_exception_by_list", "list_id, code"),
    )

    exception_id: UUID = computed("uuidv7()", primary_key=True)
    list_id: UUID = Field(foreign_key="payment_list.list_id")
    commune_code: str
    person_id: UUID
    benefit: str | None = None
    code: str
    """What it is."""
    severity: str
    amount: int = bigint(default=0)
    """Đồng."""
    months: int = 0
    """Number of months it is about."""
    reason: str | None = None
    before: str | None = None
    """Masked text of where the money went before."""
    after: str | None = None
    """Masked text of where it goes, or would go."""


class PaymentRule(Base, table=True):
    """Number of the law, or of the province, that payment follows, from a day on."""

    code: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    value: int = bigint()
    basis: str
    """Article that gives it."""
    source: str
    """`law`, or `province` for a choice that the law leaves open."""


class ApproverLimit(Base, table=True):
    """Largest total that one approver may approve, from a day on; two people set it."""

    __table_args__ = (
        CheckConstraint("amount >= 0"),
        check("approver_limit_by_check", "confirmed_by <> entered_by"),
    )

    subject: str = Field(primary_key=True)
    """Approver, as tokens name them."""
    valid_from: date = Field(primary_key=True)
    amount: int = bigint()
    """Đồng of one list."""
    entered_by: str
    confirmed_by: str | None = None
    """Second person; without one it does not count."""


class ListOverride(Base, Secured, table=True):
    """Second person who answers for a check that does not pass."""

    list_id: UUID = Field(primary_key=True, foreign_key="payment_list.list_id")
    code: str = Field(primary_key=True)
    """Code of the refusal that it lifts."""
    commune_code: str
    overridden_by: str
    reason: str
    recorded_at: datetime


class Approval(Base, Secured, table=True):
    """Word of the second person for exactly this content."""

    __table_args__ = (
        check("approval_maker_checker_check", "maker <> checker"),
        index("approval_standing", "list_id", unique=True, where="voided_at IS NULL"),
    )

    approval_id: UUID = Field(primary_key=True)
    list_id: UUID = Field(foreign_key="payment_list.list_id")
    commune_code: str
    content_hash: str
    accounts_hash: str
    maker: str
    """Who built the list."""
    checker: str
    """Who approved it, another person."""
    reason: str
    approved_at: datetime
    voided_at: datetime | None = None
    """When the list changed afterwards."""


OBJECTS = (
    """
CREATE TRIGGER payment_list_states AFTER UPDATE ON payment_list
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_list', 'list_id')
""",
    """
CREATE FUNCTION refuse_sealed_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state IN ('sealed', 'reconciled') THEN
      RAISE EXCEPTION 'a sealed list never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state IN ('sealed', 'reconciled') AND
     (to_jsonb(OLD) - ARRAY['state', 'event_version', 'version'])
     IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'event_version', 'version']) THEN
    RAISE EXCEPTION 'a sealed list never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
  END IF;
  RETURN NEW;
END $$
""",
    """
CREATE TRIGGER payment_list_sealed BEFORE UPDATE OR DELETE ON payment_list
FOR EACH ROW EXECUTE FUNCTION refuse_sealed_list()
""",
    """
CREATE FUNCTION refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed_rows c JOIN payment_list l USING (list_id)
              WHERE l.state IN ('sealed', 'reconciled')) THEN
    RAISE EXCEPTION 'a sealed list never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER payment_list_line_sealed_insert AFTER INSERT ON payment_list_line
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_line_sealed_update AFTER UPDATE ON payment_list_line
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_line_sealed_delete AFTER DELETE ON payment_list_line
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_insert AFTER INSERT ON payment_list_item
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_update AFTER UPDATE ON payment_list_item
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_delete AFTER DELETE ON payment_list_item
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_insert AFTER INSERT ON payment_list_exception
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_update AFTER UPDATE ON payment_list_exception
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_delete AFTER DELETE ON payment_list_exception
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON payment_rule FROM {app_role}",
    "REVOKE DELETE, TRUNCATE ON approver_limit FROM {app_role}",
    """
CREATE VIEW sealed_line WITH (security_invoker = true) AS
SELECT n.*, l.month AS list_month, l.content_hash
FROM payment_list_line n JOIN payment_list l USING (list_id)
WHERE l.state IN ('sealed', 'reconciled')
""",
)
