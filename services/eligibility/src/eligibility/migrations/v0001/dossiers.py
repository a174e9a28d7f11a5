"""Room `dossiers`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE dossier (
  dossier_code text PRIMARY KEY,
  commune_code text NOT NULL,
  procedure_code text NOT NULL,
  benefit text NOT NULL,
  person_id uuid,
  status smallint NOT NULL CHECK (status BETWEEN 1 AND 10),
  received_at timestamptz NOT NULL,
  due_on date NOT NULL,
  declared_pension_income bigint CHECK (declared_pension_income >= 0),
  papers jsonb NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  counted_from date,
  intake_supplements integer NOT NULL DEFAULT 0,
  notice_on date,
  extensions integer NOT NULL DEFAULT 0,
  owner_number text,
  owner_name text NOT NULL,
  submitter jsonb,
  channel text NOT NULL CHECK (channel IN ('portal', 'counter', 'post', 'mobile', 'home')),
  asked text[] NOT NULL,
  claim jsonb NOT NULL
)
""",
    "CREATE INDEX dossier_commune ON dossier (commune_code, dossier_code)",
    """
CREATE INDEX dossier_unregistered ON dossier (owner_number)
  WHERE person_id IS NULL
""",
    """
CREATE TABLE dossier_step (
  dossier_code text NOT NULL REFERENCES dossier,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  status smallint NOT NULL,
  actor text NOT NULL,
  note text NOT NULL,
  taken_at timestamptz NOT NULL,
  PRIMARY KEY (dossier_code, version)
)
""",
    """
CREATE TABLE dossier_letter (
  letter_id uuid PRIMARY KEY,
  dossier_code text NOT NULL REFERENCES dossier,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('supplement_request', 'refusal', 'apology_needed', 'apology',
    'closing')),
  due_on date NOT NULL,
  new_due_on date,
  reason text NOT NULL,
  papers jsonb NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL
)
""",
    """
CREATE TABLE dossier_message (
  dossier_code text NOT NULL REFERENCES dossier,
  number integer NOT NULL,
  commune_code text NOT NULL,
  sealed bytea,
  digest bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (dossier_code, number)
)
""",
    """
CREATE TABLE dossier_counter (
  day date NOT NULL,
  commune_code text NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (day, commune_code)
)
""",
    """
CREATE TABLE commune_office (
  code text PRIMARY KEY,
  name text NOT NULL,
  province_name text NOT NULL
)
""",
    """
CREATE INDEX dossier_due ON dossier (commune_code, due_on, dossier_code)
  WHERE status IN (1, 2, 4, 5, 6)
""",
    "CREATE INDEX dossier_letter_dossier ON dossier_letter (dossier_code, written_at)",
    """
CREATE UNIQUE INDEX dossier_letter_once ON dossier_letter (dossier_code, kind, due_on)
  WHERE kind IN ('apology_needed', 'apology')
""",
)
SECURED: tuple[str, ...] = (
    "dossier",
    "dossier_step",
    "dossier_letter",
    "dossier_message",
    "dossier_counter",
)
APPEND_ONLY: tuple[str, ...] = (
    "dossier_step",
    "dossier_letter",
)
