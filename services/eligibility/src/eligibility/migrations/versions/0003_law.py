"""The province's own law data: levels, local benefits, switches; the clocks of dossiers."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import append_only, row_level_security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LAW = (
    """
    CREATE TABLE law_level (
        level_id uuid PRIMARY KEY,
        province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
        former_province_code text CHECK (former_province_code ~ '^[0-9]{2}$'),
        benefits text[] NOT NULL CHECK (cardinality(benefits) > 0),
        settings text[] NOT NULL CHECK (cardinality(settings) > 0),
        kind text NOT NULL CHECK (kind IN ('standard', 'absolute')),
        amount bigint NOT NULL CHECK (amount > 0),
        local_group text,
        group_title text,
        coefficient integer CHECK (coefficient > 0),
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        resolution text NOT NULL,
        source text NOT NULL,
        confidence text NOT NULL,
        note text,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CHECK (kind = 'standard' OR coefficient IS NULL)
    )
    """,
    """
    CREATE TABLE law_local_benefit (
        benefit_id uuid PRIMARY KEY,
        province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
        former_province_code text CHECK (former_province_code ~ '^[0-9]{2}$'),
        code text NOT NULL CHECK (code IN ('cremation', 'longevity')),
        ages integer[] NOT NULL,
        age_from integer,
        age_to integer,
        cash bigint NOT NULL CHECK (cash >= 0),
        gift bigint NOT NULL CHECK (gift >= 0),
        silk_metres integer NOT NULL CHECK (silk_metres >= 0),
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        resolution text NOT NULL,
        source text NOT NULL,
        confidence text NOT NULL,
        note text,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE law_choice (
        choice_id uuid PRIMARY KEY,
        province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
        code text NOT NULL,
        value text NOT NULL,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        resolution text NOT NULL,
        reason text NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL
    )
    """,
)

CLOCKS = (
    "ALTER TABLE dossier ADD COLUMN counted_from date",
    "ALTER TABLE dossier ADD COLUMN intake_supplements integer NOT NULL DEFAULT 0",
    "ALTER TABLE dossier ADD COLUMN notice_on date",
    "ALTER TABLE dossier ADD COLUMN extensions integer NOT NULL DEFAULT 0",
    """
    UPDATE dossier SET counted_from = (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    WHERE counted_from IS NULL
    """,
    """
    CREATE TABLE dossier_letter (
        letter_id uuid PRIMARY KEY,
        dossier_code text NOT NULL REFERENCES dossier,
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN (
            'supplement_request', 'refusal', 'apology_needed', 'apology', 'closing'
        )),
        due_on date NOT NULL,
        new_due_on date,
        reason text NOT NULL,
        papers jsonb NOT NULL,
        written_by text NOT NULL,
        written_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX dossier_letter_dossier ON dossier_letter (dossier_code, written_at)",
    """
    CREATE UNIQUE INDEX dossier_letter_once ON dossier_letter (dossier_code, kind, due_on)
        WHERE kind IN ('apology_needed', 'apology')
    """,
)


def upgrade() -> None:
    """Create the tables; what a province enters is only ever added to."""
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    # Row-level security is forced for the owner too, who must see every commune here.
    op.execute("SELECT set_config('app.communes', '*', true)")
    for statement in (*LAW, *CLOCKS):
        op.execute(statement)
    for table in ("law_level", "law_local_benefit", "law_choice", "dossier_letter"):
        append_only(operations, table)
    row_level_security(operations, "dossier_letter")
