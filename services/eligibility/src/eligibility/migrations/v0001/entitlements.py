"""Room `entitlements`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE entitlement (
  entitlement_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL REFERENCES benefit,
  group_code text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'held', 'suspended', 'stopped')),
  status_reason text,
  origin text NOT NULL CHECK (origin IN ('taken_over', 'grant')),
  stated_category text NOT NULL,
  listed_amount bigint NOT NULL CHECK (listed_amount >= 0),
  listed_coefficient integer NOT NULL CHECK (listed_coefficient > 0),
  paid_from date NOT NULL,
  paid_to date,
  old_decision_number text,
  old_decision_date date,
  decision_id uuid,
  decision_number text NOT NULL,
  signed_on date NOT NULL,
  decision_origin text NOT NULL,
  level_counts_from date,
  import_id uuid,
  row_number integer,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  cut_for_death date,
  levels_before_death bigint,
  payee_person_id uuid,
  levels_before_end bigint,
  CONSTRAINT entitlement_death_check CHECK ((cut_for_death IS NULL) = (levels_before_death IS
    NULL))
)
""",
    """
CREATE UNIQUE INDEX entitlement_one_each ON entitlement (person_id, benefit)
  WHERE status <> 'stopped'
""",
    "CREATE INDEX entitlement_commune ON entitlement (commune_code, entitlement_id)",
    """
CREATE INDEX entitlement_payee ON entitlement (payee_person_id)
  WHERE payee_person_id IS NOT NULL
""",
    "CREATE INDEX entitlement_person ON entitlement (person_id)",
    """
CREATE TABLE entitlement_level (
  entitlement_id uuid NOT NULL REFERENCES entitlement,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  from_month date NOT NULL CHECK (extract(day FROM from_month) = 1),
  to_month date,
  amount bigint NOT NULL CHECK (amount >= 0),
  coefficient integer NOT NULL,
  provision text NOT NULL,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  PRIMARY KEY (entitlement_id, version, from_month),
  CONSTRAINT entitlement_level_to_month_from_month_check CHECK (extract(day FROM to_month) = 1 AND
    to_month >= from_month),
  CONSTRAINT entitlement_level_entitlement_id_daterange_excl EXCLUDE USING gist (entitlement_id
    WITH =, daterange(from_month, coalesce(to_month, 'infinity'::date), '[]') WITH &&) WHERE
    (superseded_at IS NULL)
)
""",
    """
CREATE TABLE group_count (
  commune_code text PRIMARY KEY,
  version bigint NOT NULL CHECK (version > 0)
)
""",
    """
CREATE TABLE proposal (
  entitlement_id uuid NOT NULL REFERENCES entitlement,
  code text NOT NULL,
  commune_code text NOT NULL,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'signed')),
  from_month date NOT NULL,
  listed_amount bigint NOT NULL,
  listed_coefficient integer NOT NULL,
  proposed_amount bigint NOT NULL,
  law_coefficient integer NOT NULL,
  law_amount bigint NOT NULL,
  law_provision text,
  reasons text[] NOT NULL,
  found_at timestamptz NOT NULL,
  decision_id uuid REFERENCES decision,
  PRIMARY KEY (entitlement_id, code),
  CONSTRAINT proposal_signed_check CHECK ((status = 'signed') = (decision_id IS NOT NULL))
)
""",
    "CREATE INDEX proposal_commune ON proposal (commune_code, code, entitlement_id)",
)
SECURED: tuple[str, ...] = (
    "entitlement",
    "entitlement_level",
    "group_count",
    "proposal",
)
