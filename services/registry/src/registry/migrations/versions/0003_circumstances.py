"""Circumstances: every fact of the groups, papers, sealed health facts, disability case files."""

from __future__ import annotations

from alembic import op

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


def upgrade() -> None:
    """Widen the table of facts."""
    for statement in _FACTS:
        op.execute(statement)
