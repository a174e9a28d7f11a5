"""Room `registrations`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE registration_proposal (
  proposal_id uuid PRIMARY KEY,
  dossier_code text NOT NULL,
  commune_code text NOT NULL,
  personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
  former_number text CHECK (former_number ~ '^[0-9]{9}$'),
  full_name text NOT NULL,
  birth_date date,
  birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
  sex text CHECK (sex IN ('male', 'female')),
  village text,
  address text,
  received_on date NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'registered', 'known', 'rejected')),
  person_id uuid REFERENCES person,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by text,
  note text,
  CONSTRAINT registration_proposal_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  CONSTRAINT registration_proposal_person CHECK ((state IN ('registered', 'known')) = (person_id IS
    NOT NULL))
)
""",
    """
CREATE INDEX registration_proposal_open ON registration_proposal
  (coalesce(personal_id, former_number)) WHERE state = 'open'
""",
    """
CREATE INDEX registration_proposal_commune ON registration_proposal
  (commune_code, state, proposal_id)
""",
)
SECURED: tuple[str, ...] = ("registration_proposal",)
