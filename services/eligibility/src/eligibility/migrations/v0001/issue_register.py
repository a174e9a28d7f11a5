"""Room `issue_register`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE issue (
  issue_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  kind text NOT NULL,
  source text NOT NULL CHECK (source IN ('officer', 'partner', 'citizen')),
  subject text NOT NULL,
  content text NOT NULL,
  article text,
  dossier_code text,
  person_id uuid,
  state text NOT NULL CHECK (state IN ('received', 'accepted', 'answered', 'closed')),
  due_on date,
  raised_by text NOT NULL,
  raised_on date NOT NULL,
  version bigint NOT NULL
)
""",
    "CREATE INDEX issue_commune ON issue (commune_code, state, due_on)",
    """
CREATE TABLE issue_step (
  issue_id uuid NOT NULL REFERENCES issue,
  version bigint NOT NULL,
  commune_code text NOT NULL,
  state text NOT NULL,
  note text NOT NULL,
  actor text NOT NULL,
  taken_at timestamptz NOT NULL,
  PRIMARY KEY (issue_id, version)
)
""",
)
SECURED: tuple[str, ...] = ("issue", "issue_step")
APPEND_ONLY: tuple[str, ...] = ("issue_step",)
