"""The tables of the walking skeleton: people, households, dated facts, checks, intake."""

from __future__ import annotations

from alembic import op

from common.database.migrations import infrastructure_v1, row_level_security

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PERSONS = (
    """
    CREATE TABLE person (
        person_id uuid PRIMARY KEY,
        personal_id text UNIQUE CHECK (personal_id ~ '^[0-9]{12}$'),
        former_number text CHECK (former_number ~ '^[0-9]{9}$'),
        full_name text NOT NULL,
        name_key text NOT NULL,
        name_sort text NOT NULL,
        birth_date date NOT NULL,
        birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
        sex text NOT NULL CHECK (sex IN ('male', 'female')),
        commune_code text NOT NULL CHECK (commune_code ~ '^[0-9]{5}$'),
        village text,
        former_commune text,
        phone text,
        household_id uuid,
        poverty_class text NOT NULL DEFAULT 'none'
            CHECK (poverty_class IN ('poor', 'near_poor', 'none')),
        death_date date,
        verification text NOT NULL DEFAULT 'unverified'
            CHECK (verification IN ('unverified', 'verified', 'mismatch', 'not_found')),
        version bigint NOT NULL CHECK (version > 0),
        recorded_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CHECK (personal_id IS NOT NULL OR former_number IS NOT NULL)
    ) WITH (fillfactor = 80)
    """,
    (
        "CREATE UNIQUE INDEX person_without_id ON person (former_number, name_key, birth_date)"
        " WHERE personal_id IS NULL"
    ),
    "CREATE INDEX person_name ON person (commune_code, name_key text_pattern_ops)",
    "CREATE INDEX person_sorted ON person (commune_code, name_sort, person_id)",
    "CREATE INDEX person_birth_year ON person (commune_code, (extract(year FROM birth_date)))",
    "CREATE INDEX person_household ON person (household_id) WHERE household_id IS NOT NULL",
    """
    CREATE TABLE person_version (
        version_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        personal_id text,
        former_number text,
        full_name text NOT NULL,
        birth_date date NOT NULL,
        birth_precision text NOT NULL,
        sex text NOT NULL,
        village text,
        former_commune text,
        phone text,
        valid_from date,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to),
        CONSTRAINT person_version_periods EXCLUDE USING gist (
            person_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
    "CREATE INDEX person_version_person ON person_version (person_id, recorded_at)",
)
_HOUSEHOLDS = (
    """
    CREATE TABLE household (
        household_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        recorded_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE household_class (
        class_id uuid PRIMARY KEY,
        household_id uuid NOT NULL REFERENCES household,
        commune_code text NOT NULL,
        year integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
        poverty_class text NOT NULL CHECK (poverty_class IN ('poor', 'near_poor', 'none')),
        decision text,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to > valid_from),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        CONSTRAINT household_class_periods EXCLUDE USING gist (
            household_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
)
_CIRCUMSTANCES = (
    """
    CREATE TABLE circumstance (
        circumstance_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('disability', 'pension_income')),
        degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
        certificate_number text,
        certificate_date date,
        monthly_amount bigint CHECK (monthly_amount >= 0),
        valid_from date,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        supersedes uuid,
        CHECK ((kind = 'disability') = (degree IS NOT NULL)),
        CHECK ((kind = 'pension_income') = (monthly_amount IS NOT NULL)),
        CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to),
        CONSTRAINT circumstance_periods EXCLUDE USING gist (
            person_id WITH =, kind WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
)
_VERIFICATION = (
    """
    CREATE TABLE verification_check (
        check_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        request_id text NOT NULL,
        operation_id uuid,
        status text NOT NULL
            CHECK (status IN ('unverified', 'verified', 'mismatch', 'not_found')),
        mismatches text[] NOT NULL DEFAULT '{}',
        checked_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX verification_check_person ON verification_check (person_id, checked_at DESC)",
    "CREATE INDEX verification_check_commune ON verification_check (commune_code, status)",
    """
    CREATE TABLE verification_task (
        task_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        reason text NOT NULL,
        opened_at timestamptz NOT NULL,
        closed_at timestamptz
    )
    """,
    (
        "CREATE UNIQUE INDEX verification_task_open ON verification_task (person_id, reason)"
        " WHERE closed_at IS NULL"
    ),
)
_INTAKE = (
    """
    CREATE TABLE intake_import (
        import_id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('beneficiary_list', 'death_notices')),
        commune_code text NOT NULL,
        file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
        file_size bigint NOT NULL,
        list_month date,
        paid_since date,
        operation_id uuid NOT NULL,
        header_row integer,
        header_columns jsonb NOT NULL DEFAULT '{}',
        row_count integer,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        UNIQUE (commune_code, kind, file_sha256),
        CHECK ((kind = 'beneficiary_list') = (list_month IS NOT NULL))
    )
    """,
    """
    CREATE TABLE intake_upload (
        import_id uuid PRIMARY KEY REFERENCES intake_import,
        commune_code text NOT NULL,
        content bytea NOT NULL
    )
    """,
    """
    CREATE TABLE intake_slice (
        import_id uuid NOT NULL REFERENCES intake_import,
        number integer NOT NULL,
        commune_code text NOT NULL,
        row_count integer NOT NULL,
        applied_at timestamptz NOT NULL,
        PRIMARY KEY (import_id, number)
    )
    """,
    """
    CREATE TABLE intake_row (
        import_id uuid NOT NULL REFERENCES intake_import,
        row_number integer NOT NULL,
        commune_code text NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')),
        person_id uuid REFERENCES person,
        benefit text,
        digest bytea,
        PRIMARY KEY (import_id, row_number)
    )
    """,
    "CREATE INDEX intake_row_person ON intake_row (person_id, benefit) WHERE person_id IS NOT NULL",
    """
    CREATE TABLE intake_finding (
        import_id uuid NOT NULL REFERENCES intake_import,
        row_number integer NOT NULL,
        code text NOT NULL,
        commune_code text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
        column_name text,
        value_masked text,
        message text NOT NULL,
        PRIMARY KEY (import_id, row_number, code)
    )
    """,
    """
    CREATE TABLE death_notice (
        notice_id uuid PRIMARY KEY,
        import_id uuid NOT NULL REFERENCES intake_import,
        row_number integer NOT NULL,
        commune_code text NOT NULL,
        notice_number text NOT NULL,
        full_name text NOT NULL,
        name_key text NOT NULL,
        birth_date date,
        birth_precision text NOT NULL,
        personal_id text,
        former_number text,
        death_date date NOT NULL,
        notice_date date,
        registering_commune text,
        state text NOT NULL CHECK (state IN ('pending', 'matched', 'contradicts')),
        person_id uuid REFERENCES person,
        recorded_at timestamptz NOT NULL,
        matched_at timestamptz,
        UNIQUE (commune_code, notice_number)
    )
    """,
    "CREATE INDEX death_notice_pending ON death_notice (personal_id) WHERE state = 'pending'",
    (
        "CREATE INDEX death_notice_pending_former ON death_notice (former_number, name_key)"
        " WHERE state = 'pending' AND personal_id IS NULL"
    ),
)
_BY_COMMUNE = (
    "person",
    "person_version",
    "household",
    "household_class",
    "circumstance",
    "verification_check",
    "verification_task",
    "intake_import",
    "intake_upload",
    "intake_slice",
    "intake_row",
    "intake_finding",
    "death_notice",
)


def upgrade() -> None:
    """Make every table; row-level security by commune is forced on each."""
    infrastructure_v1(op)
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for statement in (*_PERSONS, *_HOUSEHOLDS, *_CIRCUMSTANCES, *_VERIFICATION, *_INTAKE):
        op.execute(statement)
    for table in _BY_COMMUNE:
        row_level_security(op, table)
