"""What may be wrong or missing about people, why two records may be one human, what to do.

Thuật ngữ: làm sạch dữ liệu, trùng lặp. A finding is a question to an officer, never a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args
from uuid import UUID

from common.kernel.errors import Conflict, NotFound

Kind = Literal[
    "missing_id",
    "unverified",
    "contradictory",
    "duplicate",
    "dead_receiving",
    "moved",
    "certificate_due",
    "missing_paper",
    "representative_expiring",
    "no_village",
    "residence_open",
]
State = Literal["open", "resolved", "dismissed", "gone"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SCORE_MAX: Final = 99
_SHORT_NAME = 8


class FindingNotFound(NotFound):
    """No such finding in the caller's communes."""

    code = "quality_finding_not_found"
    title = "Không tìm thấy vấn đề dữ liệu này"


class FindingClosed(Conflict):
    """It was worked off, or is no longer there."""

    code = "quality_finding_closed"
    title = "Vấn đề dữ liệu này không còn mở"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as a refresh sees it; of a duplicate the other record is named."""

    kind: Kind
    person_id: UUID
    reasons: tuple[str, ...]
    subject_key: str = ""
    due_on: date | None = None
    score: int | None = None
    other_id: UUID | None = None
    other_commune: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding on the board."""

    finding_id: UUID
    commune_code: str
    kind: Kind
    person_id: UUID
    state: State
    closed_at: datetime | None


POINTS: Final[Mapping[str, int]] = {
    "same_former_number": 85,
    "shared_former_number": 55,
    "same_name_birth": 70,
    "same_name_birth_year": 45,
    "similar_name_birth": 60,
    "digits_transposed": 80,
    "digit_differs": 75,
}
"""What each reason for which two records may be one human counts."""
EXTRA: Final[Mapping[str, int]] = {"same_commune": 10, "same_village": 5, "without_number": 5}
"""What makes it more probable."""


def similar(one: str, other: str) -> bool:
    """Say whether two search keys differ by typing errors: at most two, one in a short name."""
    if one == other:
        return True
    limit = 1 if min(len(one), len(other)) < _SHORT_NAME else 2
    return distance(one, other, limit) <= limit


def distance(one: str, other: str, limit: int) -> int:
    """Count typing errors (letter too many, missing, other, or two exchanged); > limit: too many.

    The restricted Damerau-Levenshtein distance, ended as soon as it must exceed `limit`.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, match in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != match))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == match:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return row[-1]
