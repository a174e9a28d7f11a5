"""Dossiers of owners whom nobody knows yet, from every channel; messages sealed at rest."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DOSSIERS = (
    """
    -- squawk-ignore ban-drop-not-null
    ALTER TABLE dossier ALTER COLUMN person_id DROP NOT NULL
    """,
    """
    -- squawk-ignore ban-drop-column
    ALTER TABLE dossier DROP COLUMN message
    """,
    "ALTER TABLE dossier ADD COLUMN owner_number text",
    "ALTER TABLE dossier ADD COLUMN owner_name text NOT NULL DEFAULT ''",
    "ALTER TABLE dossier ADD COLUMN submitter jsonb",
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE dossier ADD COLUMN channel text NOT NULL DEFAULT 'portal'
        CHECK (channel IN ('portal', 'counter', 'post', 'mobile', 'home'))
    """,
    "ALTER TABLE dossier ADD COLUMN asked text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE dossier ADD COLUMN claim jsonb NOT NULL DEFAULT '{}'",
    "UPDATE dossier SET asked = ARRAY[benefit]",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX dossier_unregistered ON dossier (owner_number) WHERE person_id IS NULL
    """,
    """
    CREATE TABLE dossier_message (
        dossier_code text NOT NULL REFERENCES dossier,
        number integer NOT NULL,
        commune_code text NOT NULL,
        sealed bytea,
        digest bytea NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (dossier_code, number)
    )
    """,
    """
    CREATE TABLE dossier_counter (
        day date NOT NULL,
        commune_code text NOT NULL,
        last integer NOT NULL,
        PRIMARY KEY (day, commune_code)
    )
    """,
)


def upgrade() -> None:
    """Change the tables."""
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    # Row-level security is forced for the owner too, who must see every commune here.
    op.execute("SELECT set_config('app.communes', '*', true)")
    for statement in DOSSIERS:
        op.execute(statement)
    for table in ("dossier_message", "dossier_counter"):
        row_level_security(operations, table)
