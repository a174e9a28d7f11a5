"""Long work that survives a crash: a row, claimed by a worker, resumed where it stood."""

from common.operations.domain import Operation, OperationState
from common.operations.routes import router
from common.operations.runner import (
    OperationContext,
    OperationHandler,
    run_once,
    run_operations,
)
from common.operations.service import cancel, get, start

__all__ = [
    "Operation",
    "OperationContext",
    "OperationHandler",
    "OperationState",
    "cancel",
    "get",
    "router",
    "run_once",
    "run_operations",
    "start",
]
