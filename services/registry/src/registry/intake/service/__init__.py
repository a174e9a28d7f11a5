"""What others ask of intake: submit a file, see what became of it, find waiting notices."""

from registry.intake.service.imports import Submission, get, rows, submit
from registry.intake.service.notices import match_people, match_waiting

__all__ = ["Submission", "get", "match_people", "match_waiting", "rows", "submit"]
