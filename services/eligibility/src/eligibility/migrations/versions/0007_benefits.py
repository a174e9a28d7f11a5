"""Benefits are rows: a later decree adds one without a change of any table."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What squawk is told to pass over: the referring tables have a row per beneficiary at most, read
# through in a second; the check that goes comes back as a foreign key in the same transaction.
BENEFITS = (
    """
    CREATE TABLE benefit (
        code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{2,39}$')
    )
    """,
    """
    INSERT INTO benefit (code) VALUES ('facility_allowance'), ('disability_allowance'),
        ('social_allowance'), ('social_pension'), ('local_allowance'), ('single_parent_allowance'),
        ('disabled_parent_support'), ('care_support')
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE entitlement DROP CONSTRAINT entitlement_benefit_check
    """,
    """
    -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
    ALTER TABLE entitlement ADD CONSTRAINT entitlement_benefit_fkey
        FOREIGN KEY (benefit) REFERENCES benefit (code)
    """,
    """
    -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
    ALTER TABLE review_proposal ADD CONSTRAINT review_proposal_benefit_fkey
        FOREIGN KEY (benefit) REFERENCES benefit (code)
    """,
)
"""The words, labels and rules of a benefit stand in the catalogue (`common.contracts.benefits`)."""


def upgrade() -> None:
    """Change the tables."""
    for statement in BENEFITS:
        op.execute(statement)
