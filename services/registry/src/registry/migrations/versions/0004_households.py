"""Areas, households, poverty lists, representation."""

from __future__ import annotations

from alembic import op

from common.database.migrations import row_level_security

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Units and villages are public facts without people: a commune may read its neighbours' villages,
# which settle where a divided unit went, so these three tables have no row-level security.
_AREAS = (
    """
    CREATE TABLE area (
        unit_code text PRIMARY KEY CHECK (unit_code ~ '^[0-9]{5}$'),
        version bigint NOT NULL CHECK (version > 0)
    )
    """,
    """
    CREATE TABLE area_difficulty (
        difficulty_id uuid PRIMARY KEY,
        unit_code text NOT NULL,
        village text,
        village_key text NOT NULL DEFAULT '',
        difficult boolean NOT NULL,
        decision_number text NOT NULL,
        decision_date date NOT NULL,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to > valid_from),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        CHECK ((village IS NULL) = (village_key = '')),
        CONSTRAINT area_difficulty_periods EXCLUDE USING gist (
            unit_code WITH =, village_key WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
    """
    CREATE TABLE village_name (
        row_id uuid PRIMARY KEY,
        village_id uuid NOT NULL,
        unit_code text NOT NULL,
        name text NOT NULL,
        name_key text NOT NULL,
        former_unit_code text NOT NULL DEFAULT '',
        decision_number text,
        valid_from date,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to),
        CONSTRAINT village_name_periods EXCLUDE USING gist (
            village_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL),
        CONSTRAINT village_name_taken EXCLUDE USING gist (
            unit_code WITH =, name_key WITH =, former_unit_code WITH =,
            daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
    (
        "CREATE INDEX village_name_former ON village_name (former_unit_code, name_key)"
        " WHERE superseded_at IS NULL"
    ),
    """
    CREATE TABLE residence_task (
        task_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        former_unit_codes text[] NOT NULL,
        candidates text[] NOT NULL,
        village text,
        village_key text NOT NULL DEFAULT '',
        opened_at timestamptz NOT NULL,
        opened_by text NOT NULL,
        closed_at timestamptz,
        closed_by text,
        settled_code text,
        CHECK ((closed_at IS NULL) = (settled_code IS NULL))
    )
    """,
    (
        "CREATE UNIQUE INDEX residence_task_open ON residence_task (person_id)"
        " WHERE closed_at IS NULL"
    ),
    (
        "CREATE INDEX residence_task_commune ON residence_task (commune_code, task_id)"
        " WHERE closed_at IS NULL"
    ),
)
_HOUSEHOLDS = (
    "ALTER TABLE household ADD COLUMN village text",
    "ALTER TABLE household ADD COLUMN version bigint NOT NULL DEFAULT 0",
    "ALTER TABLE household_class ADD COLUMN decision_date date",
    """
    CREATE TABLE household_code (
        commune_code text NOT NULL,
        code text NOT NULL,
        household_id uuid NOT NULL REFERENCES household,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (commune_code, code)
    )
    """,
    "CREATE INDEX household_code_household ON household_code (household_id)",
    """
    CREATE TABLE household_member (
        member_id uuid PRIMARY KEY,
        household_id uuid NOT NULL REFERENCES household,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        relation text NOT NULL CHECK (relation IN (
            'head', 'spouse', 'child', 'parent', 'grandchild', 'sibling', 'other'
        )),
        valid_from date,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        cause text CHECK (cause IN ('death', 'merge')),
        cause_person uuid REFERENCES person,
        set_aside text CHECK (set_aside IN ('death', 'merge')),
        CHECK ((cause IS NULL) = (cause_person IS NULL)),
        CHECK (set_aside IS NULL OR superseded_at IS NOT NULL),
        CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to),
        CONSTRAINT household_member_one_household EXCLUDE USING gist (
            person_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL),
        CONSTRAINT household_member_one_head EXCLUDE USING gist (
            household_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL AND relation = 'head')
    )
    """,
    "CREATE INDEX household_member_household ON household_member (household_id, recorded_at)",
    "CREATE INDEX household_member_person ON household_member (person_id, recorded_at)",
    """
    CREATE TABLE household_flag (
        flag_id uuid PRIMARY KEY,
        household_id uuid NOT NULL REFERENCES household,
        commune_code text NOT NULL,
        flag text NOT NULL CHECK (flag IN ('no_labour', 'single')),
        holds boolean NOT NULL,
        basis text,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to > valid_from),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        CONSTRAINT household_flag_periods EXCLUDE USING gist (
            household_id WITH =, flag WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL)
    )
    """,
)
_LISTS = (
    """
    CREATE TABLE poverty_list (
        list_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        year integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
        decision_number text NOT NULL,
        decision_date date NOT NULL,
        complete boolean NOT NULL,
        file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
        file_size bigint NOT NULL,
        operation_id uuid NOT NULL,
        row_count integer,
        applied_slices integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        UNIQUE (commune_code, year, file_sha256)
    )
    """,
    """
    CREATE TABLE poverty_list_upload (
        list_id uuid PRIMARY KEY REFERENCES poverty_list,
        commune_code text NOT NULL,
        content bytea NOT NULL
    )
    """,
    """
    CREATE TABLE poverty_list_row (
        list_id uuid NOT NULL REFERENCES poverty_list,
        row_number integer NOT NULL,
        commune_code text NOT NULL,
        household_code text,
        outcome text NOT NULL CHECK (outcome IN ('placed', 'unchanged', 'unknown', 'refused')),
        person_id uuid REFERENCES person,
        household_id uuid REFERENCES household,
        findings jsonb NOT NULL DEFAULT '[]',
        PRIMARY KEY (list_id, row_number)
    )
    """,
    """
    CREATE TABLE poverty_list_change (
        list_id uuid NOT NULL REFERENCES poverty_list,
        household_id uuid NOT NULL REFERENCES household,
        commune_code text NOT NULL,
        before text NOT NULL CHECK (before IN ('poor', 'near_poor', 'none')),
        after text NOT NULL CHECK (after IN ('poor', 'near_poor', 'none')),
        change text NOT NULL CHECK (change IN ('left', 'fell', 'shifted', 'stayed')),
        is_new boolean NOT NULL,
        PRIMARY KEY (list_id, household_id)
    )
    """,
)
_REPRESENTATION = (
    """
    CREATE TABLE representation (
        row_id uuid PRIMARY KEY,
        representation_id uuid NOT NULL,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('guardian', 'carer', 'authorised_recipient')),
        representative_person_id uuid,
        representative_name text NOT NULL,
        representative_number text,
        representative_relation text,
        representative_phone text,
        may_receive_money boolean NOT NULL,
        paper_kind text NOT NULL,
        paper_number text,
        paper_date date NOT NULL,
        paper_issuer text NOT NULL,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        revoked_on date,
        revoked_reason text,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        cause text CHECK (cause IN ('death', 'merge')),
        cause_person uuid REFERENCES person,
        set_aside text CHECK (set_aside IN ('death', 'merge')),
        set_aside_person uuid REFERENCES person,
        CHECK ((cause IS NULL) = (cause_person IS NULL)),
        CHECK ((set_aside IS NULL) = (set_aside_person IS NULL)),
        CHECK (set_aside IS NULL OR superseded_at IS NOT NULL),
        CHECK (representative_person_id <> person_id),
        CHECK ((revoked_on IS NULL) = (revoked_reason IS NULL)),
        CONSTRAINT representation_once EXCLUDE USING gist (
            representation_id WITH =
        ) WHERE (superseded_at IS NULL),
        CONSTRAINT representation_one_recipient EXCLUDE USING gist (
            person_id WITH =, daterange(valid_from, valid_to) WITH &&
        ) WHERE (superseded_at IS NULL AND kind = 'authorised_recipient')
    )
    """,
    "CREATE INDEX representation_person ON representation (person_id, recorded_at)",
    (
        "CREATE INDEX representation_by ON representation (representative_person_id)"
        " WHERE superseded_at IS NULL AND representative_person_id IS NOT NULL"
    ),
    (
        "CREATE INDEX representation_expiring ON representation (commune_code, valid_to)"
        " WHERE superseded_at IS NULL AND valid_to IS NOT NULL"
    ),
)
# Who was in which household was known only in the present, and nobody's place in it.
_BACKFILL = (
    "SELECT set_config('app.communes', '*', true)",
    """
    INSERT INTO household_member (
        member_id, household_id, person_id, commune_code, relation, recorded_at, recorded_by
    )
    SELECT uuidv7(), p.household_id, p.person_id, h.commune_code,
        CASE WHEN count(*) OVER (PARTITION BY p.household_id) = 1 THEN 'head' ELSE 'other' END,
        p.recorded_at, 'migration'
    FROM person p JOIN household h USING (household_id)
    """,
)
_BY_COMMUNE = (
    "residence_task",
    "household_code",
    "household_member",
    "household_flag",
    "poverty_list",
    "poverty_list_upload",
    "poverty_list_row",
    "poverty_list_change",
    "representation",
)


def upgrade() -> None:
    """Add units' facts, household timelines, poverty lists and representation."""
    for statement in (*_AREAS, *_HOUSEHOLDS, *_LISTS, *_REPRESENTATION):
        op.execute(statement)
    for table in _BY_COMMUNE:
        row_level_security(op, table)
    for statement in _BACKFILL:
        op.execute(statement)
