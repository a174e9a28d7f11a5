"""Who is paid may differ from who is entitled: carers, recipients with authority, merged records."""

from __future__ import annotations

from typing import Any

from alembic import op as alembic_op

from common.database.migrations import row_level_security

op: Any = alembic_op  # a module that stands for the running Operations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = (
    "ALTER TABLE payee ADD COLUMN merged_into uuid",
    "ALTER TABLE entitlement ADD COLUMN payee_person_id uuid",
    "ALTER TABLE payment_list_line ADD COLUMN payee_person_id uuid",
    "ALTER TABLE payment_list_line ADD COLUMN payee_name text",
    "ALTER TABLE payment_list_line ADD COLUMN payee_number text",
)

REPRESENTATION = """
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
"""

VIEWS = (
    """
CREATE OR REPLACE VIEW payee_channel WITH (security_invoker = true) AS
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
CREATE OR REPLACE VIEW entitlement_status WITH (security_invoker = true) AS
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
CREATE VIEW cash_recipient WITH (security_invoker = true) AS
SELECT r.person_id, r.kind, r.representative_person_id, r.representative_name,
       p.personal_id AS representative_number, r.valid_from, r.valid_to
FROM representation r
LEFT JOIN payee p ON p.person_id = r.representative_person_id
WHERE r.may_receive_money AND p.death_date IS NULL
""",
)
"""The views are what downstream rooms read; of several entitlements the living one tells the place.
"""


def upgrade() -> None:
    """Add payees to entitlements and lists, and who may take a person's cash."""
    for statement in (*COLUMNS, REPRESENTATION):
        op.execute(statement)
    op.execute("CREATE INDEX representation_person ON representation (person_id)")
    for statement in VIEWS:
        op.execute(statement)
    row_level_security(op, "representation")


def downgrade() -> None:
    """Money records are never dropped by a command: restore a backup instead."""
    raise RuntimeError("not reversible")
