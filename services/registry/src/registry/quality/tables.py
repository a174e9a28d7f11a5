"""Board of a commune: what is missing, wrong, due or twice there."""

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
    smallint,
)
from common.kernel.months import Month
from registry.tables import Base


class QualityFinding(Base, Secured, table=True):
    """One thing to work off about a person; found again, it keeps its row."""

    __table_args__ = (
        one_of(
            "kind",
            "missing_id",
            "unverified",
            "contradictory",
            "duplicate",
            "dead_receiving",
            "moved",
            "certificate_due",
            "missing_paper",
            "representative_expiring",
            "no_village",
            "residence_open",
            "household_without_head",
            "child_without_carer",
        ),
        CheckConstraint("score BETWEEN 0 AND 100"),
        one_of("state", "open", "resolved", "dismissed", "gone"),
        check("quality_finding_state_closed_at_check", "(state = 'open') = (closed_at IS NULL)"),
        check(
            "quality_finding_kind_other_id_check", "(kind = 'duplicate') = (other_id IS NOT NULL)"
        ),
        check(
            "quality_finding_other_id_other_commune_check",
            "(other_id IS NULL) = (other_commune IS NULL)",
        ),
        check("quality_finding_other_id_person_id_check", "other_id <> person_id"),
        UniqueConstraint("commune_code", "kind", "person_id", "subject_key"),
        index("quality_finding_listed", "commune_code, state, kind, finding_id"),
        index("quality_finding_person", "person_id"),
        index("quality_finding_other", "other_id", where="other_id IS NOT NULL"),
    )

    finding_id: UUID = Field(primary_key=True)
    commune_code: str
    kind: str
    person_id: UUID = Field(foreign_key="person.person_id")
    subject_key: str = ""
    """Which of several of one kind, e.g. the circumstance."""
    other_id: UUID | None = Field(default=None, foreign_key="person.person_id")
    """The other record of a probable duplicate."""
    other_commune: str | None = None
    """Its commune."""
    reasons: list[str] = array()
    """Codes of what speaks for it."""
    score: int | None = smallint(default=None)
    """Likeness of a duplicate, 0 to 100."""
    due_on: date | None = None
    state: str
    found_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None


class DuplicatePair(Base, table=True):
    """Two records that may be one human, as it was told; names nobody and no place.

    Without a commune it is seen whichever of the two communes looks. Records stand in the order in
    which they were made (ids count up).
    """

    __table_args__ = (
        one_of("outcome", "merged", "two_people", "not_found"),
        check("duplicate_pair_order_check", "earlier_id < later_id"),
        CheckConstraint("version > 0"),
        UniqueConstraint("earlier_id", "later_id"),
        index("duplicate_pair_later", "later_id"),
    )

    pair_id: UUID = Field(primary_key=True)
    earlier_id: UUID = Field(foreign_key="person.person_id")
    later_id: UUID = Field(foreign_key="person.person_id")
    outcome: str | None = None
    """NULL: suspected."""
    version: int = bigint()
    """Version of the pair's events."""
    changed_at: datetime


class QualityRefresh(Base, Secured, table=True):
    """When a commune's board was last made anew."""

    commune_code: str = Field(primary_key=True)
    refreshed_at: datetime


class QualityReceiving(Base, Secured, table=True):
    """Who is paid, as eligibility tells it; no group and no amount."""

    __table_args__ = (
        one_of("status", "active", "held", "suspended", "stopped"),
        index("quality_receiving_person", "person_id"),
        index("quality_receiving_payee", "payee_person_id", where="payee_person_id IS NOT NULL"),
    )

    entitlement_id: UUID = Field(primary_key=True)
    person_id: UUID
    payee_person_id: UUID | None = None
    commune_code: str
    benefit: str
    status: str
    last_month: Month | None = month_column(default=None)
    """Last month with a level."""


OBJECTS = (
    """
    CREATE POLICY both_communes ON quality_finding AS RESTRICTIVE USING (
        other_commune IS NULL
        OR (SELECT current_setting('app.communes', true)) = '*'
        OR other_commune = ANY (
            (SELECT string_to_array(current_setting('app.communes', true), ','))::text[]
        )
    )
    """,
)
"""A pair of two communes is seen by whoever may see both of them, and by nobody else."""
