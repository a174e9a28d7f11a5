"""Answers of partners: every line has its outcome, and what is refused is kept as it came."""

from __future__ import annotations

from typing import Any

from alembic import op as alembic_op

op: Any = alembic_op  # a module that stands for the running Operations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE delivery ADD COLUMN sealed_on date",
    "ALTER TABLE delivery ADD COLUMN not_before timestamptz",
    "ALTER TABLE delivery ADD COLUMN inquiries integer NOT NULL DEFAULT 0",
    "ALTER TABLE partner_exception ADD COLUMN entry integer",
    """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX partner_exception_by_message ON partner_exception (partner, message_id)
""",
    """
INSERT INTO state_transition (machine, from_state, to_state)
VALUES ('delivery', 'refused', 'sent')
""",
    """
CREATE TABLE partner_refusal (
  partner text NOT NULL,
  sha256 text NOT NULL,
  code text NOT NULL,
  raw bytea NOT NULL,
  times integer NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (partner, sha256, code)
)
""",
)


"""The index is made while nobody writes: migrations run before the service starts."""


def upgrade() -> None:
    """Add what the intake of answers and the growing pause of deliveries need."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
