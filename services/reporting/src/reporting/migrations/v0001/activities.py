"""Room `activities`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE activity (
  activity_id uuid PRIMARY KEY,
  commune_code text,
  kind text NOT NULL,
  happened_on date NOT NULL,
  subject text NOT NULL,
  quantity bigint,
  amount bigint,
  reference text,
  source text,
  recorded_by text NOT NULL,
  replaces uuid UNIQUE REFERENCES activity,
  withdrawn boolean NOT NULL DEFAULT false,
  CONSTRAINT activity_counts_check CHECK (quantity >= 0 AND amount >= 0)
)
""",
    "CREATE INDEX activity_kind ON activity (kind, happened_on, commune_code)",
)
SECURED: tuple[str, ...] = ("activity",)
APPEND_ONLY: tuple[str, ...] = ("activity",)
