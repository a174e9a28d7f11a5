"""Reports that were filed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    Secured,
    month_column,
)
from common.kernel.months import Month
from reporting.tables import Base


class Report(Base, Secured, AppendOnly, table=True):
    """Filed report, byte by byte; never changed."""

    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1"),
        UniqueConstraint("kind", "commune_code", "month", "content_hash"),
    )

    report_id: UUID = Field(primary_key=True)
    kind: str
    """Form."""
    commune_code: str
    month: Month = month_column()
    content_hash: str
    content: bytes
    """The file."""
    filed_on: date
    filed_by: str
