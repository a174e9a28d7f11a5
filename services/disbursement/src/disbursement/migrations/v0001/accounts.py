"""Room `accounts`: who is paid, and how."""

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
  person_version bigint NOT NULL
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
       a.rejected_reason
FROM payee p
LEFT JOIN account a ON a.person_id = p.person_id AND a.superseded_at IS NULL
CROSS JOIN LATERAL (
  SELECT p.method = 'account' AND p.personal_id IS NOT NULL
         AND a.account_id IS NOT NULL AND a.rejected_reason IS NULL AS usable) AS u
""",
)
"""`payee_channel` is what downstream rooms read: the channel that a person is paid through today."""

SECURED = ("payee", "account")
