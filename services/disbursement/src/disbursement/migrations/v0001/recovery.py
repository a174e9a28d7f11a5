"""Room `recovery`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE recovery_case (
  recovery_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('deceased', 'level_lowered', 'highest_only',
    'paid_twice', 'other')),
  total bigint NOT NULL CHECK (total > 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'withdrawn')),
  opened_on date NOT NULL,
  list_id uuid NOT NULL,
  treasury_slip text,
  version bigint NOT NULL DEFAULT 1,
  withdrawn bigint NOT NULL DEFAULT 0,
  collected bigint NOT NULL DEFAULT 0,
  written_off bigint NOT NULL DEFAULT 0,
  set_off bigint NOT NULL DEFAULT 0,
  budgeted bigint NOT NULL DEFAULT 0,
  noticed_on date,
  CONSTRAINT recovery_case_amounts_check CHECK (withdrawn + collected + written_off + set_off <= total
    AND budgeted <= collected)
)
""",
    "CREATE INDEX recovery_case_by_commune ON recovery_case (commune_code)",
    """
CREATE TABLE recovery_month (
  recovery_id uuid NOT NULL REFERENCES recovery_case,
  commune_code text NOT NULL,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  month date NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  budget_year integer NOT NULL,
  withdrawn bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (recovery_id, month)
)
""",
    "CREATE INDEX recovery_month_by_person ON recovery_month (person_id, benefit, month)",
    """
CREATE TABLE recovery_entry (
  entry_id uuid PRIMARY KEY,
  recovery_id uuid NOT NULL REFERENCES recovery_case,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('receipt', 'treasury_slip')),
  amount bigint NOT NULL CHECK (amount > 0),
  on_day date NOT NULL,
  paper text NOT NULL,
  budget_year integer,
  year_settled boolean,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL
)
""",
    "CREATE INDEX recovery_entry_by_case ON recovery_entry (recovery_id)",
    """
CREATE TABLE recovery_instalment (
  recovery_id uuid NOT NULL REFERENCES recovery_case,
  number integer NOT NULL,
  commune_code text NOT NULL,
  due_on date NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  PRIMARY KEY (recovery_id, number)
)
""",
    """
CREATE TABLE set_off_ground (
  code text PRIMARY KEY,
  title text NOT NULL,
  basis text NOT NULL,
  valid_from date NOT NULL,
  entered_by text NOT NULL,
  confirmed_by text,
  CONSTRAINT set_off_ground_by_check CHECK (confirmed_by <> entered_by)
)
""",
    """
CREATE TABLE recovery_decision (
  decision_id uuid PRIMARY KEY,
  recovery_id uuid NOT NULL REFERENCES recovery_case,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('write_off', 'set_off')),
  amount bigint NOT NULL CHECK (amount > 0),
  basis text NOT NULL,
  ground text REFERENCES set_off_ground,
  month date,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'confirmed', 'refused')),
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT recovery_decision_set_off_check CHECK ((kind = 'set_off') = (ground IS NOT NULL AND
    month IS NOT NULL)),
  CONSTRAINT recovery_decision_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT recovery_decision_decided_check CHECK ((state = 'proposed') = (decided_by IS NULL))
)
""",
    """
CREATE UNIQUE INDEX recovery_decision_open ON recovery_decision (recovery_id)
  WHERE state = 'proposed'
""",
    """
CREATE TABLE uncollected_report (
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  last_month date NOT NULL,
  commune_code text NOT NULL,
  months date[] NOT NULL,
  amount bigint NOT NULL,
  partner text NOT NULL,
  version bigint NOT NULL,
  reported_on date NOT NULL,
  PRIMARY KEY (person_id, benefit, last_month)
)
""",
    """
CREATE TABLE budget_return (
  return_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  through_month date NOT NULL,
  obligations uuid[] NOT NULL,
  people integer NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  reason text NOT NULL,
  state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'confirmed', 'refused')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  treasury_slip text,
  budget_year integer,
  CONSTRAINT budget_return_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT budget_return_decided_check CHECK ((state = 'proposed') = (decided_by IS NULL))
)
""",
    "CREATE INDEX budget_return_by_commune ON budget_return (commune_code)",
)
SECURED: tuple[str, ...] = (
    "recovery_case",
    "recovery_month",
    "recovery_entry",
    "recovery_instalment",
    "recovery_decision",
    "uncollected_report",
    "budget_return",
)
APPEND_ONLY: tuple[str, ...] = ("recovery_entry", "uncollected_report")
AFTERWARDS: tuple[str, ...] = ("REVOKE DELETE, TRUNCATE ON set_off_ground FROM {app_role}",)
