"""What others ask of verification: checks, and tasks for people."""

from registry.verification.service.checks import (
    OPERATION,
    Answer,
    Seals,
    Wanted,
    apply,
    follow,
    next_people,
    next_round,
    note_queries,
    standing,
    start,
    subject_of,
)
from registry.verification.service.tasks import (
    Acceptance,
    accept,
    communes_of,
    keep,
    open_tasks,
    task,
    tasks,
)

__all__ = [
    "OPERATION",
    "Acceptance",
    "Answer",
    "Seals",
    "Wanted",
    "accept",
    "apply",
    "communes_of",
    "follow",
    "keep",
    "next_people",
    "next_round",
    "note_queries",
    "open_tasks",
    "standing",
    "start",
    "subject_of",
    "task",
    "tasks",
]
