"""Facts of every group, by both times."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import row_level_security

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PEOPLE = (
    "ALTER TABLE person_fact ADD COLUMN village text",
    "ALTER TABLE person_fact ADD COLUMN former_province_code text",
    "ALTER TABLE person_fact ADD COLUMN merged_into uuid",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX person_fact_merged ON person_fact (merged_into) WHERE merged_into IS NOT NULL
    """,
    """
    CREATE TABLE move_fact (
        person_id uuid NOT NULL,
        version bigint NOT NULL,
        commune_code text NOT NULL,
        village text,
        to_commune text,
        moved_on date NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (person_id, version)
    )
    """,
)
"""A move says where the person lived before it: `commune_code` and `village` are those left."""

# The two kinds of before keep their own columns, unread from here on; `fact` says it for all kinds.
CIRCUMSTANCES = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance_fact DROP CONSTRAINT circumstance_fact_kind_check
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance_fact DROP CONSTRAINT circumstance_fact_check
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance_fact DROP CONSTRAINT circumstance_fact_check1
    """,
    "ALTER TABLE circumstance_fact ADD COLUMN fact jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE circumstance_fact ADD COLUMN child_key text NOT NULL DEFAULT ''",
    """
    UPDATE circumstance_fact SET fact = CASE kind
        WHEN 'disability' THEN jsonb_build_object('kind', kind, 'degree', degree,
            'certificate_date', certificate_date)
        ELSE jsonb_build_object('kind', kind, 'monthly_amount', monthly_amount,
            'income_kind', 'pension') END
    """,
)

AREAS = (
    """
    CREATE TABLE area_fact (
        area_key text NOT NULL,
        version bigint NOT NULL,
        commune_code text NOT NULL,
        village text NOT NULL DEFAULT '',
        difficult boolean NOT NULL,
        decision_number text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (area_key, version)
    )
    """,
    "CREATE INDEX area_fact_commune ON area_fact (commune_code)",
)

REPRESENTATION = (
    """
    CREATE TABLE representation_fact (
        person_id uuid NOT NULL,
        version bigint NOT NULL,
        representation_id uuid NOT NULL,
        commune_code text NOT NULL,
        kind text NOT NULL,
        representative_person_id uuid,
        may_receive_money boolean NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        superseded_at timestamptz,
        PRIMARY KEY (person_id, version)
    )
    """,
    """
    CREATE INDEX representation_fact_ends ON representation_fact (valid_to)
        WHERE superseded_at IS NULL AND valid_to IS NOT NULL
    """,
)

RECEIPTS = (
    "ALTER TABLE receipt_fact ADD COLUMN group_code text NOT NULL DEFAULT ''",
    "ALTER TABLE receipt_fact ADD COLUMN signed_on date",
    "ALTER TABLE receipt_fact ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT '-infinity'",
    "ALTER TABLE receipt_fact ADD COLUMN superseded_at timestamptz",
    """
    UPDATE receipt_fact r SET group_code = e.group_code, recorded_at = e.updated_at,
        signed_on = coalesce(e.old_decision_date, e.signed_on)
    FROM entitlement e WHERE e.entitlement_id = r.entitlement_id
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE receipt_fact DROP CONSTRAINT receipt_fact_pkey
    """,
    """
    -- squawk-ignore adding-serial-primary-key-field, constraint-missing-not-valid
    ALTER TABLE receipt_fact ADD PRIMARY KEY (entitlement_id, version)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX receipt_fact_current ON receipt_fact (entitlement_id)
        WHERE superseded_at IS NULL
    """,
)

SHEET = (
    """
    CREATE TABLE fact_sheet (
        person_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        village text,
        former_province_code text,
        day date NOT NULL,
        plain_from date NOT NULL,
        plain_to date NOT NULL,
        birth_date date NOT NULL,
        birth_precision text NOT NULL,
        sex text NOT NULL,
        death_date date,
        missing_since date,
        setting text NOT NULL,
        poverty_class text,
        abandoned boolean NOT NULL,
        adopted boolean NOT NULL,
        father_status text NOT NULL,
        mother_status text NOT NULL,
        study_level text,
        study_continuous boolean,
        had_no_care_at_16 boolean NOT NULL,
        neutral_code text,
        wage_income bigint,
        pension_income bigint,
        survivor_allowance boolean NOT NULL,
        other_allowance boolean NOT NULL,
        marital_status text,
        children text,
        child_kept_studying boolean NOT NULL,
        support text,
        cannot_live_in_community boolean NOT NULL,
        taken_in boolean NOT NULL,
        disability_degree text,
        certificate_date date,
        pregnant boolean NOT NULL,
        spouse_supported boolean NOT NULL,
        care text NOT NULL,
        carer_qualifies boolean,
        carer_person_id uuid,
        detained_since date,
        imprisoned_since date,
        local_group text,
        request text,
        signed_on date,
        receiving_since date,
        kinds text
    )
    """,
    "CREATE INDEX fact_sheet_commune ON fact_sheet (commune_code, person_id)",
)
"""What is known now, a flat row per person: it holds on days from `plain_from` to before
`plain_to`. `day` is the day it was made for."""


def upgrade() -> None:
    """Change the tables."""
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    # Row-level security is forced for the owner too, who must see every commune here.
    op.execute("SELECT set_config('app.communes', '*', true)")
    for statement in (*PEOPLE, *CIRCUMSTANCES, *AREAS, *REPRESENTATION, *RECEIPTS, *SHEET):
        op.execute(statement)
    for table in ("move_fact", "area_fact", "representation_fact", "fact_sheet"):
        row_level_security(operations, table)
