"""The tables that every service has, and the protections that rooms put on theirs.

All functions are called from migrations with Alembic's `op`. The app role is `<service>_app`.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from common.database.audit_objects import AUDIT_OBJECTS

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z", re.ASCII)

_EVENTS = """
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    aggregate_version bigint NOT NULL CHECK (aggregate_version > 0),
    subject text NOT NULL,
    payload text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at timestamptz,
    stream_seq bigint,
    UNIQUE (aggregate_type, aggregate_id, aggregate_version)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL;
CREATE INDEX outbox_stream_seq ON outbox (stream_seq) WHERE stream_seq IS NOT NULL;

CREATE TABLE inbox (
    event_id uuid PRIMARY KEY,
    producer text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_received_at ON inbox (received_at);

CREATE TABLE aggregate_version (
    producer text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (producer, aggregate_type, aggregate_id)
) WITH (fillfactor = 80);

CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    producer text NOT NULL,
    event_id uuid NOT NULL,
    stream_seq bigint NOT NULL,
    subject text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    aggregate_version bigint NOT NULL,
    payload text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    behind uuid,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    attempts integer NOT NULL DEFAULT 1,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    resolved_at timestamptz,
    resolved_by text,
    UNIQUE (producer, event_id)
);
CREATE INDEX dead_letter_open ON dead_letter
    (producer, aggregate_type, aggregate_id, aggregate_version) WHERE status = 'open';
"""

_WORK = """
CREATE TABLE idempotency (
    client_id text NOT NULL,
    subject text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    communes text NOT NULL,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL DEFAULT '{}',
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (client_id, subject, key)
);
CREATE INDEX idempotency_created_at ON idempotency (created_at);

CREATE TABLE operation (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    commune_code text,
    actor text NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    checkpoint jsonb NOT NULL DEFAULT '{}',
    result jsonb,
    problem jsonb,
    cancel_requested boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    claimed_by text,
    heartbeat_at timestamptz,
    available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX operation_waiting ON operation (created_at) WHERE state IN ('queued', 'running');

CREATE TABLE audit_entry (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL DEFAULT current_setting('app.actor') CHECK (actor <> ''),
    client_id text NOT NULL DEFAULT coalesce(current_setting('app.client', true), ''),
    communes text NOT NULL DEFAULT current_setting('app.communes'),
    action text NOT NULL,
    outcome text NOT NULL DEFAULT 'done',
    purpose text NOT NULL DEFAULT '',
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    request_id text,
    detail jsonb NOT NULL DEFAULT '{}',
    block bigint
);
CREATE INDEX audit_entry_subject ON audit_entry (subject_type, subject_id);
CREATE INDEX audit_entry_actor ON audit_entry (actor, recorded_at);
CREATE INDEX audit_entry_block ON audit_entry (block, seq);

CREATE TABLE audit_block (
    block bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    entries bigint NOT NULL CHECK (entries > 0),
    algorithm smallint NOT NULL DEFAULT 1,
    previous text NOT NULL,
    digest text NOT NULL UNIQUE
);

CREATE TABLE attempt (
    attempt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose text NOT NULL,
    caller text NOT NULL,
    target text NOT NULL,
    failed boolean NOT NULL DEFAULT true,
    attempted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX attempt_target ON attempt (purpose, target, attempted_at) WHERE failed;
CREATE INDEX attempt_caller ON attempt (purpose, caller, attempted_at) WHERE failed;

CREATE TABLE revoked_session (
    session_id text PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE request_count (
    minute bigint NOT NULL,
    bucket text NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (minute, bucket)
);

CREATE TABLE signature_nonce (
    key_id text NOT NULL,
    nonce text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX signature_nonce_expires_at ON signature_nonce (expires_at);

CREATE TABLE key_fingerprint (
    name text PRIMARY KEY,
    fingerprint text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""

_REFUSE_CHANGES = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""

_PRUNE_OUTBOX = """
CREATE FUNCTION prune_outbox(kept interval, slice integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE removed bigint;
BEGIN
    IF kept < interval '95 days' THEN
        RAISE EXCEPTION 'a stream keeps events for 90 days, the outbox for longer';
    END IF;
    DELETE FROM outbox WHERE id IN (
        SELECT o.id FROM outbox o
        WHERE o.published_at < clock_timestamp() - kept AND EXISTS (
            SELECT FROM outbox later
            WHERE later.aggregate_type = o.aggregate_type AND later.aggregate_id = o.aggregate_id
              AND later.aggregate_version > o.aggregate_version)
        ORDER BY o.id LIMIT slice);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$
"""


class Operations(Protocol):
    """What is used of Alembic's `op` (which is a module)."""

    def execute(self, sqltext: str) -> Any:
        """Run a statement."""

    def get_context(self) -> Any:
        """Give the context of the migration."""


def app_role(op: Operations) -> str:
    """Name the role that the service works as, `<service>_app`."""
    return _name(str(op.get_context().opts["app_role"]))


def infrastructure_v1(op: Operations) -> None:
    """Make outbox, inbox, aggregate_version, dead_letter, idempotency, operation, audit_entry."""
    _execute_each(op, _EVENTS)
    _execute_each(op, _WORK)
    op.execute(_REFUSE_CHANGES)
    append_only(op, "key_fingerprint")
    role = app_role(op)
    append_only(op, "audit_block")
    for statement in AUDIT_OBJECTS:
        op.execute(statement.replace("{app_role}", role))
    op.execute(f"REVOKE DELETE ON outbox FROM {role}")
    op.execute(_PRUNE_OUTBOX)
    op.execute("REVOKE EXECUTE ON FUNCTION prune_outbox(interval, integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION prune_outbox(interval, integer) TO {role}")
    op.execute("""
        CREATE POLICY communes ON operation USING (
            commune_code IS NULL
            OR commune_code = ANY (string_to_array(current_setting('app.communes', true), ','))
            OR current_setting('app.communes', true) = '*'
        )
    """)
    op.execute("ALTER TABLE operation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE operation FORCE ROW LEVEL SECURITY")


def row_level_security(op: Operations, table: str, column: str = "commune_code") -> None:
    """Let a transaction see and write only rows of the communes in its scope.

    Forced, so that the table's owner is bound too. Without the setting no row is seen: the policy
    is then unknown, which counts as false.
    """
    name, code = _name(table), _name(column)
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY communes ON {name} USING (
            {code} = ANY (string_to_array(current_setting('app.communes', true), ','))
            OR current_setting('app.communes', true) = '*'
        )
    """)


def append_only(op: Operations, table: str) -> None:
    """Refuse every UPDATE, DELETE and TRUNCATE of the table, by privilege and by trigger."""
    name = _name(table)
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {app_role(op)}")
    op.execute(f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)


def _execute_each(op: Operations, script: str) -> None:
    # asyncpg prepares what it runs, and a prepared statement is a single one.
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(statement)


def _name(text: str) -> str:
    if not _NAME.match(text):
        msg = f"{text!r} is not a plain SQL name"
        raise ValueError(msg)
    return text
