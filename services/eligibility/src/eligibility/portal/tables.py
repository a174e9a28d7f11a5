"""Statuses that go back to the one-stop portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    Secured,
    bigint,
    index,
    jsonb,
    one_of,
    smallint,
)
from eligibility.tables import Base


class PortalMessage(Base, Secured, table=True):
    """Message to the portal, sent in order per dossier and retried."""

    __table_args__ = (
        one_of("state", "queued", "sent", "refused"),
        UniqueConstraint("dossier_code", "dossier_version"),
        index("portal_message_due", "next_attempt_at, message_id", where="state = 'queued'"),
    )

    message_id: UUID = Field(primary_key=True)
    dossier_code: str
    dossier_version: int = bigint()
    """Version of the dossier that it tells."""
    commune_code: str
    status: int = smallint()
    """Status of the dossier that it tells."""
    body: dict[str, Any] = jsonb()
    state: str
    attempts: int
    next_attempt_at: datetime
    sent_at: datetime | None = None
    last_error: str | None = None
    created_at: datetime
