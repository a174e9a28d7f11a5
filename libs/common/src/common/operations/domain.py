"""What an operation is, and which problems it can have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.kernel.errors import Conflict, Forbidden, NotFound


class OperationState(StrEnum):
    """Where long work stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OperationNotFound(NotFound, code="operation_not_found", title="Không tìm thấy tác vụ"):
    """No such operation, or it belongs to a commune that is not the caller's."""


class OperationFinished(Conflict, code="operation_finished", title="Tác vụ đã kết thúc"):
    """A finished operation cannot be cancelled."""


class OperationNotYours(
    Forbidden, code="operation_not_yours", title="Chỉ người yêu cầu tác vụ mới dừng được tác vụ"
):
    """Only who asked for the work, or an operator, may stop it."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Long work as its row says. `done` and `total` count what the kind of work counts."""

    id: UUID
    kind: str
    commune_code: str | None
    actor: str
    params: dict[str, Any]
    state: OperationState
    done: int
    total: int | None
    checkpoint: dict[str, Any]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    cancel_requested: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
