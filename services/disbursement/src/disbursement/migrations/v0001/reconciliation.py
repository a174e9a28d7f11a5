"""Rooms `reconciliation` and `recovery`."""

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
    """
CREATE TABLE recovery_case (
  recovery_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('deceased', 'level_lowered', 'highest_only', 'other')),
  total bigint NOT NULL CHECK (total > 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  opened_on date NOT NULL,
  list_id uuid NOT NULL,
  treasury_slip text,
  version bigint NOT NULL DEFAULT 1
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
  PRIMARY KEY (recovery_id, month)
)
""",
    "CREATE INDEX recovery_month_by_person ON recovery_month (person_id, benefit, month)",
)

SECURED = (
    "reconciliation",
    "reconciliation_partner",
    "reconciliation_difference",
    "recovery_case",
    "recovery_month",
)
