"""The rows of long work. Times are the database's: heartbeats of many machines compare there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Row, text

from common.operations.domain import Operation, OperationState

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_COLUMNS = (
    "id, kind, commune_code, actor, params, state, done, total, checkpoint, result, problem,"
    " cancel_requested, attempts, created_at, started_at, finished_at"
)


@dataclass(frozen=True, kw_only=True)
class NewOperation:
    """A row to be."""

    id: UUID
    kind: str
    params: dict[str, Any]
    commune_code: str | None
    actor: str
    total: int | None


async def insert(session: AsyncSession, new: NewOperation) -> None:
    """Queue work, and wake the workers when the transaction commits."""
    statement = text(
        "INSERT INTO operation (id, kind, params, commune_code, actor, total)"
        " VALUES (:id, :kind, cast(:params AS jsonb), :commune_code, :actor, :total)"
    )
    values = {
        "id": new.id,
        "kind": new.kind,
        "params": _json(new.params),
        "commune_code": new.commune_code,
        "actor": new.actor,
        "total": new.total,
    }
    await session.execute(statement, values)


async def find(session: AsyncSession, operation_id: UUID) -> Operation | None:
    """Read one row."""
    statement = text(f"SELECT {_COLUMNS} FROM operation WHERE id = :id")
    row = (await session.execute(statement, {"id": operation_id})).one_or_none()
    return None if row is None else _operation(row)


async def request_cancel(session: AsyncSession, operation_id: UUID) -> bool:
    """Cancel waiting work, ask running work to stop; False when it is over already."""
    statement = text(
        "UPDATE operation SET cancel_requested = true,"
        " state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,"
        " finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END,"
        " updated_at = clock_timestamp()"
        " WHERE id = :id AND state IN ('queued', 'running') RETURNING id"
    )
    return (await session.scalar(statement, {"id": operation_id})) is not None


async def claim(
    session: AsyncSession, kinds: list[str], claim_id: str, stale: timedelta
) -> Operation | None:
    """Take the oldest work that waits, or whose worker fell silent; others skip it."""
    statement = text(
        "UPDATE operation SET state = 'running', claimed_by = :claim, attempts = attempts + 1,"
        " heartbeat_at = clock_timestamp(), updated_at = clock_timestamp(),"
        " started_at = coalesce(started_at, clock_timestamp())"
        " WHERE id = (SELECT id FROM operation WHERE kind = ANY (:kinds)"
        "  AND ((state = 'queued' AND available_at <= clock_timestamp())"
        "   OR (state = 'running' AND heartbeat_at < clock_timestamp() - cast(:stale AS interval)))"
        "  ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        f" RETURNING {_COLUMNS}"
    )
    values = {"kinds": kinds, "claim": claim_id, "stale": stale}
    row = (await session.execute(statement, values)).one_or_none()
    return None if row is None else _operation(row)


async def heartbeat(session: AsyncSession, operation_id: UUID, claim_id: str) -> bool | None:
    """Sign of life; gives whether a cancel was asked, None when the claim was lost."""
    statement = text(
        "UPDATE operation SET heartbeat_at = clock_timestamp()"
        " WHERE id = :id AND claimed_by = :claim AND state = 'running' RETURNING cancel_requested"
    )
    asked = await session.scalar(statement, {"id": operation_id, "claim": claim_id})
    return None if asked is None else bool(asked)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the work came; None leaves the stored value."""

    done: int
    total: int | None
    checkpoint: dict[str, Any] | None


async def save_progress(
    session: AsyncSession, operation_id: UUID, claim_id: str, progress: Progress
) -> bool | None:
    """Store progress; answers like `heartbeat`."""
    statement = text(
        "UPDATE operation SET done = :done, total = coalesce(:total, total),"
        " checkpoint = coalesce(cast(:checkpoint AS jsonb), checkpoint),"
        # Only runs that get nowhere count towards giving up.
        " attempts = CASE WHEN :done > done THEN 1 ELSE attempts END,"
        " heartbeat_at = clock_timestamp(), updated_at = clock_timestamp()"
        " WHERE id = :id AND claimed_by = :claim AND state = 'running' RETURNING cancel_requested"
    )
    values = {
        "id": operation_id,
        "claim": claim_id,
        "done": progress.done,
        "total": progress.total,
        "checkpoint": None if progress.checkpoint is None else _json(progress.checkpoint),
    }
    asked = await session.scalar(statement, values)
    return None if asked is None else bool(asked)


async def finish(
    session: AsyncSession,
    operation_id: UUID,
    claim_id: str,
    state: OperationState,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
) -> bool:
    """Store the final state; False when the claim was lost in the meantime."""
    statement = text(
        "UPDATE operation SET state = :state, result = cast(:result AS jsonb),"
        " problem = cast(:problem AS jsonb), finished_at = clock_timestamp(),"
        " updated_at = clock_timestamp()"
        " WHERE id = :id AND claimed_by = :claim AND state = 'running' RETURNING id"
    )
    values = {
        "id": operation_id,
        "claim": claim_id,
        "state": state.value,
        "result": None if result is None else _json(result),
        "problem": None if problem is None else _json(problem),
    }
    return (await session.scalar(statement, values)) is not None


async def put_back(
    session: AsyncSession, operation_id: UUID, claim_id: str, wait: timedelta
) -> bool:
    """Queue the work again, to be tried after a wait."""
    statement = text(
        "UPDATE operation SET state = 'queued', claimed_by = NULL,"
        " available_at = clock_timestamp() + cast(:wait AS interval),"
        " updated_at = clock_timestamp()"
        " WHERE id = :id AND claimed_by = :claim AND state = 'running' RETURNING id"
    )
    values = {"id": operation_id, "claim": claim_id, "wait": wait}
    return (await session.scalar(statement, values)) is not None


def _json(value: dict[str, Any]) -> str:
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)


def _operation(row: Row[Any]) -> Operation:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    values["state"] = OperationState(values["state"])
    return Operation(**values)
