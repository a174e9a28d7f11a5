"""Entitlements of every benefit: payees, suspensions, moves, and proposals of every kind."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What squawk is told to pass over: the largest of these tables has a row per beneficiary, which is
# read through in a second; and the constraint that goes comes back wider in the same transaction.
ENTITLEMENTS = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE entitlement DROP CONSTRAINT entitlement_benefit_check
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE entitlement ADD CONSTRAINT entitlement_benefit_check CHECK (benefit IN (
        'social_pension', 'disability_allowance', 'social_allowance', 'single_parent_allowance',
        'disabled_parent_support', 'care_support', 'facility_allowance', 'local_allowance'))
    """,
    "ALTER TABLE entitlement ADD COLUMN payee_person_id uuid",
    "ALTER TABLE entitlement ADD COLUMN levels_before_end bigint",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX entitlement_payee ON entitlement (payee_person_id)
        WHERE payee_person_id IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX entitlement_person ON entitlement (person_id)
    """,
)

DECISIONS = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE decision DROP CONSTRAINT decision_kind_check
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE decision ADD CONSTRAINT decision_kind_check CHECK (kind IN (
        'level_review', 'correction', 'grant', 'refusal', 'stop', 'suspend', 'resume'))
    """,
)


def upgrade() -> None:
    """Change the tables."""
    for statement in (*ENTITLEMENTS, *DECISIONS):
        op.execute(statement)
