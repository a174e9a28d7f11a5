"""`GET /operations/{id}` and `POST /operations/{id}/cancel`, the same in each service."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from common.operations import service
from common.operations.domain import (
    Operation,
    OperationFinished,
    OperationNotFound,
    OperationNotYours,
    OperationState,
)
from common.web.auth import Actor, authenticated, without_personal_data
from common.web.deps import ReadSessionDep, SessionDep
from common.web.problems import problems

OPERATOR_SCOPE = "operations:write"


class OperationView(BaseModel):
    """Long work as its caller sees it."""

    operation_id: UUID
    kind: str = Field(examples=["import"])
    state: OperationState
    commune_code: str | None = Field(examples=["25000"])
    done: int = Field(examples=[1200])
    total: int | None = Field(examples=[2300])
    cancel_requested: bool
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, operation: Operation) -> OperationView:
        """Show an operation."""
        same = {
            name: getattr(operation, name) for name in cls.model_fields if name != "operation_id"
        }
        return cls(operation_id=operation.id, **same)


router = APIRouter(tags=["tasks"])


@router.get(
    "/operations/{operation_id}",
    operation_id="get_operation",
    summary="Xem tiến độ một tác vụ",
    dependencies=[without_personal_data()],
    responses=problems(OperationNotFound),
)
async def get_operation(
    operation_id: UUID, session: ReadSessionDep, actor: Annotated[Actor, authenticated()]
) -> OperationView:
    """Ai thuộc địa bàn của tác vụ đều xem được; tác vụ toàn tỉnh chỉ cấp tỉnh xem được."""
    del actor
    return OperationView.of(await service.get(session, operation_id))


# without a key: a second call leaves the operation cancelled
@router.post(
    "/operations/{operation_id}/cancel",
    operation_id="cancel_operation",
    summary="Yêu cầu dừng một tác vụ",
    responses=problems(OperationNotFound, OperationFinished, OperationNotYours),
)
async def cancel_operation(
    operation_id: UUID, session: SessionDep, actor: Annotated[Actor, authenticated()]
) -> OperationView:
    """Người yêu cầu tác vụ (hoặc người vận hành, quyền operations:write) mới dừng được."""
    anyone = OPERATOR_SCOPE in actor.scopes
    requester = None if anyone else actor.subject
    return OperationView.of(await service.cancel(session, operation_id, requester=requester))
