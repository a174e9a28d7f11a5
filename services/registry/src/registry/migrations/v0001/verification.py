"""Room `verification`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE verification_check (
  check_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  request_id text NOT NULL,
  operation_id uuid,
  status text NOT NULL CHECK (status IN ('unverified', 'verified', 'mismatch', 'not_found')),
  mismatches text[] NOT NULL DEFAULT '{}',
  checked_at timestamptz NOT NULL,
  fields jsonb NOT NULL DEFAULT '{}'
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
  closed_at timestamptz,
  fields text[] NOT NULL DEFAULT '{}',
  answer bytea,
  digest bytea,
  closed_by text,
  note text,
  resolution text CHECK (resolution IN ('agrees', 'accepted', 'kept')),
  CONSTRAINT verification_task_forgets CHECK (closed_at IS NULL OR answer IS NULL)
)
""",
    """
CREATE UNIQUE INDEX verification_task_open ON verification_task (person_id, reason)
  WHERE closed_at IS NULL
""",
    "CREATE INDEX verification_task_commune ON verification_task (commune_code, task_id)",
    """
CREATE INDEX verification_task_kept ON verification_task (person_id, reason)
  WHERE resolution = 'kept'
""",
    """
CREATE TABLE verification_round (
  name text PRIMARY KEY,
  after_id uuid,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  asked bigint NOT NULL DEFAULT 0
)
""",
)
SECURED: tuple[str, ...] = (
    "verification_check",
    "verification_task",
)
