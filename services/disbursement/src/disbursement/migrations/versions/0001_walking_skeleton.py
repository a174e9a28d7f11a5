"""Everything that the walking skeleton needs, room by room."""

from __future__ import annotations

from typing import Any

from alembic import op as alembic_op

from common.database.migrations import append_only, infrastructure_v1, row_level_security
from disbursement.migrations.v0001 import (
    accounts,
    ledger,
    obligations,
    partners,
    payroll,
    reconciliation,
    shared,
)

op: Any = alembic_op  # a module that stands for the running Operations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, their guards, and the policies by commune."""
    infrastructure_v1(op)
    for statement in shared.STATEMENTS:
        op.execute(statement)
    for room in (accounts, obligations, ledger, payroll, partners, reconciliation):
        for statement in room.STATEMENTS:
            op.execute(statement)
        for table in room.SECURED:
            row_level_security(op, table)
    for room in (ledger, partners):
        for table in room.APPEND_ONLY:
            append_only(op, table)
    append_only(op, "state_history")
    for table in ("state_transition", "ledger_account", "result_rule"):
        op.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM disbursement_app")


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
