"""Room `accounts`, as it was first installed; frozen."""

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
  merged_into uuid
)
""",
    "CREATE INDEX payee_by_commune ON payee (commune_code)",
    """
CREATE TABLE account (
  account_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES payee,
  commune_code text NOT NULL,
  bank_code text NOT NULL,
  number_encrypted bytea NOT NULL,
  number_index bytea NOT NULL,
  holder_encrypted bytea,
  source text NOT NULL,
  recorded_at timestamptz NOT NULL,
  superseded_at timestamptz,
  rejected_reason text,
  rejected_at timestamptz
)
""",
    "CREATE UNIQUE INDEX account_current ON account (person_id) WHERE superseded_at IS NULL",
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
  version bigint NOT NULL
)
""",
    "CREATE INDEX representation_person ON representation (person_id)",
    """
CREATE VIEW payee_channel WITH (security_invoker = true) AS
SELECT p.person_id, p.commune_code, p.personal_id, p.former_number, p.full_name, p.sort_key,
       p.birth_date, p.village, p.death_date,
       CASE WHEN usable THEN 'account' ELSE 'cash' END AS method,
       CASE WHEN usable THEN 'agribank' ELSE 'vnpost' END AS partner,
       CASE WHEN usable THEN a.account_id END AS account_id,
       CASE WHEN usable THEN a.bank_code END AS bank_code,
       CASE WHEN usable THEN a.number_index END AS number_index,
       CASE WHEN p.method = 'cash' OR usable THEN NULL
            WHEN p.personal_id IS NULL THEN 'no_personal_id'
            WHEN a.account_id IS NULL THEN 'account_missing'
            ELSE 'account_rejected' END AS cash_because,
       a.rejected_reason, p.merged_into
FROM payee p
LEFT JOIN account a ON a.person_id = p.person_id AND a.superseded_at IS NULL
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
WHERE r.may_receive_money AND p.death_date IS NULL
""",
)
SECURED: tuple[str, ...] = (
    "payee",
    "account",
    "representation",
)
