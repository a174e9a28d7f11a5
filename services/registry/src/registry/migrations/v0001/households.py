"""Room `households`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE household (
  household_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  recorded_at timestamptz NOT NULL,
  village text,
  version bigint NOT NULL DEFAULT 0
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
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  decision_date date,
  CONSTRAINT household_class_valid_to_valid_from_check CHECK (valid_to > valid_from),
  CONSTRAINT household_class_periods EXCLUDE USING gist (household_id WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)
)
""",
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
  relation text NOT NULL CHECK (relation IN ('head', 'spouse', 'child', 'parent', 'grandchild',
    'sibling', 'other')),
  valid_from date,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  cause text CHECK (cause IN ('death', 'merge')),
  cause_person uuid REFERENCES person,
  set_aside text CHECK (set_aside IN ('death', 'merge')),
  CONSTRAINT household_member_cause_cause_person_check CHECK ((cause IS NULL) = (cause_person IS
    NULL)),
  CONSTRAINT household_member_set_aside_superseded_at_check CHECK (set_aside IS NULL OR
    superseded_at IS NOT NULL),
  CONSTRAINT household_member_valid_to_valid_from_check CHECK (valid_to IS NULL OR valid_from IS
    NULL OR valid_from < valid_to),
  CONSTRAINT household_member_one_household EXCLUDE USING gist (person_id WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL),
  CONSTRAINT household_member_one_head EXCLUDE USING gist (household_id WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL AND relation = 'head')
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
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT household_flag_valid_to_valid_from_check CHECK (valid_to > valid_from),
  CONSTRAINT household_flag_periods EXCLUDE USING gist (household_id WITH =, flag WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)
)
""",
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
SECURED: tuple[str, ...] = (
    "household",
    "household_class",
    "household_code",
    "household_member",
    "household_flag",
    "poverty_list",
    "poverty_list_upload",
    "poverty_list_row",
    "poverty_list_change",
)
