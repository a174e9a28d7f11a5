"""Start, read and cancel long work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.database.ids import new_id
from common.operations import store
from common.operations.domain import (
    Operation,
    OperationFinished,
    OperationNotFound,
    OperationNotYours,
    OperationState,
)

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_FINAL = frozenset({OperationState.SUCCEEDED, OperationState.FAILED, OperationState.CANCELLED})


async def start(
    session: AsyncSession,
    kind: str,
    params: Mapping[str, Any],
    *,
    commune_code: str | None,
    total: int | None = None,
) -> UUID:
    """Queue long work in the transaction of the request; a worker claims it after the commit.

    Args:
        session: the write transaction; its scope names who asked.
        kind: names the handler in `Service.jobs`.
        params: what the handler needs, JSON, ids rather than personal data.
        commune_code: whose work it is; None for the whole province.
        total: how much there is to do, when known.
    """
    operation_id = new_id()
    actor = session.info["scope"].actor
    await store.insert(
        session,
        store.NewOperation(
            id=operation_id,
            kind=kind,
            params=dict(params),
            commune_code=commune_code,
            actor=actor,
            total=total,
        ),
    )
    return operation_id


async def get(session: AsyncSession, operation_id: UUID) -> Operation:
    """Read one operation.

    Raises:
        OperationNotFound: none that the caller may see.
    """
    operation = await store.find(session, operation_id)
    scope = session.info["scope"]
    if operation is None or (operation.commune_code is None and scope.communes is not None):
        raise OperationNotFound
    return operation


async def cancel(
    session: AsyncSession, operation_id: UUID, *, requester: str | None = None
) -> Operation:
    """Cancel: at once when it waits, at the handler's next look when it runs.

    Args:
        session: the write transaction.
        operation_id: which one.
        requester: refuse unless this subject asked for the work; None lets anyone.

    Raises:
        OperationNotFound: none that the caller may see.
        OperationNotYours: another asked for it.
        OperationFinished: it is over.
    """
    operation = await get(session, operation_id)
    if requester is not None and operation.actor != requester:
        raise OperationNotYours
    if operation.state is OperationState.CANCELLED:
        return operation
    if operation.state in _FINAL or not await store.request_cancel(session, operation_id):
        raise OperationFinished(state=operation.state.value)
    return await get(session, operation_id)
