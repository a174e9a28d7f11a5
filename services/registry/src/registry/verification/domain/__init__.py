"""Comparing with the population database; tasks for people; notices of deaths and moves."""

from registry.verification.domain.comparison import (
    COMPARED,
    UNVERIFIED,
    Citizen,
    FieldResult,
    Status,
    Subject,
    Verdict,
    birth_known,
    birth_of,
    comparable,
    compare,
    judge,
    read_citizen,
    read_citizens,
)
from registry.verification.domain.tasks import (
    AcceptImpossible,
    Resolution,
    Task,
    TaskClosed,
    TaskNotFound,
)

__all__ = [
    "COMPARED",
    "UNVERIFIED",
    "AcceptImpossible",
    "Citizen",
    "FieldResult",
    "Resolution",
    "Status",
    "Subject",
    "Task",
    "TaskClosed",
    "TaskNotFound",
    "Verdict",
    "birth_known",
    "birth_of",
    "comparable",
    "compare",
    "judge",
    "read_citizen",
    "read_citizens",
]
