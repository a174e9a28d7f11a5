"""Facts that reveal HIV (Law on HIV/AIDS prevention), readable by their own role only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    Secured,
    index,
)
from registry.tables import Base


class SealedFact(Base, Secured, table=True):
    """Sealed facts of a person; one row counts, older ones are superseded."""

    __table_args__ = (
        index("sealed_fact_person", "person_id", unique=True, where="superseded_at IS NULL"),
    )

    fact_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    content: bytes
    """Encrypted with a key of its own; no index."""
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None
    superseded_by: str | None = None


OBJECTS = (
    "GRANT USAGE ON SCHEMA public TO registry_sealed",
    "GRANT SELECT, INSERT ON sealed_fact TO registry_sealed",
    "GRANT UPDATE (commune_code, superseded_at, superseded_by) ON sealed_fact TO registry_sealed",
    "REVOKE ALL ON sealed_fact FROM {app_role}",
)
"""Only the role `registry_sealed` touches the table: the service takes it on for each statement."""
