"""Who is paid, how, and on whose account."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    bigint,
    check,
    index,
    one_of,
)
from disbursement.tables import Base


class Payee(Base, Secured, table=True):
    """This service's copy of a person."""

    __table_args__ = (
        one_of("method", "account", "cash"),
        index("payee_by_commune", "commune_code"),
        index("payee_merged", "human_id", where="merged_into IS NOT NULL"),
    )

    person_id: UUID = Field(primary_key=True)
    commune_code: str
    personal_id: str | None = None
    former_number: str | None = None
    full_name: str
    sort_key: str
    """Key of the Vietnamese alphabetical order."""
    birth_date: date
    village: str | None = None
    death_date: date | None = None
    method: str = "cash"
    """How they asked to be paid."""
    person_version: int = bigint()
    """Version of the person in the registry."""
    merged_into: UUID | None = None
    """Record that stands for this person."""
    account_id: UUID | None = None
    """Confirmed account; paid into only with `method` account."""
    chosen: bool = False
    """Whether any choice of theirs was ever in use."""
    human_id: UUID | None = None
    """Record that stands for this human at the end of all merges; NULL: this one."""
    death_heard_at: datetime | None = None
    """When this service heard of the death (database clock)."""


class Account(Base, Secured, table=True):
    """Account of a person; in use once `Payee.account_id` names it."""

    __table_args__ = (
        index("account_by_person", "person_id"),
        index("account_same_number", "number_index", where="superseded_at IS NULL"),
    )

    account_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="payee.person_id")
    commune_code: str
    bank_code: str
    number_encrypted: bytes
    """AES-GCM under this service's key."""
    number_index: bytes
    """Keyed hash (blind index): equal for equal numbers."""
    number_masked: str | None = None
    """End of the number, by which people recognise it."""
    holder_encrypted: bytes | None = None
    """Name of the holder, if it is not the person's."""
    holder_index: bytes | None = None
    """Keyed hash of the holder's name without case and accents of order."""
    source: str
    """Who told it."""
    recorded_at: datetime
    superseded_at: datetime | None = None
    rejected_reason: str | None = None
    """Why a partner refused it: paid in cash until a new account is declared."""
    rejected_at: datetime | None = None


class Representation(Base, Secured, table=True):
    """Who may act for a person and receive the money, as the registry tells."""

    __table_args__ = (index("representation_person", "person_id"),)

    representation_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    kind: str
    representative_person_id: UUID | None = None
    representative_name: str
    may_receive_money: bool
    valid_from: date
    valid_to: date | None = None
    version: int = bigint()
    confirmed_by: str | None = None
    """Second person who confirmed that money may be handed to the representative."""


class PaymentChange(Base, Secured, table=True):
    """Proposed change of how or to whom money goes; without effect until it is confirmed."""

    __table_args__ = (
        one_of("kind", "channel", "recipient", "payee"),
        one_of("method", "account", "cash"),
        one_of("state", "pending", "confirmed", "refused", "withdrawn"),
        check("payment_change_decided_by_check", "decided_by IS NULL OR decided_by <> proposed_by"),
        check(
            "payment_change_state_decided_check",
            "(state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)",
        ),
        check("payment_change_kind_method_check", "(kind = 'channel') = (method IS NOT NULL)"),
        index(
            "payment_change_pending",
            "person_id, kind, benefit, (coalesce(representation_id, person_id))",
            unique=True,
            where="state = 'pending'",
        ),
        index("payment_change_by_commune", "commune_code, state, change_id"),
        index("payment_change_by_account", "account_id"),
    )

    change_id: UUID = Field(primary_key=True)
    kind: str
    """`channel`: method and account; `recipient`: who takes the cash; `payee`: whose money it is."""
    person_id: UUID
    commune_code: str
    benefit: str = ""
    """Empty: every benefit of the person."""
    method: str | None = None
    account_id: UUID | None = Field(default=None, foreign_key="account.account_id")
    representation_id: UUID | None = None
    payee_person_id: UUID | None = None
    payee_name: str | None = None
    first_choice: bool
    """Nothing was in use before: such changes of a list may be confirmed together."""
    before: str | None = None
    """Masked text of what is in use."""
    after: str
    """Masked text of what is proposed."""
    source: str
    import_id: UUID | None = None
    proposed_by: str
    proposed_at: datetime
    state: str = "pending"
    decided_by: str | None = None
    """Never who proposed it."""
    decided_at: datetime | None = None
    reason: str | None = None


class PayeeRoute(Base, Secured, table=True):
    """Who is paid in a person's place: by a signed decision, or confirmed by a second person."""

    person_id: UUID = Field(primary_key=True)
    benefit: str = Field(primary_key=True)
    """Empty: every benefit of the person."""
    commune_code: str
    payee_person_id: UUID
    change_id: UUID | None = Field(default=None, foreign_key="payment_change.change_id")
    """None: a signed decision named the payee."""
    basis: str
    """Number of the decision, `commune_list`, `merge`, or `heir: ` and the paper."""


class CitizenNotice(Base, Secured, AppendOnly, table=True):
    """What a citizen is told about how they are paid. Never an account number in clear."""

    __table_args__ = (index("citizen_notice_by_person", "person_id"),)

    notice_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    kind: str
    subject_id: UUID
    """Change that the notice speaks of."""
    text: str
    recorded_at: datetime


class PayeeHold(Base, Secured, table=True):
    """Person whose money is held until somebody has checked."""

    __table_args__ = (
        check("payee_hold_released_check", "(released_by IS NULL) = (released_at IS NULL)"),
        index("payee_hold_open", "person_id", unique=True, where="released_at IS NULL"),
    )

    hold_id: UUID = Field(primary_key=True)
    person_id: UUID
    commune_code: str
    reason: str
    source: str
    """Partner that told it."""
    opened_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None
    release_reason: str | None = None


OBJECTS = (
    """
CREATE TRIGGER payment_change_states AFTER UPDATE ON payment_change
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_change', 'change_id')
""",
    """
CREATE VIEW payee_channel WITH (security_invoker = true) AS
SELECT p.person_id, p.commune_code, p.personal_id, p.former_number, p.full_name, p.sort_key,
       p.birth_date, p.village, p.death_date,
       CASE WHEN usable THEN 'account' ELSE 'cash' END AS method,
       paying_partner(CASE WHEN usable THEN 'account' ELSE 'cash' END,
         CASE WHEN usable THEN a.bank_code END, p.commune_code) AS partner,
       CASE WHEN usable THEN a.account_id END AS account_id,
       CASE WHEN usable THEN a.bank_code END AS bank_code,
       CASE WHEN usable THEN a.number_index END AS number_index,
       CASE WHEN usable THEN a.holder_index END AS holder_index,
       CASE WHEN usable THEN a.number_masked END AS account_masked,
       CASE WHEN usable THEN NULL
            WHEN p.method = 'cash' THEN
              CASE WHEN c.method = 'account' THEN 'account_unconfirmed' END
            WHEN p.personal_id IS NULL THEN 'no_personal_id'
            WHEN a.account_id IS NULL THEN 'account_missing'
            ELSE 'account_rejected' END AS cash_because,
       a.rejected_reason, p.merged_into, c.change_id, c.before, c.after,
       coalesce(p.human_id, p.person_id) AS human_id, h.reason AS hold_reason, p.death_heard_at
FROM payee p
LEFT JOIN account a ON a.account_id = p.account_id
LEFT JOIN payment_change c
  ON c.person_id = p.person_id AND c.kind = 'channel' AND c.state = 'pending'
LEFT JOIN payee_hold h ON h.person_id = p.person_id AND h.released_at IS NULL
CROSS JOIN LATERAL (
  SELECT p.method = 'account' AND p.personal_id IS NOT NULL
         AND a.account_id IS NOT NULL AND a.rejected_reason IS NULL AS usable) AS u
""",
    """
CREATE VIEW cash_recipient WITH (security_invoker = true) AS
SELECT r.person_id, r.kind, r.representative_person_id, r.representative_name,
       p.personal_id AS representative_number, r.valid_from, r.valid_to
FROM representation r
LEFT JOIN payee p ON p.person_id = r.representative_person_id
WHERE r.may_receive_money AND r.confirmed_by IS NOT NULL AND p.death_date IS NULL
""",
    """
CREATE VIEW confirmed_payee WITH (security_invoker = true) AS
SELECT person_id, benefit, payee_person_id, basis LIKE 'heir: %' AS heir FROM payee_route
""",
    """
CREATE VIEW waiting_change WITH (security_invoker = true) AS
SELECT change_id, kind, person_id, benefit, before, after, first_choice
FROM payment_change WHERE state = 'pending'
""",
)
