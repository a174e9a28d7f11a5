"""Who acts for a person, and who may receive the money."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    Secured,
    check,
    exclude,
    index,
    one_of,
)
from registry.tables import Base


class Representation(Base, Secured, table=True):
    """Guardian, carer or authorised recipient, by dated paper and both times."""

    __table_args__ = (
        one_of("kind", "guardian", "carer", "authorised_recipient"),
        check("representation_valid_to_valid_from_check", "valid_to >= valid_from"),
        one_of("cause", "death", "merge"),
        one_of("set_aside", "death", "merge"),
        check(
            "representation_cause_cause_person_check", "(cause IS NULL) = (cause_person IS NULL)"
        ),
        check(
            "representation_set_aside_set_aside_person_check",
            "(set_aside IS NULL) = (set_aside_person IS NULL)",
        ),
        check(
            "representation_set_aside_superseded_at_check",
            "set_aside IS NULL OR superseded_at IS NOT NULL",
        ),
        check(
            "representation_representative_person_id_person_id_check",
            "representative_person_id <> person_id",
        ),
        check(
            "representation_revoked_on_revoked_reason_check",
            "(revoked_on IS NULL) = (revoked_reason IS NULL)",
        ),
        exclude("representation_once", "representation_id WITH =) WHERE (superseded_at IS NULL"),
        exclude(
            "representation_one_recipient",
            "person_id WITH =",
            "daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL AND kind = 'authorised_recipient'",
        ),
        index("representation_person", "person_id, recorded_at"),
        index(
            "representation_by",
            "representative_person_id",
            where="superseded_at IS NULL AND representative_person_id IS NOT NULL",
        ),
        index(
            "representation_expiring",
            "commune_code, valid_to",
            where="superseded_at IS NULL AND valid_to IS NOT NULL",
        ),
    )

    row_id: UUID = Field(primary_key=True)
    representation_id: UUID
    """Stays the same through all rows about one appointment."""
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    kind: str
    representative_person_id: UUID | None = None
    """NULL: not a person of this registry."""
    representative_name: str
    representative_number: str | None = None
    """Their 12 digits, if not in the registry."""
    representative_relation: str | None = None
    representative_phone: str | None = None
    may_receive_money: bool
    """Whether partners may pay them."""
    paper_kind: str
    paper_number: str | None = None
    paper_date: date
    paper_issuer: str
    valid_from: date
    valid_to: date | None = None
    revoked_on: date | None = None
    revoked_reason: str | None = None
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    cause: str | None = None
    """Event of somebody's life that made this row."""
    cause_person: UUID | None = Field(default=None, foreign_key="person.person_id")
    """Whose death or merge it was."""
    set_aside: str | None = None
    """Superseded by that event; holds again when the event is taken back."""
    set_aside_person: UUID | None = Field(default=None, foreign_key="person.person_id")
    """Whose death or merge set it aside."""
