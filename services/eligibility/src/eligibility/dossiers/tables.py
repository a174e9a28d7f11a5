"""Dossiers of the one-stop office, with every step and letter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    array,
    bigint,
    index,
    jsonb,
    one_of,
    smallint,
)
from eligibility.tables import Base


class Dossier(Base, Secured, table=True):
    """Dossier with its status and clock."""

    __table_args__ = (
        CheckConstraint("status BETWEEN 1 AND 10"),
        CheckConstraint("declared_pension_income >= 0"),
        one_of("channel", "portal", "counter", "post", "mobile", "home"),
        index("dossier_commune", "commune_code, dossier_code"),
        index(
            "dossier_due", "commune_code, due_on, dossier_code", where="status IN (1, 2, 4, 5, 6)"
        ),
        index("dossier_unregistered", "owner_number", where="person_id IS NULL"),
    )

    dossier_code: str = Field(primary_key=True)
    """Code of the one-stop portal."""
    commune_code: str
    procedure_code: str
    benefit: str
    person_id: UUID | None = None
    """None: the registry does not know the owner yet."""
    status: int = smallint()
    """Status 1 to 10 of the national portal."""
    received_at: datetime
    due_on: date
    """Last day of the time limit."""
    declared_pension_income: int | None = bigint(default=None)
    """Đồng a month, as declared."""
    papers: dict[str, Any] = jsonb()
    """Papers that were handed in."""
    version: int = bigint()
    created_at: datetime
    updated_at: datetime
    counted_from: date | None = None
    """Day from which the time limit counts: that of the complete dossier."""
    intake_supplements: int = 0
    """How often papers were asked for at the counter."""
    notice_on: date | None = None
    """Day of the public notice."""
    extensions: int = 0
    """How often the time limit was extended."""
    owner_number: str | None = None
    """The owner's 12 digits, or the former number where there are none."""
    owner_name: str
    submitter: dict[str, Any] | None = jsonb(default=None)
    """Who handed it in, when that is not the owner."""
    channel: str
    """How it came in."""
    asked: list[str] = array()
    """Benefits that the forms and ticked groups ask for."""
    claim: dict[str, Any] = jsonb()
    """What a one-off benefit is asked for."""


class DossierStep(Base, Secured, AppendOnly, table=True):
    """Step of a dossier; never changed."""

    dossier_code: str = Field(primary_key=True, foreign_key="dossier.dossier_code")
    version: int = bigint(primary_key=True)
    """Version of the dossier after the step."""
    commune_code: str
    status: int = smallint()
    """Status after the step."""
    actor: str
    note: str
    taken_at: datetime


class DossierMessage(Base, Secured, table=True):
    """Message about a dossier as it came, sealed."""

    dossier_code: str = Field(primary_key=True, foreign_key="dossier.dossier_code")
    number: int = Field(primary_key=True)
    """Counts the messages of a dossier from 1."""
    commune_code: str
    sealed: bytes | None = None
    """The message, sealed to its place; None without a key (sandbox)."""
    digest: bytes
    """Knows the same message again."""
    received_at: datetime


class DossierCounter(Base, Secured, table=True):
    """Last number that a counter gave out on a day."""

    day: date = Field(primary_key=True)
    commune_code: str = Field(primary_key=True)
    last: int


class DossierLetter(Base, Secured, AppendOnly, table=True):
    """Letter to the applicant: missing papers, refusal, apology; never changed."""

    __table_args__ = (
        one_of("kind", "supplement_request", "refusal", "apology_needed", "apology", "closing"),
        index("dossier_letter_dossier", "dossier_code, written_at"),
        index(
            "dossier_letter_once",
            "dossier_code, kind, due_on",
            unique=True,
            where="kind IN ('apology_needed', 'apology')",
        ),
    )

    letter_id: UUID = Field(primary_key=True)
    dossier_code: str = Field(foreign_key="dossier.dossier_code")
    commune_code: str
    kind: str
    due_on: date
    """Time limit that the letter is about."""
    new_due_on: date | None = None
    """Time limit after an extension."""
    reason: str
    papers: dict[str, Any] = jsonb()
    """Papers that are missing."""
    written_by: str
    written_at: datetime


class CommuneOffice(Base, table=True):
    """Name of a commune for letterheads, as the registry last described it."""

    code: str = Field(primary_key=True)
    """Five digits."""
    name: str
    """With its kind, e.g. `xã Di Linh`."""
    province_name: str
    """With its kind, e.g. `tỉnh Lâm Đồng`."""
