"""Room `persons`, as it was first installed; frozen."""

from registry.migrations.v0001.persons_functions import FUNCTIONS

STATEMENTS: tuple[str, ...] = (
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
  poverty_class text NOT NULL DEFAULT 'none' CHECK (poverty_class IN ('poor', 'near_poor',
    'none')),
  death_date date,
  verification text NOT NULL DEFAULT 'unverified' CHECK (verification IN ('unverified',
    'verified', 'mismatch', 'not_found')),
  version bigint NOT NULL CHECK (version > 0),
  recorded_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  email text,
  address text,
  e_identity boolean,
  missing_since date,
  left_on date,
  merged_into uuid REFERENCES person,
  CONSTRAINT person_personal_id_former_number_check CHECK (personal_id IS NOT NULL OR
    former_number IS NOT NULL),
  CONSTRAINT person_merged_elsewhere CHECK (merged_into <> person_id)
) WITH (fillfactor = 80)
""",
    """
CREATE UNIQUE INDEX person_without_id ON person (former_number, name_key, birth_date)
  WHERE personal_id IS NULL
""",
    "CREATE INDEX person_name ON person (commune_code, name_key text_pattern_ops)",
    "CREATE INDEX person_sorted ON person (commune_code, name_sort, person_id)",
    "CREATE INDEX person_household ON person (household_id) WHERE household_id IS NOT NULL",
    "CREATE INDEX person_birth ON person (commune_code, birth_date) INCLUDE (name_key, person_id)",
    "CREATE INDEX person_former_number ON person (former_number) WHERE former_number IS NOT NULL",
    "CREATE INDEX person_merged_into ON person (merged_into) WHERE merged_into IS NOT NULL",
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
  email text,
  address text,
  e_identity boolean,
  CONSTRAINT person_version_valid_to_valid_from_check CHECK (valid_to IS NULL OR valid_from IS
    NULL OR valid_from < valid_to),
  CONSTRAINT person_version_periods EXCLUDE USING gist (person_id WITH =, daterange(valid_from,
    valid_to) WITH &&) WHERE (superseded_at IS NULL)
)
""",
    "CREATE INDEX person_version_person ON person_version (person_id, recorded_at)",
    """
CREATE TABLE person_number (
  number_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('personal_id', 'cmnd')),
  number text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('wrong', 'reissued', 'former')),
  note text,
  valid_from date,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT person_number_number_kind_check CHECK (number ~ CASE kind WHEN 'cmnd' THEN
    '^[0-9]{9}$' ELSE '^[0-9]{12}$' END),
  CONSTRAINT person_number_kind_reason_check CHECK (kind = 'personal_id' OR reason <> 'reissued'),
  CONSTRAINT person_number_valid_to_valid_from_check CHECK (valid_to IS NULL OR valid_from IS NULL
    OR valid_from <= valid_to)
)
""",
    "CREATE INDEX person_number_number ON person_number (number) WHERE superseded_at IS NULL",
    "CREATE INDEX person_number_person ON person_number (person_id)",
    """
CREATE UNIQUE INDEX person_number_once ON person_number (person_id, kind, number)
  WHERE superseded_at IS NULL
""",
    """
CREATE UNIQUE INDEX person_number_reissued ON person_number (number)
  WHERE superseded_at IS NULL AND kind = 'personal_id' AND reason = 'reissued'
""",
    """
CREATE TABLE person_vital (
  vital_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('death', 'missing')),
  happened_on date NOT NULL,
  source text NOT NULL CHECK (source IN ('civil_status', 'family', 'official', 'court')),
  notice_number text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  superseded_by text,
  superseded_reason text,
  household_id uuid
)
""",
    "CREATE INDEX person_vital_person ON person_vital (person_id, recorded_at)",
    """
CREATE UNIQUE INDEX person_vital_standing ON person_vital (person_id, kind)
  WHERE superseded_at IS NULL
""",
    """
CREATE TABLE person_merge (
  merge_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  into_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  undone_at timestamptz,
  undone_by text,
  undone_reason text,
  household_id uuid,
  household_carried boolean NOT NULL DEFAULT false,
  into_poverty_class text,
  CONSTRAINT person_merge_person_id_into_id_check CHECK (person_id <> into_id)
)
""",
    """
CREATE UNIQUE INDEX person_merge_standing ON person_merge (person_id)
  WHERE undone_at IS NULL
""",
    "CREATE INDEX person_merge_into ON person_merge (into_id)",
    """
CREATE TABLE person_move (
  move_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  from_commune text NOT NULL,
  to_commune text NOT NULL,
  moved_on date NOT NULL,
  village text,
  address text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'objected',
    'refused')),
  attempts integer NOT NULL DEFAULT 1,
  stated_by text NOT NULL,
  stated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_by text,
  settled_at timestamptz,
  reason text
)
""",
    "CREATE INDEX person_move_person ON person_move (person_id)",
    "CREATE INDEX person_move_waiting ON person_move (state, stated_at, move_id)",
    """
CREATE UNIQUE INDEX person_move_refused ON person_move (person_id, to_commune)
  WHERE state = 'refused'
""",
)
SECURED: tuple[str, ...] = (
    "person",
    "person_version",
    "person_number",
    "person_vital",
    "person_merge",
)

_MINE = (
    "(SELECT current_setting('app.communes', true)) = '*' OR commune_code = ANY ("
    "(SELECT string_to_array(current_setting('app.communes', true), ','))::text[])"
)
"""The policy `communes` of every table, with the setting read once for a statement, not per row."""

AFTERWARDS: tuple[str, ...] = (
    # Both communes see a move; a refused one only the commune where the person lives.
    """
    CREATE POLICY communes ON person_move USING (
        current_setting('app.communes', true) = '*'
        OR from_commune = ANY (string_to_array(current_setting('app.communes', true), ','))
        OR (to_commune = ANY (string_to_array(current_setting('app.communes', true), ','))
            AND state <> 'refused')
    )
    """,
    "ALTER TABLE person_move ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE person_move FORCE ROW LEVEL SECURITY",
    f"ALTER POLICY communes ON person USING ({_MINE})",
    # What was written down elsewhere belongs to whom the person belongs to now.
    f"""
    ALTER POLICY communes ON person_version USING (
        {_MINE} OR EXISTS (SELECT FROM person p WHERE p.person_id = person_version.person_id)
    )
    """,
    *FUNCTIONS,
)
