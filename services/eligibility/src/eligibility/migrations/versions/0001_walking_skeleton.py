"""Facts, dossiers, decisions, entitlements, proposals and the portal's queue."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from common.database.migrations import append_only, infrastructure_v1, row_level_security

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FACTS = """
CREATE TABLE person_fact (
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
    full_name text NOT NULL,
    birth_date date NOT NULL,
    birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
    sex text NOT NULL CHECK (sex IN ('male', 'female')),
    commune_code text NOT NULL,
    poverty_class text NOT NULL,
    death_date date,
    verification text NOT NULL,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz,
    PRIMARY KEY (person_id, version)
);
CREATE UNIQUE INDEX person_fact_current ON person_fact (person_id) WHERE superseded_at IS NULL;
CREATE INDEX person_fact_personal_id ON person_fact (personal_id) WHERE superseded_at IS NULL;
CREATE INDEX person_fact_commune ON person_fact (commune_code) WHERE superseded_at IS NULL;

CREATE TABLE poverty_fact (
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    commune_code text NOT NULL,
    poverty_class text NOT NULL CHECK (poverty_class IN ('poor', 'near_poor', 'none')),
    year integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, version)
);

CREATE TABLE circumstance_fact (
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    circumstance_id uuid NOT NULL,
    commune_code text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('disability', 'pension_income')),
    degree text CHECK (degree IN ('mild', 'severe', 'very_severe')),
    certificate_date date,
    monthly_amount bigint CHECK (monthly_amount >= 0),
    valid_from date,
    valid_to date,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz,
    PRIMARY KEY (person_id, version),
    CHECK ((kind = 'disability') = (degree IS NOT NULL)),
    CHECK ((kind = 'pension_income') = (monthly_amount IS NOT NULL))
);
CREATE INDEX circumstance_fact_circumstance ON circumstance_fact (circumstance_id);
"""

DOSSIERS = """
CREATE TABLE dossier (
    dossier_code text PRIMARY KEY,
    commune_code text NOT NULL,
    procedure_code text NOT NULL,
    benefit text NOT NULL,
    person_id uuid NOT NULL,
    status smallint NOT NULL CHECK (status BETWEEN 1 AND 10),
    received_at timestamptz NOT NULL,
    due_on date NOT NULL,
    declared_pension_income bigint CHECK (declared_pension_income >= 0),
    papers jsonb NOT NULL,
    message jsonb NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX dossier_commune ON dossier (commune_code, dossier_code);

CREATE TABLE dossier_step (
    dossier_code text NOT NULL REFERENCES dossier,
    version bigint NOT NULL,
    commune_code text NOT NULL,
    status smallint NOT NULL,
    actor text NOT NULL,
    note text NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (dossier_code, version)
);
"""

DECISIONS = """
CREATE TABLE decision (
    decision_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('level_review', 'grant', 'refusal')),
    commune_code text NOT NULL,
    number text NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'signed')),
    pay_month date CHECK (extract(day FROM pay_month) = 1),
    dossier_code text,
    line_count integer NOT NULL,
    totals jsonb NOT NULL,
    drafted_by text NOT NULL,
    drafted_at timestamptz NOT NULL,
    signed_by text,
    signed_on date,
    signed_at timestamptz,
    version bigint NOT NULL,
    CHECK ((status = 'signed') = (signed_by IS NOT NULL AND signed_on IS NOT NULL)),
    CHECK (signed_by IS NULL OR signed_by <> drafted_by),
    UNIQUE (commune_code, number)
);
CREATE UNIQUE INDEX decision_dossier ON decision (dossier_code) WHERE dossier_code IS NOT NULL;

CREATE TABLE decision_explanation (
    decision_id uuid NOT NULL REFERENCES decision,
    key text NOT NULL,
    commune_code text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (decision_id, key)
);

CREATE TABLE decision_line (
    line_id uuid PRIMARY KEY,
    decision_id uuid NOT NULL REFERENCES decision,
    commune_code text NOT NULL,
    person_id uuid NOT NULL,
    entitlement_id uuid NOT NULL,
    entitlement_version bigint NOT NULL,
    benefit text NOT NULL,
    outcome text NOT NULL,
    from_month date NOT NULL,
    listed_amount bigint NOT NULL,
    listed_coefficient integer NOT NULL,
    law_coefficient integer NOT NULL,
    law_amount bigint NOT NULL,
    owed bigint NOT NULL,
    levels jsonb NOT NULL,
    reasons jsonb NOT NULL,
    facts jsonb NOT NULL,
    UNIQUE (decision_id, entitlement_id)
);
CREATE INDEX decision_line_order ON decision_line (decision_id, line_id);
CREATE INDEX decision_line_person ON decision_line (person_id);

CREATE FUNCTION refuse_signed_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION 'a signed decision is final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse_signed_decision();
CREATE FUNCTION refuse_signed_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM decision d JOIN gone g USING (decision_id) WHERE d.status = 'signed')
    THEN
        RAISE EXCEPTION 'a line of a signed decision is final'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER final_delete AFTER DELETE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line();
CREATE TRIGGER final_update AFTER UPDATE ON decision_line
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line();
CREATE TRIGGER final_insert AFTER INSERT ON decision_line
    REFERENCING NEW TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_line();
"""

ENTITLEMENTS = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE entitlement (
    entitlement_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    commune_code text NOT NULL,
    benefit text NOT NULL CHECK (benefit IN ('social_pension', 'disability_allowance')),
    group_code text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'held', 'suspended', 'stopped')),
    status_reason text,
    origin text NOT NULL CHECK (origin IN ('taken_over', 'grant')),
    stated_category text NOT NULL,
    listed_amount bigint NOT NULL CHECK (listed_amount >= 0),
    listed_coefficient integer NOT NULL CHECK (listed_coefficient > 0),
    paid_from date NOT NULL,
    paid_to date,
    old_decision_number text,
    old_decision_date date,
    decision_id uuid,
    decision_number text NOT NULL,
    signed_on date NOT NULL,
    decision_origin text NOT NULL,
    level_counts_from date,
    import_id uuid,
    row_number integer,
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX entitlement_one_each ON entitlement (person_id, benefit)
    WHERE status <> 'stopped';
CREATE INDEX entitlement_commune ON entitlement (commune_code, entitlement_id);

CREATE TABLE entitlement_level (
    entitlement_id uuid NOT NULL REFERENCES entitlement,
    version bigint NOT NULL,
    commune_code text NOT NULL,
    from_month date NOT NULL CHECK (extract(day FROM from_month) = 1),
    to_month date CHECK (extract(day FROM to_month) = 1 AND to_month >= from_month),
    amount bigint NOT NULL CHECK (amount >= 0),
    coefficient integer NOT NULL,
    provision text NOT NULL,
    recorded_at timestamptz NOT NULL,
    superseded_at timestamptz,
    PRIMARY KEY (entitlement_id, version, from_month),
    EXCLUDE USING gist (
        entitlement_id WITH =,
        daterange(from_month, coalesce(to_month, 'infinity'::date), '[]') WITH &&
    ) WHERE (superseded_at IS NULL)
);

CREATE TABLE proposal (
    entitlement_id uuid NOT NULL REFERENCES entitlement,
    code text NOT NULL,
    commune_code text NOT NULL,
    person_id uuid NOT NULL,
    benefit text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'signed')),
    from_month date NOT NULL,
    listed_amount bigint NOT NULL,
    listed_coefficient integer NOT NULL,
    proposed_amount bigint NOT NULL,
    law_coefficient integer NOT NULL,
    law_amount bigint NOT NULL,
    law_provision text,
    reasons text[] NOT NULL,
    found_at timestamptz NOT NULL,
    PRIMARY KEY (entitlement_id, code)
);
CREATE INDEX proposal_commune ON proposal (commune_code, code, entitlement_id);
"""

PORTAL = """
CREATE TABLE portal_message (
    message_id uuid PRIMARY KEY,
    dossier_code text NOT NULL,
    dossier_version bigint NOT NULL,
    commune_code text NOT NULL,
    status smallint NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'refused')),
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    sent_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    UNIQUE (dossier_code, dossier_version)
);
CREATE INDEX portal_message_due ON portal_message (next_attempt_at, message_id)
    WHERE state = 'queued';
"""

TABLES = (
    "person_fact",
    "poverty_fact",
    "circumstance_fact",
    "dossier",
    "dossier_step",
    "decision",
    "decision_explanation",
    "decision_line",
    "entitlement",
    "entitlement_level",
    "proposal",
    "portal_message",
)


def upgrade() -> None:
    # The module `op` is a proxy of the running Operations.
    operations = cast("Operations", op)
    infrastructure_v1(operations)
    for script in (FACTS, DOSSIERS, DECISIONS, ENTITLEMENTS, PORTAL):
        for statement in _statements(script):
            op.execute(statement)
    for table in TABLES:
        row_level_security(operations, table)
    append_only(operations, "dossier_step")


def _statements(script: str) -> list[str]:
    """Split at statement ends, leaving the bodies of functions whole."""
    statements: list[str] = []
    buffer = ""
    for part in script.split(";\n"):
        buffer += part
        if buffer.count("$$") % 2:
            buffer += ";\n"
            continue
        if buffer.strip():
            statements.append(buffer)
        buffer = ""
    return statements
