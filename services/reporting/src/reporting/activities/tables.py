"""What an office entered about its own year."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from common.database.tables import AppendOnly, Secured, check, index
from reporting.tables import Base


class Activity(Base, Secured, AppendOnly, table=True):
    """Entry of a kind; a correction is a further row that names the one it replaces."""

    __table_args__ = (
        check("activity_counts_check", "quantity >= 0 AND amount >= 0"),
        index("activity_kind", "kind, happened_on, commune_code"),
    )

    activity_id: UUID = Field(primary_key=True)
    commune_code: str | None = None
    """None: the province's own; seen by who sees the whole province."""
    kind: str
    happened_on: date
    subject: str
    """What it was, in words."""
    quantity: int | None = Field(default=None, sa_type=BigInteger)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """Đồng."""
    reference: str | None = None
    """Number and sign of a paper."""
    source: str | None = None
    """Where a base figure or target stands."""
    recorded_by: str
    replaces: UUID | None = Field(default=None, unique=True, foreign_key="activity.activity_id")
    withdrawn: bool = False
    """Stands in the place of an entry made by mistake."""
