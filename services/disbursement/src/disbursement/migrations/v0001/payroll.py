"""Room `payroll`, as it was first installed; frozen."""

from disbursement.migrations.v0001.shared import transitions

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE payment_list (
  list_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  month date NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'approved', 'sealed', 'reconciled')),
  content_hash text NOT NULL,
  accounts_hash text NOT NULL,
  lines integer NOT NULL,
  total bigint NOT NULL,
  regular bigint NOT NULL,
  arrears bigint NOT NULL,
  carried bigint NOT NULL,
  maker text NOT NULL,
  built_at timestamptz NOT NULL,
  sealed_by text,
  sealed_on date,
  sealed_at timestamptz,
  event_version bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 1,
  kind text NOT NULL DEFAULT 'monthly' CHECK (kind IN ('monthly', 'one_off')),
  number integer NOT NULL DEFAULT 0,
  CONSTRAINT payment_list_kind_number_check CHECK ((kind = 'monthly') = (number = 0)),
  CONSTRAINT payment_list_total_regular_check CHECK (total = (regular + arrears + carried)),
  CONSTRAINT payment_list_state_sealed_on_check CHECK ((state IN ('sealed', 'reconciled')) =
    (sealed_on IS NOT NULL)),
  UNIQUE (commune_code, month, number)
)
""",
    transitions(
        "payment_list",
        ("draft", "approved"),
        ("approved", "draft"),
        ("approved", "sealed"),
        ("sealed", "reconciled"),
        ("reconciled", "sealed"),
    ),
    """
CREATE TABLE payment_list_line (
  line_id uuid PRIMARY KEY,
  list_id uuid NOT NULL REFERENCES payment_list,
  commune_code text NOT NULL,
  position integer NOT NULL,
  person_id uuid NOT NULL,
  personal_id text,
  former_number text,
  full_name text NOT NULL,
  birth_date date,
  village text,
  benefit text NOT NULL,
  grp text NOT NULL,
  method text NOT NULL CHECK (method IN ('account', 'cash')),
  partner text NOT NULL,
  bank_code text,
  account_id uuid,
  number_index bytea,
  holder_index bytea,
  account_masked text,
  regular bigint NOT NULL CHECK (regular >= 0),
  arrears bigint NOT NULL CHECK (arrears >= 0),
  arrears_months integer NOT NULL CHECK (arrears_months >= 0),
  carried bigint NOT NULL CHECK (carried >= 0),
  total bigint NOT NULL CHECK (total > 0),
  attempt integer NOT NULL CHECK (attempt BETWEEN 1 AND 99),
  payee_person_id uuid,
  payee_name text,
  payee_number text,
  one_off_id uuid,
  CONSTRAINT payment_list_line_total_regular_check CHECK (total = (regular + arrears + carried)),
  CONSTRAINT payment_list_line_method_account_id_check CHECK ((method = 'account') = (account_id
    IS NOT NULL)),
  UNIQUE NULLS NOT DISTINCT (list_id, person_id, benefit, one_off_id),
  UNIQUE (list_id, position)
)
""",
    """
CREATE TABLE payment_list_item (
  line_id uuid NOT NULL REFERENCES payment_list_line ON DELETE CASCADE,
  obligation_id uuid NOT NULL,
  list_id uuid NOT NULL,
  commune_code text NOT NULL,
  role text NOT NULL CHECK (role IN ('regular', 'arrears', 'carried')),
  kind text NOT NULL,
  month date NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  PRIMARY KEY (line_id, obligation_id)
)
""",
    "CREATE INDEX payment_list_item_by_obligation ON payment_list_item (obligation_id)",
    "CREATE INDEX payment_list_item_by_list ON payment_list_item (list_id)",
    """
CREATE TABLE payment_list_exception (
  exception_id uuid PRIMARY KEY DEFAULT uuidv7(),
  list_id uuid NOT NULL REFERENCES payment_list,
  commune_code text NOT NULL,
  person_id uuid NOT NULL,
  benefit text,
  code text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  amount bigint NOT NULL DEFAULT 0,
  months integer NOT NULL DEFAULT 0,
  reason text,
  before text,
  after text
)
""",
    "CREATE INDEX payment_list_exception_by_list ON payment_list_exception (list_id, code)",
    """
CREATE TABLE payment_rule (
  code text NOT NULL,
  valid_from date NOT NULL,
  value bigint NOT NULL,
  basis text NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (code, valid_from)
)
""",
    """
INSERT INTO payment_rule (code, valid_from, value, basis, source) VALUES
  ('list_before_day', '2026-10-05', 25, 'khoản 4 Điều 28 Nghị định 335/2026/NĐ-CP', 'law'),
  ('list_before_day', '2021-07-01', 25, 'khoản 3 Điều 34 Nghị định 20/2021/NĐ-CP', 'law'),
  ('settle_before_day', '2026-10-05', 20, 'khoản 5 Điều 28 Nghị định 335/2026/NĐ-CP', 'law'),
  ('settle_before_day', '2021-07-01', 20, 'khoản 4 Điều 34 Nghị định 20/2021/NĐ-CP', 'law'),
  ('uncollected_months', '2026-10-05', 3, 'điểm a khoản 1 Điều 9 Nghị định 335/2026/NĐ-CP', 'law'),
  ('uncollected_months', '2021-07-01', 3, 'điểm a khoản 1 Điều 2 Thông tư 02/2021/TT-BLĐTBXH', 'law'),
  ('total_jump_percent', '2021-07-01', 30, 'tỉnh tự chọn; pháp luật không quy định', 'province'),
  ('total_jump_lines', '2021-07-01', 50, 'tỉnh tự chọn; pháp luật không quy định', 'province')
""",
    """
CREATE TABLE approver_limit (
  subject text NOT NULL,
  valid_from date NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  entered_by text NOT NULL,
  confirmed_by text,
  PRIMARY KEY (subject, valid_from),
  CONSTRAINT approver_limit_by_check CHECK (confirmed_by <> entered_by)
)
""",
    """
CREATE TABLE list_override (
  list_id uuid NOT NULL REFERENCES payment_list,
  code text NOT NULL,
  commune_code text NOT NULL,
  overridden_by text NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (list_id, code)
)
""",
    """
CREATE TABLE approval (
  approval_id uuid PRIMARY KEY,
  list_id uuid NOT NULL REFERENCES payment_list,
  commune_code text NOT NULL,
  content_hash text NOT NULL,
  accounts_hash text NOT NULL,
  maker text NOT NULL,
  checker text NOT NULL,
  reason text NOT NULL,
  approved_at timestamptz NOT NULL,
  voided_at timestamptz,
  CONSTRAINT approval_maker_checker_check CHECK (maker <> checker)
)
""",
    "CREATE UNIQUE INDEX approval_standing ON approval (list_id) WHERE voided_at IS NULL",
    """
CREATE TRIGGER payment_list_states AFTER UPDATE ON payment_list
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_list', 'list_id')
""",
    """
CREATE FUNCTION refuse_sealed_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state IN ('sealed', 'reconciled') THEN
      RAISE EXCEPTION 'a sealed list never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state IN ('sealed', 'reconciled') AND
     (to_jsonb(OLD) - ARRAY['state', 'event_version', 'version'])
     IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'event_version', 'version']) THEN
    RAISE EXCEPTION 'a sealed list never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
  END IF;
  RETURN NEW;
END $$
""",
    """
CREATE TRIGGER payment_list_sealed BEFORE UPDATE OR DELETE ON payment_list
FOR EACH ROW EXECUTE FUNCTION refuse_sealed_list()
""",
    """
CREATE FUNCTION refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed_rows c JOIN payment_list l USING (list_id)
              WHERE l.state IN ('sealed', 'reconciled')) THEN
    RAISE EXCEPTION 'a sealed list never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_list_sealed';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER payment_list_line_sealed_insert AFTER INSERT ON payment_list_line
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_line_sealed_update AFTER UPDATE ON payment_list_line
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_line_sealed_delete AFTER DELETE ON payment_list_line
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_insert AFTER INSERT ON payment_list_item
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_update AFTER UPDATE ON payment_list_item
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_item_sealed_delete AFTER DELETE ON payment_list_item
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_insert AFTER INSERT ON payment_list_exception
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_update AFTER UPDATE ON payment_list_exception
REFERENCING NEW TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE TRIGGER payment_list_exception_sealed_delete AFTER DELETE ON payment_list_exception
REFERENCING OLD TABLE AS changed_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed()
""",
    """
CREATE VIEW sealed_line WITH (security_invoker = true) AS
SELECT n.*, l.month AS list_month, l.content_hash
FROM payment_list_line n JOIN payment_list l USING (list_id)
WHERE l.state IN ('sealed', 'reconciled')
""",
)
SECURED: tuple[str, ...] = (
    "list_override",
    "payment_list",
    "payment_list_line",
    "payment_list_item",
    "payment_list_exception",
    "approval",
)
AFTERWARDS: tuple[str, ...] = (
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON payment_rule FROM {app_role}",
    "REVOKE DELETE, TRUNCATE ON approver_limit FROM {app_role}",
)
