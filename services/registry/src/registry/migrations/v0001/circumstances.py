"""Room `circumstances`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE circumstance (
  circumstance_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('disability', 'pension_income', 'wage_income', 'care_source',
    'study', 'marital', 'child', 'support', 'care_need', 'care', 'pregnancy', 'couple',
    'detention', 'facility', 'missing', 'neutral', 'local_group')),
  degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
  certificate_number text,
  certificate_date date,
  monthly_amount bigint CHECK (monthly_amount >= 0),
  valid_from date,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  supersedes uuid,
  content jsonb NOT NULL DEFAULT '{}',
  child_key text NOT NULL DEFAULT '',
  paper jsonb,
  reason text,
  superseded_by text,
  superseded_reason text,
  CONSTRAINT circumstance_kind_degree_check CHECK ((kind = 'disability') = (degree IS NOT NULL)),
  CONSTRAINT circumstance_valid_to_valid_from_check CHECK (valid_to IS NULL OR valid_from IS NULL
    OR valid_from < valid_to),
  CONSTRAINT circumstance_amount_check CHECK ((kind IN ('pension_income', 'wage_income')) =
    (monthly_amount IS NOT NULL)),
  CONSTRAINT circumstance_child_check CHECK ((kind = 'child') = (child_key <> '')),
  CONSTRAINT circumstance_content_check CHECK (jsonb_typeof(content) = 'object' AND
    jsonb_typeof(paper) = 'object'),
  CONSTRAINT circumstance_periods EXCLUDE USING gist (person_id WITH =, kind WITH =, child_key
    WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)
)
""",
    "CREATE INDEX circumstance_person ON circumstance (person_id, recorded_at)",
    """
CREATE INDEX circumstance_of_commune ON circumstance (commune_code, kind, circumstance_id)
  WHERE superseded_at IS NULL
""",
)
SECURED: tuple[str, ...] = ("circumstance",)
