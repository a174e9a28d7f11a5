"""Tables that every service has: events out and in, repeated commands, long work, audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from common.database.audit_objects import AUDIT_OBJECTS
from common.database.tables import (
    AppendOnly,
    TableBase,
    bigint,
    computed,
    identity,
    index,
    jsonb,
    one_of,
    smallint,
    table_registry,
)


class Base(TableBase, registry=table_registry()):
    """Base of the shared table classes."""


class Outbox(Base, table=True):
    """Events to publish, written in the transaction of the change that they tell."""

    __table_args__ = (
        CheckConstraint("aggregate_version > 0"),
        UniqueConstraint("event_id"),
        UniqueConstraint("aggregate_type", "aggregate_id", "aggregate_version"),
        index("outbox_pending", "id", where="published_at IS NULL"),
        index("outbox_stream_seq", "stream_seq", where="stream_seq IS NOT NULL"),
        {"postgresql_with": {"fillfactor": 80, "autovacuum_vacuum_scale_factor": 0.01}},
    )

    id: int = identity()
    """Order of writing; the relay publishes in it."""
    event_id: UUID
    aggregate_type: str
    aggregate_id: str
    aggregate_version: int = bigint()
    subject: str
    """NATS subject, `ansinh.<service>.<aggregate>.<past_tense>.v<N>`."""
    payload: str
    """The CloudEvent as JSON text, sent as it stands."""
    created_at: datetime = computed("clock_timestamp()")
    published_at: datetime | None = None
    """NULL until NATS has acknowledged it."""
    stream_seq: int | None = bigint(default=None)
    """Its number in the stream, by which a rewind of the stream is noticed."""


class Inbox(Base, table=True):
    """Events already applied: an event id that stands here is not applied again."""

    __table_args__ = (index("inbox_received_at", "received_at"),)

    event_id: UUID = Field(primary_key=True)
    producer: str
    received_at: datetime = computed("clock_timestamp()")


class AggregateVersion(Base, table=True):
    """Last version applied of each foreign aggregate: a consumer refuses gaps."""

    __table_args__ = (
        CheckConstraint("version > 0"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    producer: str = Field(primary_key=True)
    aggregate_type: str = Field(primary_key=True)
    aggregate_id: str = Field(primary_key=True)
    version: int = bigint()


class DeadLetter(Base, table=True):
    """Events that could not be applied, in order, with those of the same aggregate behind them."""

    __table_args__ = (
        one_of("status", "open", "replayed", "discarded"),
        UniqueConstraint("producer", "event_id"),
        index(
            "dead_letter_open",
            "producer, aggregate_type, aggregate_id, aggregate_version",
            where="status = 'open'",
        ),
    )

    id: UUID = Field(primary_key=True)
    producer: str
    event_id: UUID
    stream_seq: int = bigint()
    subject: str
    aggregate_type: str
    aggregate_id: str
    aggregate_version: int = bigint()
    payload: str
    reason: str
    """Code of the cause."""
    detail: str
    """Safe text for the operator; no values of the event."""
    behind: UUID | None = None
    """Event that must be replayed first; NULL for the one that failed."""
    status: str = "open"
    attempts: int = 1
    """How often it was tried."""
    parked_at: datetime = computed("clock_timestamp()")
    resolved_at: datetime | None = None
    resolved_by: str | None = None


class Idempotency(Base, table=True):
    """Stored answers of commands, by caller and Idempotency-Key."""

    __table_args__ = (index("idempotency_created_at", "created_at"),)

    client_id: str = Field(primary_key=True)
    """Program of the caller, from the token."""
    subject: str = Field(primary_key=True)
    """Person or program that called, from the token."""
    key: str = Field(primary_key=True)
    """Idempotency-Key of the request."""
    route: str
    communes: str
    """Scope in which the answer was given: without it the answer is not given again."""
    fingerprint: str
    """SHA-256 of method, address and body: another body under the same key is refused."""
    status: int
    """HTTP status of the stored answer."""
    headers: dict[str, Any] = jsonb(default={})
    body: str
    """The stored answer, sent again as it stands."""
    created_at: datetime = computed("clock_timestamp()")


class Operation(Base, table=True):
    """Long work that an API call starts and a worker does, in steps that survive a restart."""

    __table_args__ = (
        one_of("state", "queued", "running", "succeeded", "failed", "cancelled"),
        index("operation_waiting", "created_at", where="state IN ('queued', 'running')"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    """Which work it is, e.g. `intake`."""
    params: dict[str, Any] = jsonb(default={})
    commune_code: str | None = None
    """Commune that it works on; NULL: of the province."""
    actor: str
    state: str = "queued"
    done: int = bigint(default=0)
    """Steps done."""
    total: int | None = bigint(default=None)
    """Steps in all, once known."""
    checkpoint: dict[str, Any] = jsonb(default={})
    """Where it goes on after a restart."""
    result: dict[str, Any] | None = jsonb(default=None)
    problem: dict[str, Any] | None = jsonb(default=None)
    """RFC 9457 problem that ended it."""
    cancel_requested: bool = False
    attempts: int = 0
    """How often a worker has taken it."""
    claimed_by: str | None = None
    """Worker that has it."""
    heartbeat_at: datetime | None = None
    """Last sign of life of that worker."""
    available_at: datetime = computed("clock_timestamp()")
    """Not taken before."""
    created_at: datetime = computed("clock_timestamp()")
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime = computed("clock_timestamp()")


class AuditEntry(Base, table=True):
    """Who read or changed what, and for which communes; never the values themselves.

    The server writes actor, client, communes and time; rows only ever get the number of their block.
    """

    __table_args__ = (
        CheckConstraint("actor <> ''"),
        index("audit_entry_subject", "subject_type, subject_id"),
        index("audit_entry_actor", "actor, recorded_at"),
        index("audit_entry_block", "block, seq"),
    )

    seq: int = identity()
    recorded_at: datetime = computed("clock_timestamp()")
    actor: str = computed("current_setting('app.actor')")
    client_id: str = computed("coalesce(current_setting('app.client', true), '')")
    """Program that the actor used."""
    communes: str = computed("current_setting('app.communes')")
    """Communes in the scope of the caller, separated by commas; `*` is all."""
    action: str
    """What was done, `person.read`."""
    outcome: str = "done"
    """`done`, `read` or `refused`."""
    purpose: str = ""
    """What the caller stated, or the operation that was called."""
    subject_type: str
    subject_id: str
    request_id: str | None = None
    detail: dict[str, Any] = jsonb(default={})
    """What narrows the action, without personal data."""
    block: int | None = bigint(default=None)
    """Sealed block that holds the entry; NULL until the next sealing."""


class AuditBlock(Base, AppendOnly, table=True):
    """Sealed blocks of the audit log; each digest covers the entries and the digest before it."""

    __table_args__ = (CheckConstraint("entries > 0"), UniqueConstraint("digest"))

    block: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    sealed_at: datetime = computed("clock_timestamp()")
    entries: int = bigint()
    algorithm: int = smallint(default=1)
    previous: str
    """Digest of the block before; empty in the first one."""
    digest: str


class Attempt(Base, table=True):
    """Attempts to prove something about a person; failed ones are limited per caller and target."""

    __table_args__ = (
        index("attempt_target", "purpose, target, attempted_at", where="failed"),
        index("attempt_caller", "purpose, caller, attempted_at", where="failed"),
    )

    attempt_id: int = identity()
    purpose: str
    """What was attempted, `person.receive`."""
    caller: str
    target: str
    """Whom it was about."""
    failed: bool = True
    """True until the effect is committed."""
    attempted_at: datetime = computed("clock_timestamp()")


class RevokedSession(Base, table=True):
    """Log-in sessions that were ended before their tokens expire."""

    session_id: str = Field(primary_key=True)
    """`sid:...`, `jti:...` or `sub:...` of the tokens."""
    expires_at: datetime
    """When the last of its tokens expires; the row may go then."""
    revoked_at: datetime = computed("clock_timestamp()")


class RequestCount(Base, table=True):
    """Requests of a minute by caller and route, added up over the copies of the service."""

    minute: int = bigint(primary_key=True)
    """Minutes since 1970."""
    bucket: str = Field(primary_key=True)
    """Hash of who asks (address, program, person, route)."""
    requests: int = bigint()


class SignatureNonce(Base, table=True):
    """Nonces of signed requests (RFC 9421): none is accepted twice."""

    __table_args__ = (index("signature_nonce_expires_at", "expires_at"),)

    key_id: str = Field(primary_key=True)
    nonce: str = Field(primary_key=True)
    expires_at: datetime


class KeyFingerprint(Base, AppendOnly, table=True):
    """Which key the data was written with, by a fingerprint that shows nothing of it."""

    name: str = Field(primary_key=True)
    """Name of the service's setting."""
    fingerprint: str
    recorded_at: datetime = computed("clock_timestamp()")


OBJECTS = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
    """,
    "REVOKE DELETE ON outbox FROM {app_role}",
    *AUDIT_OBJECTS,
    """
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
    """,
    "REVOKE EXECUTE ON FUNCTION prune_outbox(interval, integer) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION prune_outbox(interval, integer) TO {app_role}",
    """
    CREATE POLICY communes ON operation USING (
        commune_code IS NULL
        OR commune_code = ANY (string_to_array(current_setting('app.communes', true), ','))
        OR current_setting('app.communes', true) = '*'
    )
    """,
    "ALTER TABLE operation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE operation FORCE ROW LEVEL SECURITY",
)
"""What stands beside the classes; work without a commune is seen by everybody."""
