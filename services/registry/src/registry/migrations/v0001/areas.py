"""Room `areas`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
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
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT area_difficulty_valid_to_valid_from_check CHECK (valid_to > valid_from),
  CONSTRAINT area_difficulty_village_village_key_check CHECK ((village IS NULL) = (village_key =
    '')),
  CONSTRAINT area_difficulty_periods EXCLUDE USING gist (unit_code WITH =, village_key WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)
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
  CONSTRAINT village_name_valid_to_valid_from_check CHECK (valid_to IS NULL OR valid_from IS NULL
    OR valid_from < valid_to),
  CONSTRAINT village_name_periods EXCLUDE USING gist (village_id WITH =, daterange(valid_from,
    valid_to) WITH &&) WHERE (superseded_at IS NULL),
  CONSTRAINT village_name_taken EXCLUDE USING gist (unit_code WITH =, name_key WITH =,
    former_unit_code WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS
    NULL)
)
""",
    """
CREATE INDEX village_name_former ON village_name (former_unit_code, name_key)
  WHERE superseded_at IS NULL
""",
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
  CONSTRAINT residence_task_closed_at_settled_code_check CHECK ((closed_at IS NULL) =
    (settled_code IS NULL))
)
""",
    """
CREATE UNIQUE INDEX residence_task_open ON residence_task (person_id)
  WHERE closed_at IS NULL
""",
    """
CREATE INDEX residence_task_commune ON residence_task (commune_code, task_id)
  WHERE closed_at IS NULL
""",
)
SECURED: tuple[str, ...] = ("residence_task",)
