"""Reviews: what sweeps found, with explanations, and results of simulations."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What squawk is told to pass over: these tables have a row per fact or person, read in a second.
REVIEWS = (
    """
    CREATE TABLE review_explanation (
        key text PRIMARY KEY,
        body jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE review_proposal (
        proposal_id uuid PRIMARY KEY,
        sweep_id uuid NOT NULL,
        person_id uuid NOT NULL,
        commune_code text NOT NULL,
        village text,
        benefit text NOT NULL,
        kind text NOT NULL
            CHECK (kind IN ('open', 'adjust', 'stop', 'suspend', 'paper_needed')),
        month date NOT NULL CHECK (extract(day FROM month) = 1),
        entitlement_id uuid,
        status text NOT NULL
            CHECK (status IN ('open', 'drafted', 'set_aside', 'signed', 'superseded')),
        reasons text[] NOT NULL,
        event_on date,
        missing_code text,
        current_amount bigint NOT NULL,
        law_amount bigint NOT NULL,
        law_coefficient bigint NOT NULL,
        law_provision text,
        explanation text NOT NULL REFERENCES review_explanation,
        facts jsonb NOT NULL,
        fingerprint text NOT NULL,
        found_at timestamptz NOT NULL,
        closed_at timestamptz,
        decision_id uuid REFERENCES decision,
        set_aside_by text,
        set_aside_reason text,
        CHECK ((closed_at IS NULL) = (status IN ('open', 'drafted', 'set_aside'))),
        CHECK ((status = 'set_aside') <= (set_aside_by IS NOT NULL AND set_aside_reason IS NOT NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX review_proposal_current ON review_proposal (person_id, benefit, kind, month)
        WHERE closed_at IS NULL
    """,
    "CREATE INDEX review_proposal_commune ON review_proposal (commune_code, proposal_id)",
    """
    CREATE INDEX review_proposal_decision ON review_proposal (decision_id)
        WHERE decision_id IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX circumstance_fact_ends ON circumstance_fact (valid_to)
        WHERE superseded_at IS NULL AND valid_to IS NOT NULL
    """,
)
"""One current proposal per person, benefit, kind and month: what repeats is the same proposal.
Explanations hold no person's values; those stand in `facts`."""

SIMULATIONS = (
    """
    CREATE TABLE simulation_result (
        simulation_id uuid NOT NULL,
        commune_code text NOT NULL,
        month date NOT NULL CHECK (extract(day FROM month) = 1),
        benefit text NOT NULL,
        group_code text NOT NULL,
        people_receiving bigint NOT NULL,
        amount_receiving bigint NOT NULL,
        people_receiving_changed bigint NOT NULL,
        amount_receiving_changed bigint NOT NULL,
        people_eligible bigint NOT NULL,
        amount_eligible bigint NOT NULL,
        people_eligible_changed bigint NOT NULL,
        amount_eligible_changed bigint NOT NULL,
        PRIMARY KEY (simulation_id, month, commune_code, benefit, group_code)
    )
    """,
)
"""Sums, no person. What is counted of a sealed group has the commune `*`: the province alone."""


def upgrade() -> None:
    """Change the tables."""
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    for statement in (*REVIEWS, *SIMULATIONS):
        op.execute(statement)
    for table in ("review_proposal", "simulation_result"):
        row_level_security(operations, table)
