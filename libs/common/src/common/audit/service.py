"""Write down who did what. One entry per action that an auditor may ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.audit import store
from common.observability.redaction import redact_value
from common.observability.trace import current_trace

if TYPE_CHECKING:
    from common.database.session import AsyncSession


async def record(
    session: AsyncSession,
    action: str,
    subject_type: str,
    subject_id: UUID | str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an audit entry in the transaction of the change.

    Args:
        session: the transaction; its scope names the actor, its clock the time.
        action: past tense, dotted, e.g. `decision.signed`, `sealed_list.read`.
        subject_type: the kind of thing, e.g. `person`.
        subject_id: its id (person_id, never a personal number).
        detail: codes, ids and counts. Sensitive keys and long digit runs are masked on the way.
    """
    await store.insert(
        session,
        store.Entry(
            occurred_at=session.info["clock"].now(),
            actor=session.info["scope"].actor,
            communes=session.info["scope"].setting,
            action=action,
            subject_type=subject_type,
            subject_id=str(subject_id),
            request_id=current_trace().request_id,
            detail=redact_value(dict(detail or {})),
        ),
    )
