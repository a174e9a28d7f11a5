"""The table of stored answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True)
class Caller:
    """Whose keys: the program and the person, two values that are never joined into one text."""

    client_id: str
    subject: str


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it was first given; `body` is JSON, `communes` the scope that it was given in."""

    communes: str
    status: int
    headers: Mapping[str, Any]
    body: str


async def try_lock(session: AsyncSession, caller: Caller, key: str) -> bool:
    """Take the key until the transaction ends; False when another transaction holds it."""
    name = json.dumps([caller.client_id, caller.subject, key])
    digest = hashlib.sha256(name.encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    statement = text("SELECT pg_try_advisory_xact_lock(:number)")
    return bool(await session.scalar(statement, {"number": number}))


async def find(session: AsyncSession, caller: Caller, key: str) -> tuple[str, StoredAnswer] | None:
    """Read the fingerprint of the command that first used a key, and its answer."""
    statement = text(
        "SELECT fingerprint, communes, status, headers, body FROM idempotency"
        " WHERE client_id = :client AND subject = :subject AND key = :key"
    )
    values = {"client": caller.client_id, "subject": caller.subject, "key": key}
    row = (await session.execute(statement, values)).one_or_none()
    if row is None:
        return None
    return row.fingerprint, StoredAnswer(row.communes, row.status, dict(row.headers), row.body)


async def save(
    session: AsyncSession,
    caller: Caller,
    key: str,
    command: tuple[str, str],
    answer: StoredAnswer,
) -> None:
    """Store a command (its route and fingerprint) with its answer; a key is stored once."""
    route, fingerprint = command
    statement = text(
        "INSERT INTO idempotency"
        " (client_id, subject, key, route, communes, fingerprint, status, headers, body)"
        " VALUES (:client, :subject, :key, :route, :communes, :fingerprint, :status,"
        " cast(:headers AS jsonb), :body)"
    )
    values = {
        "client": caller.client_id,
        "subject": caller.subject,
        "key": key,
        "route": route,
        "communes": answer.communes,
        "fingerprint": fingerprint,
        "status": answer.status,
        "headers": json.dumps(dict(answer.headers)),
        "body": answer.body,
    }
    await session.execute(statement, values)


async def forget(session: AsyncSession, older_than: timedelta) -> int:
    """Delete answers older than this."""
    statement = text(
        "WITH gone AS (DELETE FROM idempotency WHERE created_at < now() - cast(:age AS interval)"
        " RETURNING 1) SELECT count(*) FROM gone"
    )
    return int(await session.scalar(statement, {"age": older_than}) or 0)
