"""Write down who did what, and what for. One entry per action that an auditor may ask about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.audit import store
from common.observability.redaction import redact_value
from common.observability.trace import current_trace

if TYPE_CHECKING:
    from common.database.session import AsyncSession, Database, Scope


@dataclass(slots=True)
class Request:
    """What the audit log knows of the present request.

    `purpose` is what the caller states (header `X-Purpose`), or the operation that was called.
    `recorded` says whether an entry was written; the edge writes one when nobody else did.
    `repeated` says that a refusal repeats one of the same minute, which has its entry.
    """

    purpose: str = ""
    recorded: bool = False
    repeated: bool = False


_request: ContextVar[Request | None] = ContextVar("common_audit_request", default=None)


def begin_request() -> Request:
    """Start the notes of a request; `record` and `mark_recorded` write into them."""
    request = Request()
    _request.set(request)
    return request


_PURPOSE = re.compile(r"[\w.:/-]{1,100}")


def state_purpose(stated: str | None, operation: str) -> None:
    """Keep what the caller states as the purpose of this request, or the operation called.

    Args:
        stated: a code of the caller: a procedure, a dossier, a case; anything else does not count.
        operation: name of the route's operation.
    """
    request = _request.get()
    if request is not None:
        good = stated is not None and _PURPOSE.fullmatch(stated) is not None
        request.purpose = stated if stated is not None and good else operation


def current_purpose() -> str:
    """Return the purpose of the present request, or an empty text outside of one."""
    request = _request.get()
    return "" if request is None else request.purpose


def mark_recorded() -> None:
    """Say that this request has its entry: somebody else wrote it in the same transaction."""
    request = _request.get()
    if request is not None:
        request.recorded = True


def mark_repeated() -> None:
    """Say that this refusal repeats one that was written down within the minute."""
    request = _request.get()
    if request is not None:
        request.repeated = True


async def record(
    session: AsyncSession,
    action: str,
    subject_type: str,
    subject_id: UUID | str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an audit entry in the transaction of the change.

    The database writes actor, client and communes from the transaction's scope, and the time.

    Args:
        session: the transaction.
        action: past tense, dotted, e.g. `decision.signed`, `sealed_list.read`.
        subject_type: the kind of thing, e.g. `person`.
        subject_id: its id (person_id, never a personal number).
        detail: codes, ids and counts. Sensitive keys and long digit runs are masked on the way.
    """
    await store.insert(
        session,
        store.Entry(
            action=action,
            outcome="done",
            purpose=current_purpose(),
            subject_type=subject_type,
            subject_id=str(subject_id),
            request_id=current_trace().request_id,
            detail=redact_value(dict(detail or {})),
        ),
    )
    mark_recorded()


async def record_access(database: Database, scope: Scope, entry: store.Entry) -> None:
    """Add an entry in a transaction of its own, for a read or a refusal that changes nothing.

    Raises:
        OSError, asyncpg.PostgresError, asyncpg.InterfaceError: the database did not answer.
    """
    await store.insert_access(await database.plain(), scope, entry)
