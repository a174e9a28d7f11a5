"""Room `reviews`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE review_explanation (
  key text PRIMARY KEY,
  body jsonb NOT NULL
)
""",
    """
CREATE TABLE review_proposal (
  proposal_id uuid PRIMARY KEY,
  sweep_id uuid NOT NULL,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  village text,
  benefit text NOT NULL REFERENCES benefit,
  kind text NOT NULL CHECK (kind IN ('open', 'adjust', 'stop', 'suspend', 'paper_needed')),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  entitlement_id uuid,
  status text NOT NULL CHECK (status IN ('open', 'drafted', 'set_aside', 'signed', 'superseded')),
  reasons text[] NOT NULL,
  event_on date,
  missing_code text,
  current_amount bigint NOT NULL,
  law_amount bigint NOT NULL,
  law_coefficient bigint NOT NULL,
  law_provision text,
  explanation text NOT NULL REFERENCES review_explanation,
  facts jsonb NOT NULL,
  fingerprint text NOT NULL,
  found_at timestamptz NOT NULL,
  closed_at timestamptz,
  decision_id uuid REFERENCES decision,
  set_aside_by text,
  set_aside_reason text,
  CONSTRAINT review_proposal_closed_at_status_check CHECK ((closed_at IS NULL) = (status IN
    ('open', 'drafted', 'set_aside'))),
  CONSTRAINT review_proposal_status_set_aside_by_check CHECK ((status = 'set_aside') <=
    (set_aside_by IS NOT NULL AND set_aside_reason IS NOT NULL))
)
""",
    """
CREATE UNIQUE INDEX review_proposal_current ON review_proposal (person_id, benefit, kind, month)
  WHERE closed_at IS NULL
""",
    "CREATE INDEX review_proposal_commune ON review_proposal (commune_code, proposal_id)",
    """
CREATE INDEX review_proposal_decision ON review_proposal (decision_id)
  WHERE decision_id IS NOT NULL
""",
    """
CREATE TABLE simulation_result (
  simulation_id uuid NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  commune_code text NOT NULL,
  benefit text NOT NULL,
  group_code text NOT NULL,
  people_receiving bigint NOT NULL,
  amount_receiving bigint NOT NULL,
  people_receiving_changed bigint NOT NULL,
  amount_receiving_changed bigint NOT NULL,
  people_eligible bigint NOT NULL,
  amount_eligible bigint NOT NULL,
  people_eligible_changed bigint NOT NULL,
  amount_eligible_changed bigint NOT NULL,
  PRIMARY KEY (simulation_id, month, commune_code, benefit, group_code)
)
""",
)
SECURED: tuple[str, ...] = (
    "review_proposal",
    "simulation_result",
)
