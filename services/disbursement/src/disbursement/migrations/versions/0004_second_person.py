"""A change of account, method or payee is a proposal until a second person confirms it."""

from __future__ import annotations

from typing import Any

from alembic import op as alembic_op

from common.database.migrations import append_only, row_level_security
from disbursement.migrations.v0001.shared import guard, transitions

op: Any = alembic_op  # a module that stands for the running Operations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    "ALTER TABLE payee ADD COLUMN account_id uuid",
    "ALTER TABLE payee ADD COLUMN chosen boolean NOT NULL DEFAULT false",
    "ALTER TABLE account ADD COLUMN number_masked text",
    "ALTER TABLE account ADD COLUMN holder_index bytea",
    "ALTER TABLE representation ADD COLUMN confirmed_by text",
    "ALTER TABLE payment_list_line ADD COLUMN holder_index bytea",
    "ALTER TABLE payment_list_line ADD COLUMN account_masked text",
    "ALTER TABLE payment_list_exception ADD COLUMN before text",
    "ALTER TABLE payment_list_exception ADD COLUMN after text",
    "ALTER TABLE payment_list ADD COLUMN sealed_at timestamptz",
)

CHANGE = """
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
  CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CHECK ((state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)),
  CHECK ((kind = 'channel') = (method IS NOT NULL))
)
"""

PAYEE_ROUTE = """
CREATE TABLE payee_route (
  person_id uuid NOT NULL,
  benefit text NOT NULL,
  commune_code text NOT NULL,
  payee_person_id uuid NOT NULL,
  change_id uuid REFERENCES payment_change,
  basis text NOT NULL,
  PRIMARY KEY (person_id, benefit)
)
"""

NOTICE = """
CREATE TABLE citizen_notice (
  notice_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  commune_code text NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  text text NOT NULL,
  recorded_at timestamptz NOT NULL
)
"""

VIEWS = (
    """
-- squawk-ignore ban-drop-view
DROP VIEW payee_channel CASCADE
""",
    """
CREATE VIEW payee_channel WITH (security_invoker = true) AS
SELECT p.person_id, p.commune_code, p.personal_id, p.former_number, p.full_name, p.sort_key,
       p.birth_date, p.village, p.death_date,
       CASE WHEN usable THEN 'account' ELSE 'cash' END AS method,
       CASE WHEN usable THEN 'agribank' ELSE 'vnpost' END AS partner,
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
    """
CREATE OR REPLACE VIEW cash_recipient WITH (security_invoker = true) AS
SELECT r.person_id, r.kind, r.representative_person_id, r.representative_name,
       p.personal_id AS representative_number, r.valid_from, r.valid_to
FROM representation r
LEFT JOIN payee p ON p.person_id = r.representative_person_id
WHERE r.may_receive_money AND r.confirmed_by IS NOT NULL AND p.death_date IS NULL
""",
    """
-- squawk-ignore ban-drop-view
DROP VIEW sealed_line
""",
    """
CREATE VIEW sealed_line WITH (security_invoker = true) AS
SELECT n.*, l.month AS list_month, l.content_hash
FROM payment_list_line n JOIN payment_list l USING (list_id)
WHERE l.state IN ('sealed', 'reconciled')
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
"""`payee_channel` shows what is confirmed; a pending change stands beside it, without effect."""

KEEP = (
    "SELECT set_config('app.communes', '*', true)",
    """
UPDATE payee p SET account_id = a.account_id
FROM account a WHERE a.person_id = p.person_id AND a.superseded_at IS NULL
""",
    "UPDATE payee SET chosen = true",
    "UPDATE representation SET confirmed_by = 'before_second_person'",
    """
INSERT INTO payee_route (person_id, benefit, commune_code, payee_person_id, basis)
SELECT DISTINCT ON (person_id, benefit) person_id, benefit, commune_code, payee_person_id,
  'before_second_person' FROM entitlement WHERE payee_person_id IS NOT NULL
ORDER BY person_id, benefit, version DESC
""",
)
"""What was in use when this revision came stays in use."""

INDEXES = (
    """
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX account_current
""",
    """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX account_by_person ON account (person_id)
""",
    """
CREATE UNIQUE INDEX payment_change_pending ON payment_change (person_id, kind, benefit,
  (CASE WHEN kind = 'recipient' THEN representation_id END)) NULLS NOT DISTINCT
WHERE state = 'pending'
""",
    "CREATE INDEX payment_change_by_commune ON payment_change (commune_code, state, change_id)",
    "CREATE INDEX payment_change_by_account ON payment_change (account_id)",
    "CREATE INDEX citizen_notice_by_person ON citizen_notice (person_id)",
    """
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE payee ADD FOREIGN KEY (account_id) REFERENCES account
""",
)


def upgrade() -> None:
    """Add proposals, confirmed routes, notices; what was in use stays in use."""
    for statement in (*COLUMNS, CHANGE, PAYEE_ROUTE, NOTICE, *KEEP, *INDEXES, *VIEWS):
        op.execute(statement)
    op.execute(
        transitions(
            "payment_change",
            ("pending", "confirmed"),
            ("pending", "refused"),
            ("pending", "withdrawn"),
        )
    )
    op.execute(guard("payment_change", "payment_change", "change_id"))
    for table in ("payment_change", "payee_route", "citizen_notice"):
        row_level_security(op, table)
    append_only(op, "citizen_notice")


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
