"""Room `projections`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE person (
  person_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  sex text NOT NULL,
  birth_date date NOT NULL,
  poverty_class text NOT NULL,
  death_date date,
  verification text NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX person_commune ON person (commune_code)",
    """
CREATE TABLE entitlement (
  entitlement_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  group_code text NOT NULL,
  status text NOT NULL,
  status_reason text,
  levels jsonb NOT NULL,
  origin text NOT NULL,
  signed_on date NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX entitlement_commune ON entitlement (commune_code)",
    "CREATE INDEX entitlement_person ON entitlement (person_id, benefit)",
    """
CREATE TABLE payment_list (
  list_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  content_hash text NOT NULL,
  lines bigint NOT NULL,
  total bigint NOT NULL,
  sealed_on date NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX payment_list_month ON payment_list (month, commune_code)",
    """
CREATE TABLE list_line (
  line_id uuid PRIMARY KEY,
  list_id uuid NOT NULL,
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  group_code text NOT NULL,
  method text NOT NULL,
  partner text NOT NULL,
  regular bigint NOT NULL,
  arrears bigint NOT NULL,
  arrears_months integer NOT NULL,
  carried bigint NOT NULL,
  total bigint NOT NULL,
  sex text,
  provision text
)
""",
    "CREATE INDEX list_line_month ON list_line (month, commune_code)",
    "CREATE INDEX list_line_person ON list_line (person_id)",
    "CREATE INDEX list_line_list ON list_line (list_id)",
    """
CREATE TABLE line_result (
  line_id uuid PRIMARY KEY,
  list_id uuid NOT NULL,
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  outcome text NOT NULL,
  amount bigint NOT NULL,
  reason text,
  settled_on date,
  version bigint NOT NULL
)
""",
    "CREATE INDEX line_result_month ON line_result (month, commune_code)",
    """
CREATE TABLE reconciliation (
  list_id uuid NOT NULL,
  partner text NOT NULL,
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  matched_lines bigint NOT NULL,
  matched_amount bigint NOT NULL,
  unexplained_lines bigint NOT NULL,
  unexplained_amount bigint NOT NULL,
  carried_lines bigint NOT NULL,
  carried_amount bigint NOT NULL,
  reconciled_on date NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (list_id, partner)
)
""",
    "CREATE INDEX reconciliation_month ON reconciliation (month, commune_code)",
    """
CREATE TABLE recovery (
  recovery_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  reason text NOT NULL,
  first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
  months integer NOT NULL,
  total bigint NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX recovery_commune ON recovery (commune_code, first_month)",
    """
CREATE TABLE area (
  commune_code text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  province_name text NOT NULL,
  version bigint NOT NULL
)
""",
    """
CREATE TABLE freshness (
  producer text PRIMARY KEY,
  event_time timestamptz NOT NULL
)
""",
)
SECURED: tuple[str, ...] = (
    "area",
    "person",
    "entitlement",
    "payment_list",
    "list_line",
    "line_result",
    "reconciliation",
    "recovery",
)
