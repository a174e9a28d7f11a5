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
  personal_id text,
  full_name text NOT NULL,
  birth_precision text NOT NULL,
  village text,
  household_id uuid,
  merged_into uuid,
  version bigint NOT NULL
)
""",
    "CREATE INDEX person_commune ON person (commune_code)",
    """
CREATE TABLE fact (
  circumstance_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  fact jsonb,
  valid_from date,
  valid_to date,
  ended_on date,
  withdrawn boolean NOT NULL DEFAULT false
)
""",
    "CREATE INDEX fact_kind ON fact (kind, commune_code)",
    "CREATE INDEX fact_person ON fact (person_id)",
    """
CREATE TABLE representation (
  representation_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  representative_name text NOT NULL,
  may_receive_money boolean NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  version bigint NOT NULL
)
""",
    "CREATE INDEX representation_person ON representation (person_id)",
    """
CREATE TABLE household (
  household_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  village text,
  head_person_id uuid,
  members jsonb NOT NULL,
  poverty_class text NOT NULL,
  no_labour boolean NOT NULL,
  single boolean NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX household_commune ON household (commune_code)",
    """
CREATE TABLE household_class (
  household_id uuid NOT NULL,
  year integer NOT NULL,
  commune_code text NOT NULL,
  poverty_class text NOT NULL,
  people integer NOT NULL,
  decision_number text,
  version bigint NOT NULL,
  PRIMARY KEY (household_id, year)
)
""",
    "CREATE INDEX household_class_year ON household_class (year, commune_code)",
    """
CREATE TABLE dossier (
  dossier_code text PRIMARY KEY,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  status integer NOT NULL,
  received_on date NOT NULL,
  due_on date,
  channel text NOT NULL,
  moved_on date NOT NULL,
  finished_on date,
  supplement_asked boolean NOT NULL DEFAULT false,
  version bigint NOT NULL
)
""",
    "CREATE INDEX dossier_received ON dossier (received_on, commune_code)",
    """
CREATE TABLE one_off (
  one_off_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  provision text NOT NULL,
  amount bigint NOT NULL,
  signed_on date NOT NULL,
  event_on date NOT NULL,
  person_id uuid,
  version bigint NOT NULL
)
""",
    "CREATE INDEX one_off_signed ON one_off (signed_on, commune_code)",
    """
CREATE TABLE group_count (
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  counted_on date NOT NULL,
  sealed_counts text,
  version bigint NOT NULL,
  PRIMARY KEY (commune_code, month)
)
""",
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
  decision_number text NOT NULL,
  signed_on date NOT NULL,
  changed_on date NOT NULL,
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
    "fact",
    "representation",
    "household",
    "household_class",
    "dossier",
    "one_off",
    "group_count",
    "entitlement",
    "payment_list",
    "list_line",
    "line_result",
    "reconciliation",
    "recovery",
)
