"""Room `facts`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE person_fact (
  person_id uuid NOT NULL,
  version bigint NOT NULL,
  personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
  full_name text NOT NULL,
  birth_date date NOT NULL,
  birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
  sex text NOT NULL CHECK (sex IN ('male', 'female')),
  commune_code text NOT NULL,
  poverty_class text NOT NULL,
  death_date date,
  verification text NOT NULL,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  village text,
  former_province_code text,
  merged_into uuid,
  PRIMARY KEY (person_id, version)
)
""",
    """
CREATE UNIQUE INDEX person_fact_current ON person_fact (person_id)
  WHERE superseded_at IS NULL
""",
    """
CREATE INDEX person_fact_personal_id ON person_fact (personal_id)
  WHERE superseded_at IS NULL
""",
    "CREATE INDEX person_fact_commune ON person_fact (commune_code) WHERE superseded_at IS NULL",
    "CREATE INDEX person_fact_merged ON person_fact (merged_into) WHERE merged_into IS NOT NULL",
    """
CREATE TABLE poverty_fact (
  person_id uuid NOT NULL,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  poverty_class text NOT NULL CHECK (poverty_class IN ('poor', 'near_poor', 'none')),
  year integer NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, version)
)
""",
    """
CREATE TABLE circumstance_fact (
  person_id uuid NOT NULL,
  version bigint NOT NULL,
  circumstance_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  degree text CHECK (degree IN ('mild', 'severe', 'very_severe')),
  certificate_date date,
  monthly_amount bigint CHECK (monthly_amount >= 0),
  valid_from date,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  fact jsonb NOT NULL DEFAULT '{}',
  child_key text NOT NULL DEFAULT '',
  PRIMARY KEY (person_id, version)
)
""",
    "CREATE INDEX circumstance_fact_circumstance ON circumstance_fact (circumstance_id)",
    """
CREATE INDEX circumstance_fact_ends ON circumstance_fact (valid_to)
  WHERE superseded_at IS NULL AND valid_to IS NOT NULL
""",
    """
CREATE TABLE move_fact (
  person_id uuid NOT NULL,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  village text,
  to_commune text,
  moved_on date NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, version)
)
""",
    """
CREATE TABLE area_fact (
  area_key text NOT NULL,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  village text NOT NULL DEFAULT '',
  difficult boolean NOT NULL,
  decision_number text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (area_key, version)
)
""",
    "CREATE INDEX area_fact_commune ON area_fact (commune_code)",
    """
CREATE TABLE representation_fact (
  person_id uuid NOT NULL,
  version bigint NOT NULL,
  representation_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  representative_person_id uuid,
  may_receive_money boolean NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  PRIMARY KEY (person_id, version)
)
""",
    """
CREATE INDEX representation_fact_ends ON representation_fact (valid_to)
  WHERE superseded_at IS NULL AND valid_to IS NOT NULL
""",
    """
CREATE TABLE receipt_fact (
  entitlement_id uuid NOT NULL,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  status text NOT NULL,
  levels jsonb NOT NULL,
  version bigint NOT NULL,
  group_code text NOT NULL DEFAULT '',
  signed_on date,
  recorded_at timestamptz NOT NULL DEFAULT '-infinity',
  superseded_at timestamptz,
  PRIMARY KEY (entitlement_id, version)
)
""",
    "CREATE INDEX receipt_fact_person ON receipt_fact (person_id)",
    """
CREATE UNIQUE INDEX receipt_fact_current ON receipt_fact (entitlement_id)
  WHERE superseded_at IS NULL
""",
    """
CREATE TABLE fact_sheet (
  person_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  village text,
  former_province_code text,
  day date NOT NULL,
  plain_from date NOT NULL,
  plain_to date NOT NULL,
  birth_date date NOT NULL,
  birth_precision text NOT NULL,
  sex text NOT NULL,
  death_date date,
  missing_since date,
  setting text NOT NULL,
  poverty_class text,
  abandoned boolean NOT NULL,
  adopted boolean NOT NULL,
  father_status text NOT NULL,
  mother_status text NOT NULL,
  study_level text,
  study_continuous boolean,
  had_no_care_at_16 boolean NOT NULL,
  neutral_code text,
  wage_income bigint,
  pension_income bigint,
  survivor_allowance boolean NOT NULL,
  other_allowance boolean NOT NULL,
  marital_status text,
  children text,
  child_kept_studying boolean NOT NULL,
  support text,
  cannot_live_in_community boolean NOT NULL,
  taken_in boolean NOT NULL,
  disability_degree text,
  certificate_date date,
  pregnant boolean NOT NULL,
  spouse_supported boolean NOT NULL,
  care text NOT NULL,
  carer_qualifies boolean,
  carer_person_id uuid,
  detained_since date,
  imprisoned_since date,
  local_group text,
  request text,
  signed_on date,
  receiving_since date,
  kinds text
)
""",
    "CREATE INDEX fact_sheet_commune ON fact_sheet (commune_code, person_id)",
)
SECURED: tuple[str, ...] = (
    "person_fact",
    "poverty_fact",
    "circumstance_fact",
    "move_fact",
    "area_fact",
    "representation_fact",
    "receipt_fact",
    "fact_sheet",
)
