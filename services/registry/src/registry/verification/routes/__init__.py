"""Routes of verification."""

from registry.verification.routes.checks import checks
from registry.verification.routes.tasks import tasks

__all__ = ["checks", "tasks"]
