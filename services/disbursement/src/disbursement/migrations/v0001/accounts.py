"""Room `accounts`, as it was first installed; frozen."""

from disbursement.migrations.v0001.shared import transitions

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE payee (
  person_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  personal_id text,
  former_number text,
  full_name text NOT NULL,
  sort_key text NOT NULL,
  birth_date date NOT NULL,
  village text,
  death_date date,
  method text NOT NULL DEFAULT 'cash' CHECK (method IN ('account', 'cash')),
  person_version bigint NOT NULL,
  merged_into uuid,
  account_id uuid,
  chosen boolean NOT NULL DEFAULT false,
  human_id uuid,
  death_heard_at timestamptz
)
""",
    "CREATE INDEX payee_by_commune ON payee (commune_code)",
    "CREATE INDEX payee_merged ON payee (human_id) WHERE merged_into IS NOT NULL",
    """
CREATE TABLE account (
  account_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES payee,
  commune_code text NOT NULL,
  bank_code text NOT NULL,
  number_encrypted bytea NOT NULL,
  number_index bytea NOT NULL,
  number_masked text,
  holder_encrypted bytea,
  holder_index bytea,
  source text NOT NULL,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  rejected_reason text,
  rejected_at timestamptz
)
""",
    "CREATE INDEX account_by_person ON account (person_id)",
    "CREATE INDEX account_same_number ON account (number_index) WHERE superseded_at IS NULL",
    """
CREATE TABLE representation (
  representation_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  representative_person_id uuid,
  representative_name text NOT NULL,
  may_receive_money boolean NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  version bigint NOT NULL,
  confirmed_by text
)
""",
    "CREATE INDEX representation_person ON representation (person_id)",
    """
CREATE TABLE payment_change (
  change_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('channel', 'recipient', 'payee')),
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  benefit text NOT NULL DEFAULT '',
  method text CHECK (method IN ('account', 'cash')),
  account_id uuid REFERENCES account,
  representation_id uuid,
  payee_person_id uuid,
  payee_name text,
  first_choice boolean NOT NULL,
  before text,
  after text NOT NULL,
  source text NOT NULL,
  import_id uuid,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'confirmed', 'refused', 'withdrawn')),
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT payment_change_decided_by_check CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT payment_change_state_decided_check CHECK ((state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)),
  CONSTRAINT payment_change_kind_method_check CHECK ((kind = 'channel') = (method IS NOT NULL))
)
""",
    """
CREATE UNIQUE INDEX payment_change_pending ON payment_change (person_id, kind, benefit,
  (coalesce(representation_id, person_id))) WHERE state = 'pending'
""",
    "CREATE INDEX payment_change_by_commune ON payment_change (commune_code, state, change_id)",
    "CREATE INDEX payment_change_by_account ON payment_change (account_id)",
    transitions(
        "payment_change",
        ("pending", "confirmed"),
        ("pending", "refused"),
        ("pending", "withdrawn"),
    ),
    """
CREATE TABLE payee_route (
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  commune_code text NOT NULL,
  payee_person_id uuid NOT NULL,
  change_id uuid REFERENCES payment_change,
  basis text NOT NULL,
  PRIMARY KEY (person_id, benefit)
)
""",
    """
CREATE TABLE citizen_notice (
  notice_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  text text NOT NULL,
  recorded_at timestamptz NOT NULL
)
""",
    "CREATE INDEX citizen_notice_by_person ON citizen_notice (person_id)",
    """
CREATE TRIGGER payment_change_states AFTER UPDATE ON payment_change
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_states('payment_change', 'change_id')
""",
    """
CREATE TABLE payee_hold (
  hold_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  reason text NOT NULL,
  source text NOT NULL,
  opened_at timestamptz NOT NULL,
  released_by text,
  released_at timestamptz,
  release_reason text,
  CONSTRAINT payee_hold_released_check CHECK ((released_by IS NULL) = (released_at IS NULL))
)
""",
    "CREATE UNIQUE INDEX payee_hold_open ON payee_hold (person_id) WHERE released_at IS NULL",
    """
CREATE VIEW payee_channel WITH (security_invoker = true) AS
SELECT p.person_id, p.commune_code, p.personal_id, p.former_number, p.full_name, p.sort_key,
       p.birth_date, p.village, p.death_date,
       CASE WHEN usable THEN 'account' ELSE 'cash' END AS method,
       paying_partner(CASE WHEN usable THEN 'account' ELSE 'cash' END,
         CASE WHEN usable THEN a.bank_code END, p.commune_code) AS partner,
       CASE WHEN usable THEN a.account_id END AS account_id,
       CASE WHEN usable THEN a.bank_code END AS bank_code,
       CASE WHEN usable THEN a.number_index END AS number_index,
       CASE WHEN usable THEN a.holder_index END AS holder_index,
       CASE WHEN usable THEN a.number_masked END AS account_masked,
       CASE WHEN usable THEN NULL
            WHEN p.method = 'cash' THEN
              CASE WHEN c.method = 'account' THEN 'account_unconfirmed' END
            WHEN p.personal_id IS NULL THEN 'no_personal_id'
            WHEN a.account_id IS NULL THEN 'account_missing'
            ELSE 'account_rejected' END AS cash_because,
       a.rejected_reason, p.merged_into, c.change_id, c.before, c.after,
       coalesce(p.human_id, p.person_id) AS human_id, h.reason AS hold_reason, p.death_heard_at
FROM payee p
LEFT JOIN account a ON a.account_id = p.account_id
LEFT JOIN payment_change c
  ON c.person_id = p.person_id AND c.kind = 'channel' AND c.state = 'pending'
LEFT JOIN payee_hold h ON h.person_id = p.person_id AND h.released_at IS NULL
CROSS JOIN LATERAL (
  SELECT p.method = 'account' AND p.personal_id IS NOT NULL
         AND a.account_id IS NOT NULL AND a.rejected_reason IS NULL AS usable) AS u
""",
    """
CREATE VIEW cash_recipient WITH (security_invoker = true) AS
SELECT r.person_id, r.kind, r.representative_person_id, r.representative_name,
       p.personal_id AS representative_number, r.valid_from, r.valid_to
FROM representation r
LEFT JOIN payee p ON p.person_id = r.representative_person_id
WHERE r.may_receive_money AND r.confirmed_by IS NOT NULL AND p.death_date IS NULL
""",
    """
CREATE VIEW confirmed_payee WITH (security_invoker = true) AS
SELECT person_id, benefit, payee_person_id, basis LIKE 'heir: %' AS heir FROM payee_route
""",
    """
CREATE VIEW waiting_change WITH (security_invoker = true) AS
SELECT change_id, kind, person_id, benefit, before, after, first_choice
FROM payment_change WHERE state = 'pending'
""",
)
SECURED: tuple[str, ...] = (
    "payee",
    "account",
    "representation",
    "payment_change",
    "payee_route",
    "citizen_notice",
    "payee_hold",
)
APPEND_ONLY: tuple[str, ...] = ("citizen_notice",)
