"""What others ask of verification: checks, tasks for people, notices of deaths and moves."""

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
from registry.verification.service.notices import MATCHING, match, notices, receive
from registry.verification.service.tasks import Acceptance, accept, keep, open_tasks, task, tasks

__all__ = [
    "MATCHING",
    "OPERATION",
    "Acceptance",
    "Answer",
    "Seals",
    "Wanted",
    "accept",
    "apply",
    "follow",
    "keep",
    "match",
    "next_people",
    "next_round",
    "note_queries",
    "notices",
    "open_tasks",
    "receive",
    "standing",
    "start",
    "subject_of",
    "task",
    "tasks",
]
