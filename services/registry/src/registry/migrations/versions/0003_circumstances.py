"""Circumstances: every fact of the groups, papers, sealed health facts, disability case files."""

from __future__ import annotations

from alembic import op

from common.database.migrations import app_role, append_only, row_level_security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What squawk is told to pass over: a province has a few hundred thousand rows of circumstances,
# which are read through in a second while the service stands still for its upgrade; and every
# constraint that goes comes back wider in the same transaction.
_FACTS = (
    "ALTER TABLE circumstance ADD COLUMN content jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE circumstance ADD COLUMN child_key text NOT NULL DEFAULT ''",
    "ALTER TABLE circumstance ADD COLUMN paper jsonb",
    "ALTER TABLE circumstance ADD COLUMN reason text",
    "ALTER TABLE circumstance ADD COLUMN superseded_by text",
    "ALTER TABLE circumstance ADD COLUMN superseded_reason text",
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_kind_check
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_check1
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE circumstance DROP CONSTRAINT circumstance_periods
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_kind_check CHECK (kind IN (
        'disability', 'pension_income', 'wage_income', 'care_source', 'study', 'marital', 'child',
        'support', 'care_need', 'care', 'pregnancy', 'couple', 'detention', 'facility', 'missing',
        'neutral', 'local_group'
    ))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_amount_check
        CHECK ((kind IN ('pension_income', 'wage_income')) = (monthly_amount IS NOT NULL))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_child_check
        CHECK ((kind = 'child') = (child_key <> ''))
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_content_check
        CHECK (jsonb_typeof(content) = 'object' AND jsonb_typeof(paper) = 'object')
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE circumstance ADD CONSTRAINT circumstance_periods EXCLUDE USING gist (
        person_id WITH =, kind WITH =, child_key WITH =, daterange(valid_from, valid_to) WITH &&
    ) WHERE (superseded_at IS NULL)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX circumstance_person ON circumstance (person_id, recorded_at)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX circumstance_of_commune ON circumstance (commune_code, kind, circumstance_id)
        WHERE superseded_at IS NULL
    """,
)

# Only `registry_sealed` touches this table: the service takes the role on for each statement. The
# content is encrypted with a key of its own and has no index; a person has one row that counts.
_SEALED = (
    """
    CREATE TABLE sealed_fact (
        fact_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        content bytea NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        superseded_at timestamptz,
        superseded_by text
    )
    """,
    """
    CREATE UNIQUE INDEX sealed_fact_person ON sealed_fact (person_id) WHERE superseded_at IS NULL
    """,
    "GRANT USAGE ON SCHEMA public TO registry_sealed",
    "GRANT SELECT, INSERT ON sealed_fact TO registry_sealed",
    """
    GRANT UPDATE (commune_code, superseded_at, superseded_by) ON sealed_fact TO registry_sealed
    """,
)

_DISABILITY = (
    """
    CREATE TABLE disability_council_member (
        appointment_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        full_name text NOT NULL,
        role text NOT NULL CHECK (role IN (
            'chair', 'health_station', 'labour_official', 'fatherland_front', 'women', 'youth',
            'veterans', 'disabled_people_organisation'
        )),
        appointed_on date NOT NULL,
        ended_on date CHECK (ended_on > appointed_on),
        decision_number text,
        trained_on date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        CONSTRAINT disability_council_one_chair EXCLUDE USING gist (
            commune_code WITH =, daterange(appointed_on, ended_on) WITH &&
        ) WHERE (role = 'chair')
    )
    """,
    "CREATE INDEX disability_council_commune ON disability_council_member (commune_code)",
    """
    CREATE TABLE disability_session (
        session_id uuid PRIMARY KEY,
        commune_code text NOT NULL,
        held_on date NOT NULL,
        minutes_number text NOT NULL,
        chair uuid NOT NULL REFERENCES disability_council_member,
        present uuid[] NOT NULL,
        council_size integer NOT NULL CHECK (council_size > 0),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        UNIQUE (commune_code, minutes_number)
    )
    """,
    """
    CREATE TABLE disability_case (
        case_id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        request text NOT NULL CHECK (request IN ('first', 'reassessment', 'change_of_condition')),
        received_on date NOT NULL,
        due_on date NOT NULL,
        state text NOT NULL CHECK (state IN (
            'received', 'concluded', 'unresolved', 'referred', 'certified', 'closed'
        )),
        degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
        kinds text[] NOT NULL,
        concluded_on date,
        concluded_by text CHECK (concluded_by IN ('council', 'medical')),
        session_id uuid REFERENCES disability_session,
        version bigint NOT NULL CHECK (version > 0),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    """
    CREATE UNIQUE INDEX disability_case_open ON disability_case (person_id)
        WHERE state IN ('received', 'concluded', 'unresolved', 'referred')
    """,
    "CREATE INDEX disability_case_commune ON disability_case (commune_code, case_id)",
    """
    CREATE TABLE disability_sheet (
        sheet_id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES disability_case,
        commune_code text NOT NULL,
        form text NOT NULL CHECK (form IN ('under_6', 'from_6')),
        filled_on date NOT NULL,
        answers jsonb NOT NULL,
        suggested text CHECK (suggested IN ('severe', 'very_severe', 'mild')),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
    )
    """,
    "CREATE INDEX disability_sheet_case ON disability_sheet (case_id)",
    """
    CREATE TABLE disability_opinion (
        session_id uuid NOT NULL REFERENCES disability_session,
        case_id uuid NOT NULL REFERENCES disability_case,
        appointment_id uuid NOT NULL REFERENCES disability_council_member,
        commune_code text NOT NULL,
        finding text NOT NULL CHECK (finding IN (
            'severe', 'very_severe', 'mild', 'none', 'refer'
        )),
        kinds text[] NOT NULL,
        reasons text NOT NULL,
        PRIMARY KEY (session_id, case_id, appointment_id)
    )
    """,
    "CREATE INDEX disability_opinion_case ON disability_opinion (case_id)",
    """
    CREATE TABLE disability_referral (
        referral_id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES disability_case,
        commune_code text NOT NULL,
        ground text NOT NULL CHECK (ground IN ('unresolved', 'disputed', 'doubted')),
        referred_on date NOT NULL,
        note text NOT NULL,
        result_on date,
        loss_percent numeric(5, 2) CHECK (loss_percent BETWEEN 0 AND 100),
        degree text CHECK (degree IN ('severe', 'very_severe', 'mild')),
        kinds text[],
        document text,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        CHECK ((result_on IS NULL) = (loss_percent IS NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX disability_referral_waiting ON disability_referral (case_id)
        WHERE result_on IS NULL
    """,
    """
    CREATE TABLE disability_certificate_series (
        commune_code text NOT NULL,
        year integer NOT NULL,
        last_number integer NOT NULL CHECK (last_number > 0),
        PRIMARY KEY (commune_code, year)
    )
    """,
    """
    CREATE TABLE disability_certificate (
        certificate_id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES disability_case,
        person_id uuid NOT NULL REFERENCES person,
        commune_code text NOT NULL,
        year integer NOT NULL,
        running_number integer NOT NULL CHECK (running_number > 0),
        number text NOT NULL UNIQUE,
        signed_on date NOT NULL,
        degree text NOT NULL CHECK (degree IN ('severe', 'very_severe', 'mild')),
        kinds text[] NOT NULL,
        reassess_on date,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
    )
    """,
    "CREATE INDEX disability_certificate_case ON disability_certificate (case_id)",
    """
    CREATE TABLE disability_complaint (
        complaint_id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES disability_case,
        commune_code text NOT NULL,
        received_on date NOT NULL,
        due_on date NOT NULL,
        content text NOT NULL,
        answered_on date,
        outcome text CHECK (outcome IN ('upheld', 'rejected')),
        answer text,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        CHECK ((answered_on IS NULL) = (outcome IS NULL))
    )
    """,
    "CREATE INDEX disability_complaint_case ON disability_complaint (case_id)",
)
_BY_COMMUNE = (
    "sealed_fact",
    "disability_council_member",
    "disability_session",
    "disability_case",
    "disability_sheet",
    "disability_opinion",
    "disability_referral",
    "disability_certificate_series",
    "disability_certificate",
    "disability_complaint",
)


def upgrade() -> None:
    """Widen the table of facts; seal what reveals HIV; keep the files of the councils."""
    for statement in (*_FACTS, *_SEALED, *_DISABILITY):
        op.execute(statement)
    op.execute(f"REVOKE ALL ON sealed_fact FROM {app_role(op)}")
    for table in _BY_COMMUNE:
        row_level_security(op, table)
    for table in ("disability_sheet", "disability_opinion", "disability_certificate"):
        append_only(op, table)
