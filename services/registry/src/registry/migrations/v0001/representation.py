"""Room `representation`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE representation (
  row_id uuid PRIMARY KEY,
  representation_id uuid NOT NULL,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('guardian', 'carer', 'authorised_recipient')),
  representative_person_id uuid,
  representative_name text NOT NULL,
  representative_number text,
  representative_relation text,
  representative_phone text,
  may_receive_money boolean NOT NULL,
  paper_kind text NOT NULL,
  paper_number text,
  paper_date date NOT NULL,
  paper_issuer text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  revoked_on date,
  revoked_reason text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  cause text CHECK (cause IN ('death', 'merge')),
  cause_person uuid REFERENCES person,
  set_aside text CHECK (set_aside IN ('death', 'merge')),
  set_aside_person uuid REFERENCES person,
  CONSTRAINT representation_valid_to_valid_from_check CHECK (valid_to >= valid_from),
  CONSTRAINT representation_cause_cause_person_check CHECK ((cause IS NULL) = (cause_person IS
    NULL)),
  CONSTRAINT representation_set_aside_set_aside_person_check CHECK ((set_aside IS NULL) =
    (set_aside_person IS NULL)),
  CONSTRAINT representation_set_aside_superseded_at_check CHECK (set_aside IS NULL OR
    superseded_at IS NOT NULL),
  CONSTRAINT representation_representative_person_id_person_id_check CHECK
    (representative_person_id <> person_id),
  CONSTRAINT representation_revoked_on_revoked_reason_check CHECK ((revoked_on IS NULL) =
    (revoked_reason IS NULL)),
  CONSTRAINT representation_once EXCLUDE USING gist (representation_id WITH =) WHERE
    (superseded_at IS NULL),
  CONSTRAINT representation_one_recipient EXCLUDE USING gist (person_id WITH =,
    daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL AND kind =
    'authorised_recipient')
)
""",
    "CREATE INDEX representation_person ON representation (person_id, recorded_at)",
    """
CREATE INDEX representation_by ON representation (representative_person_id)
  WHERE superseded_at IS NULL AND representative_person_id IS NOT NULL
""",
    """
CREATE INDEX representation_expiring ON representation (commune_code, valid_to)
  WHERE superseded_at IS NULL AND valid_to IS NOT NULL
""",
)
SECURED: tuple[str, ...] = ("representation",)
