"""Room `partners`, as it was first installed; frozen."""

from disbursement.migrations.v0001.shared import transitions

_RULES = """
sent accepted accepted -
sent paid paid -
sent failed failed -
sent uncollected uncollected -
sent returned - contradiction
accepted accepted - repeat
accepted paid paid -
accepted failed failed -
accepted uncollected uncollected -
accepted returned - contradiction
paid accepted - late
paid paid - repeat
paid failed - contradiction
paid uncollected - contradiction
paid returned returned -
failed accepted - late
failed paid - contradiction
failed failed - repeat
failed uncollected - contradiction
failed returned - contradiction
uncollected accepted - late
uncollected paid - contradiction
uncollected failed - contradiction
uncollected uncollected - repeat
uncollected returned - contradiction
returned accepted - late
returned paid - late
returned failed - late
returned uncollected - contradiction
returned returned - repeat
"""


def _rules() -> str:
    rows = (line.split() for line in _RULES.strip().splitlines())
    values = ",\n  ".join(
        f"('{state}', '{outcome}', nullif('{new}', '-'), nullif('{code}', '-'))"
        for state, outcome, new, code in rows
    )
    return f"INSERT INTO result_rule (state, outcome, new_state, exception_code) VALUES\n  {values}"


STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE result_rule (
  state text NOT NULL,
  outcome text NOT NULL,
  new_state text,
  exception_code text,
  PRIMARY KEY (state, outcome),
  CONSTRAINT result_rule_new_state_exception_code_check CHECK ((new_state IS NULL) <>
    (exception_code IS NULL))
)
""",
    _rules(),
    """
CREATE TABLE delivery (
  delivery_id uuid PRIMARY KEY,
  list_id uuid NOT NULL,
  commune_code text NOT NULL,
  month date NOT NULL,
  partner text NOT NULL,
  reference text NOT NULL UNIQUE,
  format text NOT NULL,
  file_encrypted bytea NOT NULL,
  file_sha256 text NOT NULL,
  lines integer NOT NULL,
  total bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('ready', 'sending', 'unknown', 'sent', 'refused')),
  attempts integer NOT NULL DEFAULT 0,
  sending_since timestamptz,
  last_error text,
  version bigint NOT NULL DEFAULT 1,
  sealed_on date,
  not_before timestamptz,
  inquiries integer NOT NULL DEFAULT 0,
  renewals integer NOT NULL DEFAULT 0,
  UNIQUE (list_id, partner)
)
""",
    """
CREATE TABLE delivery_former (
  delivery_id uuid NOT NULL REFERENCES delivery,
  commune_code text NOT NULL,
  reference text NOT NULL,
  format text NOT NULL,
  file_sha256 text NOT NULL,
  PRIMARY KEY (delivery_id, reference)
)
""",
    transitions(
        "delivery",
        ("ready", "sending"),
        ("sending", "sent"),
        ("sending", "unknown"),
        ("sending", "refused"),
        ("unknown", "ready"),
        ("unknown", "sent"),
        ("refused", "ready"),
        ("refused", "sent"),
        ("ready", "sent"),
    ),
    """
CREATE TABLE payment (
  payment_id uuid PRIMARY KEY,
  list_id uuid NOT NULL,
  delivery_id uuid NOT NULL REFERENCES delivery,
  commune_code text NOT NULL,
  month date NOT NULL,
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  partner text NOT NULL,
  end_to_end_id text NOT NULL UNIQUE CHECK (length(end_to_end_id) <= 35),
  amount bigint NOT NULL CHECK (amount > 0),
  account_id uuid,
  state text NOT NULL CHECK (state IN ('sealed', 'sent', 'accepted', 'paid', 'failed',
    'uncollected', 'returned')),
  reason text,
  raw_reason text,
  settled_on date,
  message_id text,
  proved_by text NOT NULL DEFAULT 'result'
)
""",
    transitions(
        "payment",
        ("sealed", "sent"),
        ("sent", "accepted"),
        ("sent", "paid"),
        ("sent", "failed"),
        ("sent", "uncollected"),
        ("accepted", "paid"),
        ("accepted", "failed"),
        ("accepted", "uncollected"),
        ("paid", "returned"),
        ("failed", "paid"),
        ("uncollected", "paid"),
        ("paid", "failed"),
    ),
    "CREATE INDEX payment_by_list ON payment (list_id, partner)",
    "CREATE INDEX payment_by_person ON payment (person_id)",
    "CREATE INDEX payment_by_delivery ON payment (delivery_id)",
    """
CREATE TABLE partner_message (
  partner text NOT NULL,
  message_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('results', 'statement')),
  reference text NOT NULL,
  sha256 text NOT NULL,
  raw_encrypted bytea NOT NULL,
  entries integer NOT NULL,
  applied integer NOT NULL,
  exceptions integer NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (partner, message_id)
)
""",
    """
CREATE TABLE partner_exception (
  exception_id uuid PRIMARY KEY DEFAULT uuidv7(),
  partner text NOT NULL,
  message_id text NOT NULL,
  reference text NOT NULL,
  end_to_end_id text NOT NULL,
  code text NOT NULL,
  state text,
  outcome text NOT NULL,
  amount bigint NOT NULL,
  commune_code text,
  entry integer
)
""",
    "CREATE INDEX partner_exception_by_reference ON partner_exception (partner, reference)",
    "CREATE INDEX partner_exception_by_message ON partner_exception (partner, message_id)",
    """
CREATE TABLE partner_refusal (
  partner text NOT NULL,
  sha256 text NOT NULL,
  code text NOT NULL,
  raw_encrypted bytea NOT NULL,
  size integer NOT NULL,
  times integer NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (partner, sha256, code)
)
""",
    """
CREATE TABLE statement_entry (
  partner text NOT NULL,
  message_id text NOT NULL,
  entry integer NOT NULL,
  reference text NOT NULL,
  end_to_end_id text NOT NULL,
  outcome text NOT NULL,
  amount bigint NOT NULL,
  booked_on date,
  commune_code text,
  PRIMARY KEY (partner, message_id, entry)
)
""",
    "CREATE INDEX statement_entry_by_reference ON statement_entry (partner, reference)",
    """
CREATE TRIGGER delivery_states AFTER UPDATE ON delivery
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('delivery', 'delivery_id')
""",
    """
CREATE TRIGGER payment_states AFTER UPDATE ON payment
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment', 'payment_id')
""",
    """
CREATE TABLE bank_line (
  line_key bytea PRIMARY KEY,
  partner text NOT NULL,
  message_id text NOT NULL,
  entry integer NOT NULL,
  reference text NOT NULL,
  bank_reference text NOT NULL,
  end_to_end_id text NOT NULL,
  outcome text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  booked_on date,
  payment_id uuid,
  commune_code text NOT NULL,
  suspended boolean NOT NULL DEFAULT false,
  moves integer NOT NULL DEFAULT 0
)
""",
    "CREATE INDEX bank_line_by_reference ON bank_line (partner, reference)",
    "CREATE INDEX bank_line_by_payment ON bank_line (end_to_end_id)",
    """
CREATE TABLE payment_case (
  case_id uuid PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES payment,
  commune_code text NOT NULL,
  partner text NOT NULL,
  end_to_end_id text NOT NULL,
  kind text NOT NULL,
  payment_state text NOT NULL,
  opened_at timestamptz NOT NULL,
  due_on date NOT NULL,
  owner text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'proposed', 'decided')),
  decision text CHECK (decision IN ('paid', 'not_paid', 'returned', 'recalled',
    'recall_refused')),
  proposed_by text,
  proposed_reason text,
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT payment_case_decided_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT payment_case_state_decision_check CHECK ((state = 'open') = (decision IS NULL)),
  CONSTRAINT payment_case_state_decided_check CHECK ((state = 'decided') = (decided_by IS NOT NULL))
)
""",
    """
CREATE UNIQUE INDEX payment_case_open ON payment_case (payment_id) WHERE state <> 'decided'
""",
    "CREATE INDEX payment_case_by_commune ON payment_case (commune_code, state)",
    transitions(
        "payment_case",
        ("open", "proposed"),
        ("proposed", "open"),
        ("proposed", "decided"),
    ),
    """
CREATE TRIGGER payment_case_states AFTER UPDATE ON payment_case
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_case', 'case_id')
""",
    """
CREATE TABLE failure_action (
  reason text PRIMARY KEY,
  action text NOT NULL CHECK (action IN
    ('pay_again', 'correct_account', 'pay_cash', 'hold_and_check', 'ask_citizen')),
  note text NOT NULL,
  proposed_action text,
  proposed_by text,
  changed_by text NOT NULL DEFAULT 'default',
  changed_at timestamptz,
  CONSTRAINT failure_action_changed_proposed_check CHECK (changed_by <> proposed_by)
)
""",
    """
INSERT INTO failure_action (reason, action, note) VALUES
  ('account_unknown', 'correct_account', 'Chi tiền mặt đến khi có số tài khoản đúng'),
  ('account_closed', 'correct_account', 'Chi tiền mặt đến khi có tài khoản mới'),
  ('account_blocked', 'pay_cash', 'Chi tiền mặt đến khi tài khoản được mở lại'),
  ('account_forbidden', 'pay_cash', 'Chi tiền mặt'),
  ('name_mismatch', 'correct_account', 'Chi tiền mặt đến khi tên chủ tài khoản được sửa'),
  ('beneficiary_deceased', 'hold_and_check', 'Tạm giữ, đối chiếu khai tử'),
  ('returned', 'correct_account', 'Tiền bị hoàn: chi tiền mặt đến khi tài khoản được kiểm tra'),
  ('regulatory', 'hold_and_check', 'Tạm giữ, hỏi lại đơn vị chi trả'),
  ('not_collected', 'ask_citizen', 'Hỏi người hưởng vì sao chưa nhận'),
  ('insufficient_funds', 'pay_again', 'Chuyển kỳ sau'),
  ('duplicate', 'hold_and_check', 'Tạm giữ, kiểm tra lệnh trùng'),
  ('amount_wrong', 'pay_again', 'Chuyển kỳ sau'),
  ('control_sum_wrong', 'pay_again', 'Chuyển kỳ sau'),
  ('format_wrong', 'pay_again', 'Chuyển kỳ sau'),
  ('unspecified', 'ask_citizen', 'Hỏi người hưởng và đơn vị chi trả')
""",
    """
CREATE VIEW payment_outcome WITH (security_invoker = true) AS
SELECT payment_id, list_id, commune_code, month, person_id, benefit, partner, end_to_end_id,
       amount, state, reason, settled_on, proved_by
FROM payment
""",
)
SECURED: tuple[str, ...] = (
    "bank_line",
    "payment_case",
    "delivery",
    "delivery_former",
    "payment",
)
APPEND_ONLY: tuple[str, ...] = (
    "partner_message",
    "partner_exception",
    "statement_entry",
)
AFTERWARDS: tuple[str, ...] = (
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON result_rule FROM {app_role}",
)
