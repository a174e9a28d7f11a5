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
  withdrawn bigint NOT NULL DEFAULT 0
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
)
SECURED: tuple[str, ...] = (
    "recovery_case",
    "recovery_month",
)
