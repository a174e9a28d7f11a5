"""Room `statutory`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE report (
  report_id uuid PRIMARY KEY,
  kind text NOT NULL,
  commune_code text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  content_hash text NOT NULL,
  content bytea NOT NULL,
  filed_on date NOT NULL,
  filed_by text NOT NULL,
  UNIQUE (kind, commune_code, month, content_hash)
)
""",
)
SECURED: tuple[str, ...] = ("report",)
APPEND_ONLY: tuple[str, ...] = ("report",)
