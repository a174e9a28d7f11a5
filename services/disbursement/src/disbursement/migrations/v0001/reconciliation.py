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
  PRIMARY KEY (reconciliation_id, partner, end_to_end_id)
)
""",
)
SECURED: tuple[str, ...] = (
    "reconciliation",
    "reconciliation_partner",
    "reconciliation_difference",
)
