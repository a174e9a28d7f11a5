"""Verification: results by field, tasks worked off, the round of checks, notices.

What squawk is told to pass over: a province has a few hundred thousand checks and tasks; what is
added is new and empty, and an index over them is built in a moment while the services stand still.
"""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = (
    "ALTER TABLE verification_check ADD COLUMN fields jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE verification_task ADD COLUMN fields text[] NOT NULL DEFAULT '{}'",
    # What the population database told, sealed while the task is open; then only its keyed hash.
    "ALTER TABLE verification_task ADD COLUMN answer bytea",
    "ALTER TABLE verification_task ADD COLUMN digest bytea",
    "ALTER TABLE verification_task ADD COLUMN closed_by text",
    "ALTER TABLE verification_task ADD COLUMN note text",
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE verification_task ADD COLUMN resolution text
        CHECK (resolution IN ('agrees', 'accepted', 'kept'))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE verification_task ADD CONSTRAINT verification_task_forgets
        CHECK (closed_at IS NULL OR answer IS NULL)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX verification_task_commune ON verification_task (commune_code, task_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX verification_task_kept ON verification_task (person_id, reason)
        WHERE resolution = 'kept'
    """,
)
_TABLES = (
    # How far the round of scheduled checks came; no people in it.
    """
    CREATE TABLE verification_round (
        name text PRIMARY KEY,
        after_id uuid,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        asked bigint NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE population_notice (
        notice_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('death', 'move')),
        notice_number text NOT NULL,
        personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
        former_number text CHECK (former_number ~ '^[0-9]{9}$'),
        full_name text NOT NULL,
        birth_date date NOT NULL,
        birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
        happened_on date NOT NULL,
        to_commune text,
        trusted boolean NOT NULL,
        state text NOT NULL CHECK (state IN (
            'pending', 'applied', 'unchanged', 'outdated', 'contradicts', 'to_check'
        )),
        person_id uuid REFERENCES person,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        settled_at timestamptz,
        UNIQUE (commune_code, kind, notice_number),
        CHECK (personal_id IS NOT NULL OR former_number IS NOT NULL),
        CHECK (kind = 'move' OR to_commune IS NULL),
        CHECK ((state = 'pending') = (settled_at IS NULL))
    )
    """,
    (
        "CREATE INDEX population_notice_pending ON population_notice (notice_id)"
        " WHERE state = 'pending'"
    ),
    "CREATE INDEX population_notice_commune ON population_notice (commune_code, notice_id)",
    (
        "CREATE INDEX population_notice_moved ON population_notice (person_id, happened_on)"
        " WHERE kind = 'move' AND state = 'applied'"
    ),
)


def upgrade() -> None:
    """Change the tables."""
    for statement in (*_COLUMNS, *_TABLES):
        op.execute(statement)
    row_level_security(cast("Operations", op), "population_notice")
