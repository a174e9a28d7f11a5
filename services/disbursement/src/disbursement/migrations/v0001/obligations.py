"""Room `obligations`, as it was first installed; frozen."""

from disbursement.migrations.v0001.shared import transitions

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE entitlement (
  entitlement_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  grp text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'held', 'suspended', 'stopped')),
  status_reason text,
  decision_number text NOT NULL,
  decision_signed_on date NOT NULL,
  decision_origin text NOT NULL,
  version bigint NOT NULL,
  payee_person_id uuid,
  heard_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
""",
    "CREATE INDEX entitlement_by_person ON entitlement (person_id, benefit)",
    "CREATE INDEX entitlement_by_commune ON entitlement (commune_code)",
    """
CREATE TABLE entitlement_level (
  entitlement_id uuid NOT NULL REFERENCES entitlement ON DELETE CASCADE,
  from_month date NOT NULL,
  to_month date,
  amount bigint NOT NULL CHECK (amount >= 0),
  coefficient numeric(5,2) NOT NULL,
  provision text NOT NULL,
  PRIMARY KEY (entitlement_id, from_month)
)
""",
    """
CREATE TABLE paid_month (
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  month date NOT NULL,
  source text NOT NULL,
  commune_code text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  import_id uuid,
  row_number integer,
  PRIMARY KEY (person_id, benefit, month, source)
)
""",
    "CREATE INDEX paid_month_by_commune ON paid_month (commune_code, month)",
    """
CREATE TABLE claimed_month (
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  month date NOT NULL,
  recovery_id uuid NOT NULL,
  commune_code text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  repaid bigint NOT NULL DEFAULT 0 CHECK (repaid >= 0),
  PRIMARY KEY (person_id, benefit, month, recovery_id)
)
""",
    """
CREATE TABLE recorded_change (
  change_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  month date NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('differs', 'paid_here', 'taken_back')),
  known_amount bigint NOT NULL,
  new_amount bigint NOT NULL CHECK (new_amount >= 0),
  import_id uuid,
  row_number integer,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'refused')),
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT recorded_change_decided_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT recorded_change_state_decided_check CHECK ((state = 'pending') = (decided_by IS NULL))
)
""",
    """
CREATE UNIQUE INDEX recorded_change_pending ON recorded_change
  (person_id, benefit, month, new_amount) WHERE state = 'pending'
""",
    """
CREATE TABLE one_off (
  one_off_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  decision_number text NOT NULL,
  signed_on date NOT NULL,
  benefit text NOT NULL,
  provision text NOT NULL,
  article text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  quantity integer,
  unit text,
  event_on date NOT NULL,
  pay_month date NOT NULL,
  subject_id uuid NOT NULL,
  payee_person_id uuid,
  payee_name text NOT NULL,
  payee_number text,
  handed_on date,
  handed_by text,
  receipt text,
  CONSTRAINT one_off_something_check CHECK ((amount > 0) <> (quantity IS NOT NULL)),
  CONSTRAINT one_off_quantity_unit_check CHECK ((quantity IS NULL) = (unit IS NULL)),
  CONSTRAINT one_off_handed_check CHECK ((handed_by IS NULL) = (handed_on IS NULL))
)
""",
    "CREATE INDEX one_off_by_commune ON one_off (commune_code, benefit)",
    """
CREATE TABLE obligation (
  obligation_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  month date NOT NULL,
  component text NOT NULL DEFAULT 'main',
  kind text NOT NULL CHECK (kind IN ('regular', 'arrears', 'one_off')),
  seq integer NOT NULL CHECK (seq >= 0),
  commune_code text NOT NULL,
  grp text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  state text NOT NULL CHECK (state IN ('open', 'held', 'issued', 'settled',
    'cancelled')),
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  line_id uuid,
  for_list_month date NOT NULL,
  returned boolean NOT NULL DEFAULT false,
  disputed boolean NOT NULL DEFAULT false,
  one_off_id uuid UNIQUE REFERENCES one_off,
  CONSTRAINT obligation_kind_one_off_id_check CHECK ((kind = 'one_off') = (one_off_id IS NOT
    NULL)),
  CONSTRAINT obligation_state_line_id_check CHECK ((state IN ('open', 'held')) OR line_id IS NOT
    NULL),
  UNIQUE (person_id, benefit, month, component, kind, seq)
)
""",
    transitions(
        "obligation",
        ("open", "held"),
        ("held", "open"),
        ("open", "issued"),
        ("issued", "settled"),
        ("issued", "open"),
        ("settled", "open"),
        ("open", "settled"),
        ("held", "settled"),
        ("held", "cancelled"),
        ("open", "cancelled"),
    ),
    "CREATE INDEX obligation_by_commune ON obligation (commune_code, state)",
    "CREATE INDEX obligation_by_line ON obligation (line_id) WHERE line_id IS NOT NULL",
    """
CREATE TRIGGER obligation_states AFTER UPDATE ON obligation
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('obligation', 'obligation_id')
""",
    """
CREATE FUNCTION refuse_changed_obligation() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off AS $$
BEGIN
  IF EXISTS (SELECT FROM before_rows o JOIN after_rows n USING (obligation_id)
              WHERE (o.person_id, o.benefit, o.month, o.component, o.kind, o.seq, o.amount)
                 IS DISTINCT FROM
                    (n.person_id, n.benefit, n.month, n.component, n.kind, n.seq, n.amount)) THEN
    RAISE EXCEPTION 'an obligation never changes its key or amount'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_immutable';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER obligation_immutable AFTER UPDATE ON obligation
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_obligation()
""",
    """
CREATE FUNCTION refuse_deleted_obligation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM before_rows WHERE attempts > 0 OR state NOT IN ('open', 'held')) THEN
    RAISE EXCEPTION 'an obligation that was issued once is never deleted'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_kept';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER obligation_kept AFTER DELETE ON obligation
REFERENCING OLD TABLE AS before_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_deleted_obligation()
""",
    """
CREATE VIEW obligation_due WITH (security_invoker = true) AS
SELECT obligation_id, person_id, benefit, grp, month, kind, seq, commune_code, amount, state,
       reason, attempts, attempts > 0 AS carried, returned, disputed, one_off_id
FROM obligation WHERE state IN ('open', 'held')
""",
    """
CREATE VIEW granted_once WITH (security_invoker = true) AS
SELECT one_off_id, commune_code, benefit, decision_number, pay_month, subject_id, payee_person_id,
       payee_name, payee_number
FROM one_off WHERE amount > 0
""",
    """
CREATE VIEW entitlement_status WITH (security_invoker = true) AS
SELECT person_id, benefit,
       (array_agg(commune_code ORDER BY status = 'stopped', decision_signed_on DESC, version DESC,
         entitlement_id))[1] AS commune_code,
       (array_agg(grp ORDER BY status = 'stopped', decision_signed_on DESC, version DESC,
         entitlement_id))[1] AS grp,
       bool_or(status IN ('held', 'suspended')) AS held,
       max(status_reason) FILTER (WHERE status IN ('held', 'suspended')) AS held_reason,
       bool_or(status_reason = 'deceased') IS TRUE AS deceased,
       bool_or(status = 'active') AS active,
       (array_agg(decision_number ORDER BY decision_signed_on DESC, entitlement_id))[1]
         AS decision_number,
       (array_agg(decision_origin ORDER BY decision_signed_on DESC, entitlement_id))[1]
         AS decision_origin,
       (array_agg(payee_person_id ORDER BY status = 'stopped', decision_signed_on DESC,
         version DESC, entitlement_id))[1] AS payee_person_id
FROM entitlement GROUP BY person_id, benefit
""",
    """
CREATE TABLE possible_duplicate (
  pair_id uuid PRIMARY KEY,
  earlier_person_id uuid NOT NULL,
  later_person_id uuid NOT NULL,
  settled boolean NOT NULL DEFAULT false,
  version bigint NOT NULL
)
""",
    """
CREATE INDEX possible_duplicate_later ON possible_duplicate (later_person_id) WHERE NOT settled
""",
    """
CREATE VIEW second_payment WITH (security_invoker = true) AS
SELECT DISTINCT d.later_person_id AS person_id FROM possible_duplicate d
WHERE NOT d.settled AND (
  EXISTS (SELECT FROM entitlement e WHERE e.person_id = d.earlier_person_id)
  OR EXISTS (SELECT FROM paid_month m WHERE m.person_id = d.earlier_person_id))
""",
    """
CREATE VIEW recorded_payment WITH (security_invoker = true) AS
SELECT person_id, benefit, month, commune_code, sum(amount)::bigint AS amount
FROM paid_month GROUP BY person_id, benefit, month, commune_code
""",
)
SECURED: tuple[str, ...] = (
    "recorded_change",
    "entitlement",
    "paid_month",
    "claimed_month",
    "one_off",
    "obligation",
)
