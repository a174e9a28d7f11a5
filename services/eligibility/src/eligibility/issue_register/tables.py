"""The issue register: entries and the steps that were taken."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import AppendOnly, Secured, bigint, index, one_of
from eligibility.tables import Base


class Issue(Base, Secured, table=True):
    """Difficulty, feedback, letter or complaint, as it stands."""

    __table_args__ = (
        one_of("source", "officer", "partner", "citizen"),
        one_of("state", "received", "accepted", "answered", "closed"),
        index("issue_commune", "commune_code, state, due_on"),
    )

    issue_id: UUID = Field(primary_key=True)
    commune_code: str
    kind: str
    """Code of data/kinds.toml."""
    source: str
    subject: str
    content: str
    article: str | None = None
    """Article of the law that it is about."""
    dossier_code: str | None = None
    person_id: UUID | None = None
    state: str
    due_on: date | None = None
    """Last day for acceptance or answer; None: nothing is waited for."""
    raised_by: str
    raised_on: date
    version: int = bigint()


class IssueStep(Base, Secured, AppendOnly, table=True):
    """Step of an entry with its words; never changed."""

    issue_id: UUID = Field(primary_key=True, foreign_key="issue.issue_id")
    version: int = bigint(primary_key=True)
    """Version of the entry after the step."""
    commune_code: str
    state: str
    note: str
    actor: str
    taken_at: datetime
