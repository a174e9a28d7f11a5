"""Circumstances: every fact of the groups, papers, sealed health facts, disability case files."""

from __future__ import annotations

from alembic import op

from common.database.migrations import app_role, row_level_security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What squawk is told to pass over: a province has a few hundred thousand rows of circumstances,
# which are read through in a second while the service stands still for its upgrade; and every
# constraint that goes comes back wider in the same transaction.
_FACTS = (
    "ALTER TABLE circumstance ADD COLUMN content jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE circumstance ADD COLUMN child_key text NOT NULL DEFAULT ''",
    "ALTER TABLE circumstance ADD COLUMN paper jsonb",
    "ALTER TABLE circumstance ADD COLUMN reason text",
    "ALTER TABLE circumstance ADD COLUMN superseded_by text",
    "ALTER TABLE circumstance ADD COLUMN superseded_reason text",
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_kind_check
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_check1
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_periods
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_kind_check CHECK (kind IN (
        'disability', 'pension_income', 'wage_income', 'care_source', 'study', 'marital', 'child',
        'support', 'care_need', 'care', 'pregnancy', 'couple', 'detention', 'facility', 'missing',
        'neutral', 'local_group'
    ))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_amount_check
        CHECK ((kind IN ('pension_income', 'wage_income')) = (monthly_amount IS NOT NULL))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_child_check
        CHECK ((kind = 'child') = (child_key <> ''))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_content_check
        CHECK (jsonb_typeof(content) = 'object' AND jsonb_typeof(paper) = 'object')
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_periods EXCLUDE USING gist (
        person_id WITH =, kind WITH =, child_key WITH =, daterange(valid_from, valid_to) WITH &&
    ) WHERE (superseded_at IS NULL)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX circumstance_person ON circumstance (person_id, recorded_at)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX circumstance_of_commune ON circumstance (commune_code, kind, circumstance_id)
        WHERE superseded_at IS NULL
    """,
)

# Only `registry_sealed` touches this table: the service takes the role on for each statement. The
# content is encrypted with a key of its own and has no index; a person has one row that counts.
_SEALED = (
    """
    CREATE TABLE sealed_fact (
        fact_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        content bytea NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        superseded_by text
    )
    """,
    """
    CREATE UNIQUE INDEX sealed_fact_person ON sealed_fact (person_id) WHERE superseded_at IS NULL
    """,
    "GRANT USAGE ON SCHEMA public TO registry_sealed",
    "GRANT SELECT, INSERT ON sealed_fact TO registry_sealed",
    """
    GRANT UPDATE (commune_code, superseded_at, superseded_by) ON sealed_fact TO registry_sealed
    """,
)


def upgrade() -> None:
    """Widen the table of facts; seal what reveals HIV."""
    for statement in (*_FACTS, *_SEALED):
        op.execute(statement)
    op.execute(f"REVOKE ALL ON sealed_fact FROM {app_role(op)}")
    row_level_security(op, "sealed_fact")
