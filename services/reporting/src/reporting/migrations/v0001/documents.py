"""Room `documents`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE report (
  report_id uuid PRIMARY KEY,
  kind text NOT NULL,
  commune_code text,
  first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
  last_month date NOT NULL CHECK (extract(day FROM last_month) = 1),
  content_hash text NOT NULL,
  sums jsonb NOT NULL,
  filed_on date NOT NULL,
  filed_by text NOT NULL,
  corrects uuid UNIQUE REFERENCES report,
  reason text,
  consolidated boolean NOT NULL,
  CONSTRAINT report_period_check CHECK (last_month >= first_month),
  CONSTRAINT report_correction_check CHECK (corrects IS NULL OR reason IS NOT NULL),
  CONSTRAINT report_consolidated_check CHECK (NOT consolidated OR commune_code IS NULL)
)
""",
    """
CREATE UNIQUE INDEX report_first
ON report (kind, coalesce(commune_code, ''), first_month, last_month) WHERE corrects IS NULL
""",
    "CREATE INDEX report_period ON report (kind, first_month, last_month, commune_code)",
    """
CREATE TABLE report_file (
  report_id uuid NOT NULL REFERENCES report,
  format text NOT NULL,
  commune_code text,
  content bytea NOT NULL,
  content_hash text NOT NULL,
  PRIMARY KEY (report_id, format)
)
""",
)
SECURED: tuple[str, ...] = ("report", "report_file")
APPEND_ONLY: tuple[str, ...] = ("report", "report_file")
