"""The one statement of the audit log: the app role may INSERT and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python
from sqlalchemy import text

from common.database.ids import new_id

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the audit log."""

    occurred_at: datetime
    actor: str
    communes: str
    action: str
    subject_type: str
    subject_id: str
    request_id: str | None
    detail: dict[str, Any]


async def insert(session: AsyncSession, entry: Entry) -> None:
    """Append an entry."""
    statement = text(
        "INSERT INTO audit_entry"
        " (id, occurred_at, actor, communes, action, subject_type, subject_id, request_id, detail)"
        " VALUES (:id, :occurred_at, :actor, :communes, :action, :subject_type, :subject_id,"
        " :request_id, cast(:detail AS jsonb))"
    )
    values = {
        "id": new_id(),
        "occurred_at": entry.occurred_at,
        "actor": entry.actor,
        "communes": entry.communes,
        "action": entry.action,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "request_id": entry.request_id,
        "detail": json.dumps(to_jsonable_python(entry.detail), ensure_ascii=False),
    }
    await session.execute(statement, values)
