"""Room `decisions`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE decision (
  decision_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('level_review', 'correction', 'grant', 'refusal', 'stop',
    'suspend', 'resume', 'one_off')),
  commune_code text NOT NULL,
  number text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'signed')),
  pay_month date CHECK (extract(day FROM pay_month) = 1),
  dossier_code text,
  line_count integer NOT NULL,
  totals jsonb NOT NULL,
  drafted_by text NOT NULL,
  drafted_at timestamptz NOT NULL,
  signed_by text,
  signed_on date,
  signed_at timestamptz,
  version bigint NOT NULL,
  CONSTRAINT decision_status_signed_by_check CHECK ((status = 'signed') = (signed_by IS NOT NULL
    AND signed_on IS NOT NULL)),
  CONSTRAINT decision_signed_by_drafted_by_check CHECK (signed_by IS NULL OR signed_by <>
    drafted_by),
  UNIQUE (commune_code, number)
)
""",
    """
CREATE UNIQUE INDEX decision_dossier ON decision (dossier_code)
  WHERE dossier_code IS NOT NULL
""",
    """
CREATE TABLE decision_explanation (
  decision_id uuid NOT NULL REFERENCES decision,
  key text NOT NULL,
  commune_code text NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (decision_id, key)
)
""",
    """
CREATE TABLE decision_line (
  line_id uuid PRIMARY KEY,
  decision_id uuid NOT NULL REFERENCES decision,
  commune_code text NOT NULL,
  person_id uuid NOT NULL,
  entitlement_id uuid NOT NULL,
  entitlement_version bigint NOT NULL,
  benefit text NOT NULL,
  outcome text NOT NULL,
  from_month date NOT NULL,
  listed_amount bigint NOT NULL,
  listed_coefficient integer NOT NULL,
  law_coefficient integer NOT NULL,
  law_amount bigint NOT NULL,
  owed bigint NOT NULL,
  levels jsonb NOT NULL,
  reasons jsonb NOT NULL,
  facts jsonb NOT NULL,
  old_levels jsonb NOT NULL DEFAULT '[]',
  UNIQUE (decision_id, entitlement_id)
)
""",
    "CREATE INDEX decision_line_order ON decision_line (decision_id, line_id)",
    "CREATE INDEX decision_line_person ON decision_line (person_id)",
    """
CREATE FUNCTION refuse_signed_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION 'a signed decision is final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
""",
    """
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse_signed_decision()
""",
    """
CREATE FUNCTION refuse_signed_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM decision d JOIN gone g USING (decision_id) WHERE d.status = 'signed')
    THEN
        RAISE EXCEPTION 'a line of a signed decision is final'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER final_delete AFTER DELETE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
    """
CREATE TRIGGER final_update AFTER UPDATE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
    """
CREATE TRIGGER final_insert AFTER INSERT ON decision_line
    REFERENCING NEW TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line()
""",
    """
CREATE TABLE one_off_grant (
  one_off_id uuid PRIMARY KEY,
  decision_id uuid NOT NULL REFERENCES decision,
  commune_code text NOT NULL,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  provision text NOT NULL,
  event_on date NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  payee jsonb NOT NULL,
  granted_at timestamptz NOT NULL,
  UNIQUE (person_id, benefit, event_on)
)
""",
)
SECURED: tuple[str, ...] = (
    "decision",
    "decision_explanation",
    "decision_line",
    "one_off_grant",
)
APPEND_ONLY: tuple[str, ...] = ("one_off_grant",)
