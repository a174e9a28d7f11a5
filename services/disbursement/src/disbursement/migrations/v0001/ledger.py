"""Room `ledger`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE ledger_account (
  code text PRIMARY KEY,
  name text NOT NULL,
  normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit'))
)
""",
    """
INSERT INTO ledger_account (code, name, normal_side) VALUES
  ('expense', 'Chi trợ cấp', 'debit'),
  ('payable', 'Phải trả người hưởng', 'credit'),
  ('cash', 'Tiền gửi chi trả', 'debit'),
  ('returned_payable', 'Tiền bị hoàn, phải trả lại người hưởng', 'credit'),
  ('receivable', 'Phải thu do chi thừa', 'debit'),
  ('suspense', 'Chờ xử lý', 'debit'),
  ('budget', 'Nộp trả ngân sách', 'debit')
""",
    """
CREATE TABLE ledger_transfer (
  transfer_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  month date NOT NULL,
  code text NOT NULL,
  debit_account text NOT NULL REFERENCES ledger_account,
  credit_account text NOT NULL REFERENCES ledger_account,
  amount bigint NOT NULL CHECK (amount > 0),
  list_id uuid,
  subject_id uuid,
  posted_on date NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT ledger_transfer_debit_account_credit_account_check CHECK (debit_account <>
    credit_account)
)
""",
    "CREATE INDEX ledger_transfer_by_month ON ledger_transfer (month, commune_code)",
    "CREATE INDEX ledger_transfer_by_list ON ledger_transfer (list_id)",
    """
CREATE TABLE ledger_period (
  commune_code text NOT NULL,
  month date NOT NULL,
  closed_on date NOT NULL,
  closed_by text NOT NULL,
  PRIMARY KEY (commune_code, month)
)
""",
    """
CREATE FUNCTION refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM after_rows t JOIN ledger_period p USING (commune_code, month)) THEN
    RAISE EXCEPTION 'the month is closed in the ledger'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_closed';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER ledger_transfer_period AFTER INSERT ON ledger_transfer
REFERENCING NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_period()
""",
)
SECURED: tuple[str, ...] = (
    "ledger_transfer",
    "ledger_period",
)
APPEND_ONLY: tuple[str, ...] = (
    "ledger_transfer",
    "ledger_period",
)
AFTERWARDS: tuple[str, ...] = (
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_account FROM {app_role}",
)
