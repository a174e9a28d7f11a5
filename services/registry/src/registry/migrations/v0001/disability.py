"""Room `disability`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE disability_council_member (
  appointment_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  full_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('chair', 'health_station', 'labour_official',
    'fatherland_front', 'women', 'youth', 'veterans', 'disabled_people_organisation')),
  appointed_on date NOT NULL,
  ended_on date,
  decision_number text,
  trained_on date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  CONSTRAINT disability_council_member_ended_on_appointed_on_check CHECK (ended_on > appointed_on),
  CONSTRAINT disability_council_one_chair EXCLUDE USING gist (commune_code WITH =,
    daterange(appointed_on, ended_on) WITH &&) WHERE (role = 'chair')
)
""",
    "CREATE INDEX disability_council_commune ON disability_council_member (commune_code)",
    """
CREATE TABLE disability_session (
  session_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  held_on date NOT NULL,
  minutes_number text NOT NULL,
  chair uuid NOT NULL REFERENCES disability_council_member,
  present uuid[] NOT NULL,
  council_size integer NOT NULL CHECK (council_size > 0),
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  UNIQUE (commune_code, minutes_number)
)
""",
    """
CREATE TABLE disability_case (
  case_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  request text NOT NULL CHECK (request IN ('first', 'reassessment', 'change_of_condition')),
  received_on date NOT NULL,
  due_on date NOT NULL,
  state text NOT NULL CHECK (state IN ('received', 'concluded', 'unresolved', 'referred',
    'certified', 'closed')),
  degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
  kinds text[] NOT NULL,
  concluded_on date,
  concluded_by text CHECK (concluded_by IN ('council', 'medical')),
  session_id uuid REFERENCES disability_session,
  version bigint NOT NULL CHECK (version > 0),
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  changed_at timestamptz NOT NULL
)
""",
    """
CREATE UNIQUE INDEX disability_case_open ON disability_case (person_id)
  WHERE state IN ('received', 'concluded', 'unresolved', 'referred')
""",
    "CREATE INDEX disability_case_commune ON disability_case (commune_code, case_id)",
    """
CREATE TABLE disability_sheet (
  sheet_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES disability_case,
  commune_code text NOT NULL,
  form text NOT NULL CHECK (form IN ('under_6', 'from_6')),
  filled_on date NOT NULL,
  answers jsonb NOT NULL,
  suggested text CHECK (suggested IN ('severe', 'very_severe', 'mild')),
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
)
""",
    "CREATE INDEX disability_sheet_case ON disability_sheet (case_id)",
    """
CREATE TABLE disability_opinion (
  session_id uuid NOT NULL REFERENCES disability_session,
  case_id uuid NOT NULL REFERENCES disability_case,
  appointment_id uuid NOT NULL REFERENCES disability_council_member,
  commune_code text NOT NULL,
  finding text NOT NULL CHECK (finding IN ('severe', 'very_severe', 'mild', 'none', 'refer')),
  kinds text[] NOT NULL,
  reasons text NOT NULL,
  PRIMARY KEY (session_id, case_id, appointment_id)
)
""",
    "CREATE INDEX disability_opinion_case ON disability_opinion (case_id)",
    """
CREATE TABLE disability_referral (
  referral_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES disability_case,
  commune_code text NOT NULL,
  ground text NOT NULL CHECK (ground IN ('unresolved', 'disputed', 'doubted')),
  referred_on date NOT NULL,
  note text NOT NULL,
  result_on date,
  loss_percent numeric(5,2) CHECK (loss_percent BETWEEN 0 AND 100),
  degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
  kinds text[],
  document text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  CONSTRAINT disability_referral_result_on_loss_percent_check CHECK ((result_on IS NULL) =
    (loss_percent IS NULL))
)
""",
    """
CREATE UNIQUE INDEX disability_referral_waiting ON disability_referral (case_id)
  WHERE result_on IS NULL
""",
    """
CREATE TABLE disability_certificate_series (
  commune_code text NOT NULL,
  year integer NOT NULL,
  last_number integer NOT NULL CHECK (last_number > 0),
  PRIMARY KEY (commune_code, year)
)
""",
    """
CREATE TABLE disability_certificate (
  certificate_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES disability_case,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  year integer NOT NULL,
  running_number integer NOT NULL CHECK (running_number > 0),
  number text NOT NULL UNIQUE,
  signed_on date NOT NULL,
  degree text NOT NULL CHECK (degree IN ('severe', 'very_severe', 'mild')),
  kinds text[] NOT NULL,
  reassess_on date,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
)
""",
    "CREATE INDEX disability_certificate_case ON disability_certificate (case_id)",
    """
CREATE TABLE disability_complaint (
  complaint_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES disability_case,
  commune_code text NOT NULL,
  received_on date NOT NULL,
  due_on date NOT NULL,
  content text NOT NULL,
  answered_on date,
  outcome text CHECK (outcome IN ('upheld', 'rejected')),
  answer text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  CONSTRAINT disability_complaint_answered_on_outcome_check CHECK ((answered_on IS NULL) =
    (outcome IS NULL))
)
""",
    "CREATE INDEX disability_complaint_case ON disability_complaint (case_id)",
)
SECURED: tuple[str, ...] = (
    "disability_council_member",
    "disability_session",
    "disability_case",
    "disability_sheet",
    "disability_opinion",
    "disability_referral",
    "disability_certificate_series",
    "disability_certificate",
    "disability_complaint",
)
APPEND_ONLY: tuple[str, ...] = (
    "disability_sheet",
    "disability_opinion",
    "disability_certificate",
)
