"""Corrections can be signed, deaths can be taken back, and what people receive is a fact."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What squawk is told to pass over: the largest of these tables has a row per beneficiary, which is
# read through in a second; and the constraint that goes comes back wider in the same transaction.
CORRECTIONS = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE decision DROP CONSTRAINT decision_kind_check
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE decision ADD CONSTRAINT decision_kind_check
        CHECK (kind IN ('level_review', 'correction', 'grant', 'refusal'))
    """,
    "ALTER TABLE decision_line ADD COLUMN old_levels jsonb NOT NULL DEFAULT '[]'",
    """
    -- squawk-ignore adding-foreign-key-constraint
    ALTER TABLE proposal ADD COLUMN decision_id uuid REFERENCES decision
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE proposal ADD CONSTRAINT proposal_signed_check
        CHECK ((status = 'signed') = (decision_id IS NOT NULL))
    """,
)

DEATHS = (
    "ALTER TABLE entitlement ADD COLUMN cut_for_death date",
    "ALTER TABLE entitlement ADD COLUMN levels_before_death bigint",
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE entitlement ADD CONSTRAINT entitlement_death_check
        CHECK ((cut_for_death IS NULL) = (levels_before_death IS NULL))
    """,
    """
    UPDATE entitlement e SET cut_for_death = date_trunc('month', p.death_date)::date,
        levels_before_death = coalesce((
            SELECT max(l.version) FROM entitlement_level l
            WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NOT NULL
        ), 0)
    FROM person_fact p
    WHERE p.person_id = e.person_id AND p.superseded_at IS NULL AND p.death_date IS NOT NULL
        AND e.status = 'held' AND e.status_reason = 'deceased'
    """,
)

RECEIPTS = (
    """
    CREATE TABLE receipt_fact (
        entitlement_id uuid PRIMARY KEY,
        person_id uuid NOT NULL,
        commune_code text NOT NULL,
        benefit text NOT NULL,
        status text NOT NULL,
        levels jsonb NOT NULL,
        version bigint NOT NULL
    )
    """,
    "CREATE INDEX receipt_fact_person ON receipt_fact (person_id)",
    """
    INSERT INTO receipt_fact (entitlement_id, person_id, commune_code, benefit, status, levels,
        version)
    SELECT e.entitlement_id, e.person_id, e.commune_code, e.benefit, e.status, (
            SELECT coalesce(jsonb_agg(jsonb_build_object('from_month', l.from_month, 'to_month',
                l.to_month, 'amount', l.amount) ORDER BY l.from_month), '[]')
            FROM entitlement_level l
            WHERE l.entitlement_id = e.entitlement_id AND l.superseded_at IS NULL
        ), e.version
    FROM entitlement e
    """,
)


def upgrade() -> None:
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    # Row-level security is forced for the owner too, who must see every commune here.
    op.execute("SELECT set_config('app.communes', '*', true)")
    for statement in (*CORRECTIONS, *DEATHS, *RECEIPTS):
        op.execute(statement)
    row_level_security(operations, "receipt_fact")
