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
    """
CREATE TABLE population_notice (
  notice_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('death', 'move')),
  notice_number text NOT NULL,
  personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
  former_number text CHECK (former_number ~ '^[0-9]{9}$'),
  full_name text NOT NULL,
  birth_date date NOT NULL,
  birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
  happened_on date NOT NULL,
  to_commune text,
  trusted boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'applied', 'unchanged', 'outdated',
    'contradicts', 'to_check')),
  person_id uuid REFERENCES person,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  settled_at timestamptz,
  CONSTRAINT population_notice_personal_id_former_number_check CHECK (personal_id IS NOT NULL OR
    former_number IS NOT NULL),
  CONSTRAINT population_notice_kind_to_commune_check CHECK (kind = 'move' OR to_commune IS NULL),
  CONSTRAINT population_notice_state_settled_at_check CHECK ((state = 'pending') = (settled_at IS
    NULL)),
  UNIQUE (commune_code, kind, notice_number)
)
""",
    """
CREATE INDEX population_notice_pending ON population_notice (notice_id)
  WHERE state = 'pending'
""",
    "CREATE INDEX population_notice_commune ON population_notice (commune_code, notice_id)",
    """
CREATE INDEX population_notice_moved ON population_notice (person_id, happened_on)
  WHERE kind = 'move' AND state = 'applied'
""",
)
SECURED: tuple[str, ...] = (
    "verification_check",
    "verification_task",
    "population_notice",
)
