"""Benefits that are granted once, by a signed decision."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import append_only, row_level_security

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONE_OFF = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE decision DROP CONSTRAINT decision_kind_check
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE decision ADD CONSTRAINT decision_kind_check CHECK (kind IN (
        'level_review', 'correction', 'grant', 'refusal', 'stop', 'suspend', 'resume', 'one_off'))
    """,
    """
    CREATE TABLE one_off_grant (
        one_off_id uuid PRIMARY KEY,
        decision_id uuid NOT NULL REFERENCES decision,
        commune_code text NOT NULL,
        person_id uuid NOT NULL,
        benefit text NOT NULL,
        provision text NOT NULL,
        event_on date NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        payee jsonb NOT NULL,
        granted_at timestamptz NOT NULL,
        UNIQUE (person_id, benefit, event_on)
    )
    """,
)


def upgrade() -> None:
    """Change the tables."""
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    for statement in ONE_OFF:
        op.execute(statement)
    append_only(operations, "one_off_grant")
    row_level_security(operations, "one_off_grant")
