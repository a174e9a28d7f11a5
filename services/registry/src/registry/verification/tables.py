"""Checks against the national population database, and what it tells us."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    Secured,
    array,
    bigint,
    check,
    index,
    jsonb,
    one_of,
)
from registry.tables import Base


class VerificationCheck(Base, Secured, table=True):
    """Answer of the population database about one person."""

    __table_args__ = (
        one_of("status", "unverified", "verified", "mismatch", "not_found"),
        index("verification_check_person", "person_id, checked_at DESC"),
        index("verification_check_commune", "commune_code, status"),
    )

    check_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    request_id: str
    operation_id: UUID | None = None
    status: str
    mismatches: list[str] = array(default=[])
    """Fields that differ; no values."""
    checked_at: datetime
    fields: dict[str, Any] = jsonb(default={})
    """Result for each field that was asked."""


class VerificationTask(Base, Secured, table=True):
    """Difference or missing answer that an official works off."""

    __table_args__ = (
        one_of("resolution", "agrees", "accepted", "kept"),
        check("verification_task_forgets", "closed_at IS NULL OR answer IS NULL"),
        index(
            "verification_task_open", "person_id, reason", unique=True, where="closed_at IS NULL"
        ),
        index("verification_task_commune", "commune_code, task_id"),
        index("verification_task_kept", "person_id, reason", where="resolution = 'kept'"),
    )

    task_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.person_id")
    commune_code: str
    reason: str
    opened_at: datetime
    closed_at: datetime | None = None
    fields: list[str] = array(default=[])
    """Fields that differ."""
    answer: bytes | None = None
    """What the population database said, encrypted; gone when the task is closed."""
    digest: bytes | None = None
    """Keyed hash of that answer: the same difference is not asked about twice."""
    closed_by: str | None = None
    note: str | None = None
    resolution: str | None = None
    """What the official decided."""


class VerificationRound(Base, table=True):
    """Progress of a scheduled round of checks; holds no people."""

    name: str = Field(primary_key=True)
    after_id: UUID | None = None
    """Last person asked."""
    started_at: datetime
    finished_at: datetime | None = None
    asked: int = bigint(default=0)
    """How many were asked."""
