"""First revision: every table of the service, room by room."""

from __future__ import annotations

from alembic import op

from common.database.migrations import first_revision
from reporting.migrations.v0001 import (
    activities,
    documents,
    projections,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their guards and their policies."""
    first_revision(op, projections, activities, documents)
