"""Notices of deaths and moves from every source."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import Secured, check, index, one_of
from registry.tables import Base


class NoticeRow(Base, Secured, table=True):
    """A death or a move that an authority, a list or a bank reports, and what became of it."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", "death", "move"),
        one_of("source", "authority", "list", "bank"),
        CheckConstraint("personal_id ~ '^[0-9]{12}$'"),
        CheckConstraint("former_number ~ '^[0-9]{9}$'"),
        one_of("birth_precision", "day", "month", "year"),
        one_of("happened_precision", "day", "month", "year"),
        one_of("state", "pending", "applied", "unchanged", "outdated", "contradicts", "to_check"),
        check("notice_kind_to_commune_check", "kind = 'move' OR to_commune IS NULL"),
        check("notice_state_settled_at_check", "(state = 'pending') = (settled_at IS NULL)"),
        UniqueConstraint("place", "kind", "book_year", "notice_number"),
        index("notice_undecided", "notice_id", where="state IN ('pending', 'to_check')"),
        index("notice_commune", "commune_code, notice_id"),
        index("notice_person", "person_id", where="person_id IS NOT NULL"),
        index("notice_personal_id", "personal_id", where="state IN ('pending', 'to_check')"),
        index("notice_former_number", "former_number", where="state IN ('pending', 'to_check')"),
    )

    notice_id: UUID = Field(primary_key=True)
    kind: str
    source: str
    commune_code: str
    """Commune that reports it."""
    place: str
    """Whose book it is in: code or name of the registering commune."""
    book_year: int
    """Year of the book (sổ đăng ký) in which the number counts."""
    notice_number: str
    personal_id: str | None = None
    former_number: str | None = None
    full_name: str
    name_key: str
    birth_date: date | None = None
    birth_precision: str
    happened_on: date
    """Day of the death or of the move; of a month or a year, its first day."""
    happened_precision: str
    to_commune: str | None = None
    """Where the person lives now; NULL of a move: outside the province."""
    trusted: bool
    """Reported by somebody of the whole province."""
    state: str
    person_id: UUID | None = Field(default=None, foreign_key="person.person_id")
    import_id: UUID | None = None
    """The list on which it stood."""
    recorded_at: datetime
    recorded_by: str
    settled_at: datetime | None = None
