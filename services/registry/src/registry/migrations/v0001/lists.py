"""Room `lists`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE intake_import (
  import_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('beneficiary_list', 'death_notices',
    'residents', 'elders', 'disabled_people', 'monthly_names')),
  commune_code text NOT NULL,
  file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
  file_size bigint NOT NULL,
  list_month date,
  paid_since date,
  operation_id uuid,
  header_row integer,
  header_columns jsonb NOT NULL DEFAULT '{}',
  row_count integer,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  sheets text[] NOT NULL DEFAULT '{}',
  slice_rows integer,
  fingerprint text,
  mapping jsonb,
  proposal bytea,
  choices bytea,
  CONSTRAINT intake_import_kind_list_month_check CHECK ((kind = 'death_notices') = (list_month
    IS NULL)),
  UNIQUE (commune_code, kind, file_sha256)
)
""",
    "CREATE INDEX intake_import_newest ON intake_import (commune_code, import_id DESC)",
    """
CREATE TABLE intake_upload (
  import_id uuid PRIMARY KEY REFERENCES intake_import,
  commune_code text NOT NULL,
  content bytea NOT NULL
)
""",
    """
CREATE TABLE intake_upload_part (
  import_id uuid NOT NULL REFERENCES intake_import,
  part integer NOT NULL CHECK (part > 0),
  commune_code text NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (import_id, part)
)
""",
    """
CREATE TABLE intake_mapping (
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('beneficiary_list', 'death_notices',
    'residents', 'elders', 'disabled_people', 'monthly_names')),
  fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  columns jsonb NOT NULL,
  answers jsonb NOT NULL DEFAULT '{}',
  confirmed_at timestamptz NOT NULL,
  confirmed_by text NOT NULL,
  PRIMARY KEY (commune_code, kind, fingerprint)
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
    """
CREATE INDEX intake_row_person ON intake_row (person_id, benefit)
  WHERE person_id IS NOT NULL
""",
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
)
SECURED: tuple[str, ...] = (
    "intake_import",
    "intake_upload",
    "intake_upload_part",
    "intake_mapping",
    "intake_slice",
    "intake_row",
    "intake_finding",
)
