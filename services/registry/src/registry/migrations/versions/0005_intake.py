"""Intake: columns confirmed by people and remembered, several sheets, large files in parts.

What squawk is told to pass over: an installation has a few thousand imports, whose index is built
in a moment while the services stand still.
"""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = (
    # An import that waits for a person to say which column is which has no operation yet.
    # What read it before reads a number there still: only imports that wait for a person have none.
    (
        "-- squawk-ignore ban-drop-not-null\n"
        "ALTER TABLE intake_import ALTER COLUMN operation_id DROP NOT NULL"
    ),
    "ALTER TABLE intake_import ADD COLUMN sheets text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE intake_import ADD COLUMN slice_rows integer",
    "ALTER TABLE intake_import ADD COLUMN fingerprint text",
    "ALTER TABLE intake_import ADD COLUMN mapping jsonb",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX intake_import_newest ON intake_import (commune_code, import_id DESC)
    """,
)
_TABLES = (
    """
    CREATE TABLE intake_mapping (
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('beneficiary_list', 'death_notices')),
        fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
        columns jsonb NOT NULL,
        confirmed_at timestamptz NOT NULL,
        confirmed_by text NOT NULL,
        PRIMARY KEY (commune_code, kind, fingerprint)
    )
    """,
    """
    CREATE TABLE intake_upload_part (
        import_id uuid NOT NULL REFERENCES intake_import,
        part integer NOT NULL CHECK (part > 0),
        commune_code text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (import_id, part)
    )
    """,
)


def upgrade() -> None:
    """Change the tables."""
    for statement in (*_COLUMNS, *_TABLES):
        op.execute(statement)
    for table in ("intake_mapping", "intake_upload_part"):
        row_level_security(cast("Operations", op), table)
