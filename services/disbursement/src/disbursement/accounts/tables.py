"""Who is paid, how, and on whose account."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    index,
    one_of,
)
from disbursement.tables import Base


class Payee(Base, Secured, table=True):
    """This service's copy of a person."""

    __table_args__ = (
        one_of("method", "account", "cash"),
        index("payee_by_commune", "commune_code"),
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


class Account(Base, Secured, table=True):
    """Account of a person; one is current."""

    __table_args__ = (
        index("account_current", "person_id", unique=True, where="superseded_at IS NULL"),
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
    holder_encrypted: bytes | None = None
    """Name of the holder, if it is not the person's."""
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


OBJECTS = (
    """
CREATE VIEW payee_channel WITH (security_invoker = true) AS
SELECT p.person_id, p.commune_code, p.personal_id, p.former_number, p.full_name, p.sort_key,
       p.birth_date, p.village, p.death_date,
       CASE WHEN usable THEN 'account' ELSE 'cash' END AS method,
       CASE WHEN usable THEN 'agribank' ELSE 'vnpost' END AS partner,
       CASE WHEN usable THEN a.account_id END AS account_id,
       CASE WHEN usable THEN a.bank_code END AS bank_code,
       CASE WHEN usable THEN a.number_index END AS number_index,
       CASE WHEN p.method = 'cash' OR usable THEN NULL
            WHEN p.personal_id IS NULL THEN 'no_personal_id'
            WHEN a.account_id IS NULL THEN 'account_missing'
            ELSE 'account_rejected' END AS cash_because,
       a.rejected_reason, p.merged_into
FROM payee p
LEFT JOIN account a ON a.person_id = p.person_id AND a.superseded_at IS NULL
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
WHERE r.may_receive_money AND p.death_date IS NULL
""",
)
