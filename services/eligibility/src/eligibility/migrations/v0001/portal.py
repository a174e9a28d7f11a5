"""Room `portal`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE portal_message (
  message_id uuid PRIMARY KEY,
  dossier_code text NOT NULL,
  dossier_version bigint NOT NULL,
  commune_code text NOT NULL,
  status smallint NOT NULL,
  body jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'refused')),
  attempts integer NOT NULL,
  next_attempt_at timestamptz NOT NULL,
  sent_at timestamptz,
  last_error text,
  created_at timestamptz NOT NULL,
  UNIQUE (dossier_code, dossier_version)
)
""",
    """
CREATE INDEX portal_message_due ON portal_message (next_attempt_at, message_id)
  WHERE state = 'queued'
""",
)
SECURED: tuple[str, ...] = ("portal_message",)
