"""Room `rulebook`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE benefit (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{2,39}$')
)
""",
    """
INSERT INTO benefit (code) VALUES ('facility_allowance'), ('disability_allowance'),
  ('social_allowance'), ('social_pension'), ('local_allowance'), ('single_parent_allowance'),
  ('disabled_parent_support'), ('care_support')
""",
    """
CREATE TABLE law_proposal (
  proposal_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('level', 'local_benefit', 'switch')),
  values jsonb NOT NULL,
  state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'confirmed', 'rejected')),
  operation_id uuid NOT NULL,
  effect jsonb,
  effect_version integer,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT law_proposal_state_decided_check CHECK (
    (state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
  ),
  CONSTRAINT law_proposal_second_person_check CHECK (
    state <> 'confirmed' OR decided_by <> proposed_by AND effect IS NOT NULL
  )
)
""",
    "CREATE INDEX law_proposal_state_idx ON law_proposal (state, proposed_at)",
    """
CREATE TABLE law_level (
  level_id uuid PRIMARY KEY,
  proposal_id uuid NOT NULL UNIQUE REFERENCES law_proposal,
  province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
  former_province_code text CHECK (former_province_code ~ '^[0-9]{2}$'),
  benefits text[] NOT NULL CHECK (cardinality(benefits) > 0),
  settings text[] NOT NULL CHECK (cardinality(settings) > 0),
  kind text NOT NULL CHECK (kind IN ('standard', 'absolute')),
  amount bigint NOT NULL CHECK (amount > 0),
  local_group text,
  group_title text,
  coefficient integer CHECK (coefficient > 0),
  valid_from date NOT NULL,
  valid_to date,
  resolution text NOT NULL,
  source text NOT NULL,
  confidence text NOT NULL,
  note text,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT law_level_valid_to_valid_from_check CHECK (valid_to >= valid_from),
  CONSTRAINT law_level_kind_coefficient_check CHECK (kind = 'standard' OR coefficient IS NULL)
)
""",
    """
CREATE TABLE law_local_benefit (
  benefit_id uuid PRIMARY KEY,
  proposal_id uuid NOT NULL UNIQUE REFERENCES law_proposal,
  province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
  former_province_code text CHECK (former_province_code ~ '^[0-9]{2}$'),
  code text NOT NULL CHECK (code IN ('cremation', 'longevity')),
  ages integer[] NOT NULL,
  age_from integer,
  age_to integer,
  cash bigint NOT NULL CHECK (cash >= 0),
  gift bigint NOT NULL CHECK (gift >= 0),
  silk_metres integer NOT NULL CHECK (silk_metres >= 0),
  valid_from date NOT NULL,
  valid_to date,
  resolution text NOT NULL,
  source text NOT NULL,
  confidence text NOT NULL,
  note text,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT law_local_benefit_valid_to_valid_from_check CHECK (valid_to >= valid_from)
)
""",
    """
CREATE TABLE law_choice (
  choice_id uuid PRIMARY KEY,
  proposal_id uuid NOT NULL UNIQUE REFERENCES law_proposal,
  province_code text NOT NULL CHECK (province_code ~ '^[0-9]{2}$'),
  code text NOT NULL,
  value text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  resolution text NOT NULL,
  reason text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT law_choice_valid_to_valid_from_check CHECK (valid_to >= valid_from)
)
""",
)
APPEND_ONLY: tuple[str, ...] = (
    "law_level",
    "law_local_benefit",
    "law_choice",
)
