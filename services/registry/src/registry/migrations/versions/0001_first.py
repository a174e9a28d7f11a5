"""First revision: every table of the service, room by room."""

from __future__ import annotations

from alembic import op

from common.database.migrations import first_revision
from registry.migrations.v0001 import (
    areas,
    circumstances,
    disability,
    households,
    lists,
    notices,
    persons,
    quality,
    registrations,
    representation,
    sealed_facts,
    verification,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their guards and their policies."""
    first_revision(
        op,
        persons,
        areas,
        households,
        circumstances,
        sealed_facts,
        disability,
        representation,
        verification,
        notices,
        registrations,
        lists,
        quality,
    )
