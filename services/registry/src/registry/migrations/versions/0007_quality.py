"""Quality: findings to work off, probable duplicates, who receives money."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE quality_finding (
        finding_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN (
            'missing_id', 'unverified', 'contradictory', 'duplicate', 'dead_receiving', 'moved',
            'certificate_due', 'missing_paper', 'representative_expiring', 'no_village',
            'residence_open'
        )),
        person_id uuid NOT NULL REFERENCES person,
        subject_key text NOT NULL DEFAULT '',
        other_id uuid REFERENCES person,
        other_commune text,
        reasons text[] NOT NULL,
        score smallint CHECK (score BETWEEN 0 AND 100),
        due_on date,
        state text NOT NULL CHECK (state IN ('open', 'resolved', 'dismissed', 'gone')),
        found_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        closed_at timestamptz,
        closed_by text,
        note text,
        UNIQUE (commune_code, kind, person_id, subject_key),
        CHECK ((state = 'open') = (closed_at IS NULL)),
        CHECK ((kind = 'duplicate') = (other_id IS NOT NULL)),
        CHECK ((other_id IS NULL) = (other_commune IS NULL)),
        CHECK (other_id <> person_id)
    )
    """,
    "CREATE INDEX quality_finding_listed ON quality_finding (commune_code, state, kind, finding_id)",
    "CREATE INDEX quality_finding_person ON quality_finding (person_id)",
    "CREATE INDEX quality_finding_other ON quality_finding (other_id) WHERE other_id IS NOT NULL",
    """
    CREATE TABLE quality_refresh (
        commune_code text PRIMARY KEY,
        refreshed_at timestamptz NOT NULL
    )
    """,
    # What eligibility says: who is paid, as far as the board needs it. No group, no amount.
    """
    CREATE TABLE quality_receiving (
        entitlement_id uuid PRIMARY KEY,
        person_id uuid NOT NULL,
        payee_person_id uuid,
        commune_code text NOT NULL,
        benefit text NOT NULL,
        status text NOT NULL CHECK (status IN ('active', 'held', 'suspended', 'stopped')),
        last_month date
    )
    """,
    "CREATE INDEX quality_receiving_person ON quality_receiving (person_id)",
    (
        "CREATE INDEX quality_receiving_payee ON quality_receiving (payee_person_id)"
        " WHERE payee_person_id IS NOT NULL"
    ),
)
# A pair of two communes is seen by whoever may see both of them, and by nobody else.
_BOTH = """
    CREATE POLICY both_communes ON quality_finding AS RESTRICTIVE USING (
        other_commune IS NULL
        OR (SELECT current_setting('app.communes', true)) = '*'
        OR other_commune = ANY (
            (SELECT string_to_array(current_setting('app.communes', true), ','))::text[]
        )
    )
"""


def upgrade() -> None:
    """Make the tables."""
    for statement in _TABLES:
        op.execute(statement)
    for table in ("quality_finding", "quality_refresh", "quality_receiving"):
        row_level_security(cast("Operations", op), table)
    op.execute(_BOTH)
