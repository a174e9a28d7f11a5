"""What is owed, what was paid before us; one row per thing owed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
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


class Entitlement(Base, Secured, table=True):
    """This service's copy of a signed entitlement."""

    __table_args__ = (
        one_of("status", "active", "held", "suspended", "stopped"),
        index("entitlement_by_person", "person_id, benefit"),
        index("entitlement_by_commune", "commune_code"),
    )

    entitlement_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    benefit: str
    grp: str
    """Group, or the neutral code of a sealed group."""
    status: str
    status_reason: str | None = None
    decision_number: str
    decision_signed_on: date
    decision_origin: str
    """`taken_over`, or which decision."""
    version: int = bigint()
    payee_person_id: UUID | None = None
    """Who receives the money, if not the person."""
    heard_at: datetime = computed("clock_timestamp()")
    """When this service heard of this version (database clock)."""


class EntitlementLevel(Base, table=True):
    """Amount of an entitlement for a span of months."""

    __table_args__ = (CheckConstraint("amount >= 0"),)

    entitlement_id: UUID = Field(
        primary_key=True, foreign_key="entitlement.entitlement_id", ondelete="CASCADE"
    )
    from_month: Month = month_column(primary_key=True)
    to_month: Month | None = month_column(default=None)
    """Last month, included; NULL: open."""
    amount: int = bigint()
    """Đồng a month."""
    coefficient: Decimal = Field(max_digits=5, decimal_places=2)
    provision: str


class PaidMonth(Base, Secured, table=True):
    """Month that was paid before this system, as a list proves."""

    __table_args__ = (
        CheckConstraint("amount >= 0"),
        index("paid_month_by_commune", "commune_code, month"),
    )

    person_id: UUID = Field(primary_key=True)
    benefit: str = Field(primary_key=True)
    month: Month = month_column(primary_key=True)
    source: str = Field(primary_key=True)
    """What proves it."""
    commune_code: str
    amount: int = bigint()
    """Đồng."""
    import_id: UUID | None = None
    row_number: int | None = None


class ClaimedMonth(Base, Secured, table=True):
    """Month that a recovery asks back: no longer counted as covered."""

    __table_args__ = (CheckConstraint("amount > 0"), CheckConstraint("repaid >= 0"))

    person_id: UUID = Field(primary_key=True)
    benefit: str = Field(primary_key=True)
    month: Month = month_column(primary_key=True)
    recovery_id: UUID = Field(primary_key=True)
    commune_code: str
    amount: int = bigint()
    """Đồng."""
    repaid: int = bigint(default=0)
    """Đồng of it that came back."""


class RecordedChange(Base, Secured, table=True):
    """Another amount for a month that is recorded, or that we paid; waits for a second person."""

    __table_args__ = (
        one_of("kind", "differs", "paid_here", "taken_back"),
        CheckConstraint("new_amount >= 0"),
        one_of("state", "pending", "confirmed", "refused"),
        check(
            "recorded_change_decided_by_check", "decided_by IS NULL OR decided_by <> proposed_by"
        ),
        check("recorded_change_state_decided_check", "(state = 'pending') = (decided_by IS NULL)"),
        index(
            "recorded_change_pending",
            "person_id, benefit, month, new_amount",
            unique=True,
            where="state = 'pending'",
        ),
    )

    change_id: UUID = Field(primary_key=True)
    person_id: UUID
    benefit: str
    month: Month = month_column()
    commune_code: str
    kind: str
    known_amount: int = bigint()
    """Đồng recorded, or paid by us."""
    new_amount: int = bigint()
    """Đồng that the list says; 0: the month is taken back."""
    import_id: UUID | None = None
    row_number: int | None = None
    proposed_by: str
    proposed_at: datetime
    state: str = "pending"
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


class PossibleDuplicate(Base, table=True):
    """Two records that may be one human, as the registry tells them; names no place."""

    __table_args__ = (index("possible_duplicate_later", "later_person_id", where="NOT settled"),)

    pair_id: UUID = Field(primary_key=True)
    earlier_person_id: UUID
    later_person_id: UUID
    settled: bool = False
    version: int = bigint()


class Obligation(Base, Secured, table=True):
    """One thing owed: person, benefit, month, component, kind, number."""

    __table_args__ = (
        one_of("kind", "regular", "arrears", "one_off"),
        CheckConstraint("seq >= 0"),
        CheckConstraint("amount > 0"),
        one_of("state", "open", "held", "issued", "settled", "cancelled"),
        check(
            "obligation_state_line_id_check", "(state IN ('open', 'held')) OR line_id IS NOT NULL"
        ),
        check("obligation_kind_one_off_id_check", "(kind = 'one_off') = (one_off_id IS NOT NULL)"),
        UniqueConstraint("person_id", "benefit", "month", "component", "kind", "seq"),
        UniqueConstraint("one_off_id"),
        index("obligation_by_commune", "commune_code, state"),
        index("obligation_by_line", "line_id", where="line_id IS NOT NULL"),
    )

    obligation_id: UUID = Field(primary_key=True)
    """Named by its natural key, so that building again gives the same id."""
    person_id: UUID
    benefit: str
    month: Month = month_column()
    component: str = "main"
    """Part of a benefit, `main` by default."""
    kind: str
    seq: int
    """0, then 1 for a second rise of the same month, and so on."""
    commune_code: str
    grp: str
    """Group, or the neutral code of a sealed group."""
    amount: int = bigint()
    """Đồng; never changes."""
    state: str
    reason: str | None = None
    attempts: int = 0
    """How often it was sent to a partner."""
    line_id: UUID | None = None
    """Line that it was issued with."""
    for_list_month: Month = month_column()
    """Month of the list that it belongs to."""
    returned: bool = False
    """Whether the money came back once."""
    disputed: bool = False
    """Partners contradict each other about it: not paid until a person decided."""
    one_off_id: UUID | None = Field(default=None, foreign_key="one_off.one_off_id")
    """Grant that it pays, of a benefit that is granted once."""


class OneOff(Base, Secured, table=True):
    """What a signed decision grants once: funeral, emergency, cremation, gifts, rice."""

    __table_args__ = (
        CheckConstraint("amount >= 0"),
        check("one_off_something_check", "(amount > 0) <> (quantity IS NOT NULL)"),
        check("one_off_quantity_unit_check", "(quantity IS NULL) = (unit IS NULL)"),
        check("one_off_handed_check", "(handed_by IS NULL) = (handed_on IS NULL)"),
        index("one_off_by_commune", "commune_code, benefit"),
    )

    one_off_id: UUID = Field(primary_key=True)
    commune_code: str
    decision_number: str
    signed_on: date
    benefit: str
    provision: str
    article: str
    amount: int = bigint()
    """Đồng; 0 for what is handed out in kind."""
    quantity: int | None = None
    """Of what is handed out in kind, in `unit`."""
    unit: str | None = None
    event_on: date
    pay_month: Month = month_column()
    subject_id: UUID
    """Person whose right it comes from; the grant itself when nobody is registered."""
    payee_person_id: UUID | None = None
    payee_name: str
    """Organisation or person who is paid."""
    payee_number: str | None = None
    handed_on: date | None = None
    """Day on which it was handed out in kind."""
    handed_by: str | None = None
    receipt: str | None = None
    """Paper that proves the handing out."""


OBJECTS = (
    """
CREATE TRIGGER obligation_states AFTER UPDATE ON obligation
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('obligation', 'obligation_id')
""",
    """
CREATE FUNCTION refuse_changed_obligation() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off AS $$
BEGIN
  IF EXISTS (SELECT FROM before_rows o JOIN after_rows n USING (obligation_id)
              WHERE (o.person_id, o.benefit, o.month, o.component, o.kind, o.seq, o.amount)
                 IS DISTINCT FROM
                    (n.person_id, n.benefit, n.month, n.component, n.kind, n.seq, n.amount)) THEN
    RAISE EXCEPTION 'an obligation never changes its key or amount'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_immutable';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER obligation_immutable AFTER UPDATE ON obligation
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_obligation()
""",
    """
CREATE FUNCTION refuse_deleted_obligation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM before_rows WHERE attempts > 0 OR state NOT IN ('open', 'held')) THEN
    RAISE EXCEPTION 'an obligation that was issued once is never deleted'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_kept';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER obligation_kept AFTER DELETE ON obligation
REFERENCING OLD TABLE AS before_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_deleted_obligation()
""",
    """
CREATE VIEW obligation_due WITH (security_invoker = true) AS
SELECT obligation_id, person_id, benefit, grp, month, kind, seq, commune_code, amount, state,
       reason, attempts, attempts > 0 AS carried, returned, disputed, one_off_id
FROM obligation WHERE state IN ('open', 'held')
""",
    """
CREATE VIEW granted_once WITH (security_invoker = true) AS
SELECT one_off_id, commune_code, benefit, decision_number, pay_month, subject_id, payee_person_id,
       payee_name, payee_number
FROM one_off WHERE amount > 0
""",
    """
CREATE VIEW entitlement_status WITH (security_invoker = true) AS
SELECT person_id, benefit,
       (array_agg(commune_code ORDER BY status = 'stopped', decision_signed_on DESC, version DESC,
         entitlement_id))[1] AS commune_code,
       (array_agg(grp ORDER BY status = 'stopped', decision_signed_on DESC, version DESC,
         entitlement_id))[1] AS grp,
       bool_or(status IN ('held', 'suspended')) AS held,
       max(status_reason) FILTER (WHERE status IN ('held', 'suspended')) AS held_reason,
       bool_or(status_reason = 'deceased') IS TRUE AS deceased,
       bool_or(status = 'active') AS active,
       (array_agg(decision_number ORDER BY decision_signed_on DESC, entitlement_id))[1]
         AS decision_number,
       (array_agg(decision_origin ORDER BY decision_signed_on DESC, entitlement_id))[1]
         AS decision_origin,
       (array_agg(payee_person_id ORDER BY status = 'stopped', decision_signed_on DESC,
         version DESC, entitlement_id))[1] AS payee_person_id
FROM entitlement GROUP BY person_id, benefit
""",
    """
CREATE VIEW second_payment WITH (security_invoker = true) AS
SELECT DISTINCT d.later_person_id AS person_id FROM possible_duplicate d
WHERE NOT d.settled AND (
  EXISTS (SELECT FROM entitlement e WHERE e.person_id = d.earlier_person_id)
  OR EXISTS (SELECT FROM paid_month m WHERE m.person_id = d.earlier_person_id))
""",
    """
CREATE VIEW recorded_payment WITH (security_invoker = true) AS
SELECT person_id, benefit, month, commune_code, sum(amount)::bigint AS amount
FROM paid_month GROUP BY person_id, benefit, month, commune_code
""",
)
