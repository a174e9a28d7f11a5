"""Banks and the post office as rows: keys with days, accounts, routes; changed by two people."""

from __future__ import annotations

from typing import Any

from alembic import op as alembic_op

from common.database.migrations import row_level_security

op: Any = alembic_op  # a module that stands for the running Operations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE partner (
  code text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('bank', 'post_office')),
  name text NOT NULL,
  format text NOT NULL,
  delivery text NOT NULL CHECK (delivery IN ('pull', 'folder', 'push')),
  address text NOT NULL,
  client_id text NOT NULL UNIQUE,
  token_url text NOT NULL,
  contract jsonb NOT NULL,
  fees jsonb NOT NULL,
  profile jsonb NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  CHECK (delivery = 'pull' OR address <> '')
)
""",
    """
CREATE TABLE partner_key (
  key_id text PRIMARY KEY,
  partner text NOT NULL REFERENCES partner,
  public_key text NOT NULL,
  valid_from date NOT NULL,
  valid_to date
)
""",
    """
CREATE TABLE debtor_account (
  partner text NOT NULL REFERENCES partner,
  commune_code text,
  holder text NOT NULL,
  account text NOT NULL,
  bank_code text NOT NULL,
  valid_from date NOT NULL,
  UNIQUE NULLS NOT DISTINCT (partner, commune_code, valid_from)
)
""",
    """
CREATE TABLE partner_route (
  method text NOT NULL CHECK (method IN ('account', 'cash')),
  bank_code text,
  commune_code text,
  partner text NOT NULL REFERENCES partner,
  UNIQUE NULLS NOT DISTINCT (method, bank_code, commune_code),
  CHECK (method = 'account' OR bank_code IS NULL)
)
""",
    """
CREATE TABLE partner_change (
  change_id uuid PRIMARY KEY,
  partner text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('partner', 'key', 'key_end', 'debtor_account', 'route')),
  content jsonb NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'refused')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  CHECK ((state = 'proposed') = (decided_by IS NULL)),
  CHECK (decided_by <> proposed_by)
)
""",
    """
CREATE FUNCTION open_clearing_account() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_account (code, name, normal_side)
  VALUES ('clearing:' || NEW.code, 'Đang chuyển qua ' || NEW.name, 'credit')
  ON CONFLICT (code) DO UPDATE SET name = excluded.name;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER partner_clearing AFTER INSERT OR UPDATE OF name ON partner
FOR EACH ROW EXECUTE FUNCTION open_clearing_account()
""",
    "ALTER TABLE delivery ADD COLUMN renewals integer NOT NULL DEFAULT 0",
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
    """
CREATE FUNCTION paying_partner(wanted_method text, wanted_bank text, wanted_commune text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.partner FROM partner_route r
  WHERE r.method = wanted_method
    AND (r.bank_code IS NULL OR r.bank_code = wanted_bank)
    AND (r.commune_code IS NULL OR r.commune_code = wanted_commune)
  ORDER BY r.bank_code NULLS LAST, r.commune_code NULLS LAST LIMIT 1
$$
""",
    """
CREATE OR REPLACE VIEW payee_channel WITH (security_invoker = true) AS
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
       a.rejected_reason, p.merged_into, c.change_id, c.before, c.after
FROM payee p
LEFT JOIN account a ON a.account_id = p.account_id
LEFT JOIN payment_change c
  ON c.person_id = p.person_id AND c.kind = 'channel' AND c.state = 'pending'
CROSS JOIN LATERAL (
  SELECT p.method = 'account' AND p.personal_id IS NOT NULL
         AND a.account_id IS NOT NULL AND a.rejected_reason IS NULL AS usable) AS u
""",
)
"""The chart of accounts grows with the partners; the most particular route decides who pays."""


def upgrade() -> None:
    """Add the directory, and let the payees' channel ask it who pays."""
    for statement in STATEMENTS:
        op.execute(statement)
    row_level_security(op, "delivery_former")


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
