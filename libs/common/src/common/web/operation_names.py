"""The name of an operation: for limits, known parameters and the purpose in the audit log."""

from __future__ import annotations

from typing import Any


def operation_name(route: Any) -> str:
    """Give the operation id of a route, which is unique in a service; without one, its name."""
    return str(getattr(route, "operation_id", None) or route.name)
