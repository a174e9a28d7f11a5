"""First revision: every table of the service, room by room."""

from __future__ import annotations

from alembic import op

from common.database.migrations import first_revision
from disbursement.migrations.v0001 import (
    accounts,
    directory,
    ledger,
    obligations,
    partners,
    payroll,
    reconciliation,
    recovery,
    shared,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their guards and their policies."""
    first_revision(
        op,
        shared,
        directory,
        accounts,
        obligations,
        ledger,
        payroll,
        partners,
        reconciliation,
        recovery,
    )


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
