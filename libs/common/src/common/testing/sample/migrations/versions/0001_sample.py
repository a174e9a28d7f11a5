"""The shared tables, a table under row-level security and an append-only one."""

from __future__ import annotations

from alembic import op

from common.database.migrations import append_only, infrastructure_v1, row_level_security

revision = "0001"
down_revision = None


def upgrade() -> None:
    infrastructure_v1(op)
    op.execute("""
        CREATE TABLE thing (
            id uuid PRIMARY KEY,
            commune_code text NOT NULL,
            name text NOT NULL,
            month date,
            version bigint NOT NULL DEFAULT 1
        )
    """)
    row_level_security(op, "thing")
    op.execute("CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY, text text NOT NULL)")
    append_only(op, "entry")


def downgrade() -> None:
    raise NotImplementedError
