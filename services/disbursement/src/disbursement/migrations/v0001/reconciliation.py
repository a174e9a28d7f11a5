"""Room `reconciliation`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE reconciliation (
  reconciliation_id uuid PRIMARY KEY,
  list_id uuid NOT NULL UNIQUE,
  commune_code text NOT NULL,
  month date NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'closed')),
  runs integer NOT NULL,
  made_by text NOT NULL,
  reconciled_on date NOT NULL
)
""",
    """
CREATE TABLE reconciliation_partner (
  reconciliation_id uuid NOT NULL REFERENCES reconciliation,
  commune_code text NOT NULL,
  partner text NOT NULL,
  matched_lines integer NOT NULL,
  matched_amount bigint NOT NULL,
  carried_lines integer NOT NULL,
  carried_amount bigint NOT NULL,
  unexplained_lines integer NOT NULL,
  unexplained_amount bigint NOT NULL,
  overridden_by text,
  override_reason text,
  PRIMARY KEY (reconciliation_id, partner)
)
""",
    """
CREATE TABLE reconciliation_difference (
  reconciliation_id uuid NOT NULL REFERENCES reconciliation,
  commune_code text NOT NULL,
  partner text NOT NULL,
  end_to_end_id text NOT NULL,
  class text NOT NULL,
  person_id uuid,
  amount_listed bigint,
  amount_result bigint,
  amount_statement bigint,
  reason text,
  explained boolean NOT NULL DEFAULT false,
  PRIMARY KEY (reconciliation_id, partner, end_to_end_id)
)
""",
    """
CREATE TABLE difference_case (
  case_id uuid PRIMARY KEY,
  list_id uuid NOT NULL,
  commune_code text NOT NULL,
  partner text NOT NULL,
  end_to_end_id text NOT NULL,
  class text NOT NULL,
  amount bigint NOT NULL,
  opened_on date NOT NULL,
  due_on date NOT NULL,
  owner text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'proposed', 'explained', 'gone')),
  explanation text,
  proposed_by text,
  decided_by text,
  decided_at timestamptz,
  CONSTRAINT difference_case_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT difference_case_decided_check CHECK ((state = 'explained') = (decided_by IS NOT NULL)),
  UNIQUE (list_id, partner, end_to_end_id, class, amount)
)
""",
    """
CREATE TABLE budget_line (
  year integer NOT NULL,
  code text NOT NULL,
  title text NOT NULL,
  benefits text[] NOT NULL,
  estimate bigint NOT NULL CHECK (estimate >= 0),
  basis text NOT NULL,
  entered_by text NOT NULL,
  PRIMARY KEY (year, code)
)
""",
    "CREATE INDEX difference_case_by_commune ON difference_case (commune_code, state, due_on)",
)
SECURED: tuple[str, ...] = (
    "reconciliation",
    "reconciliation_partner",
    "reconciliation_difference",
    "difference_case",
)
