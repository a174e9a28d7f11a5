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
    "household_without_head",
    "child_without_carer",
]
State = Literal["open", "resolved", "dismissed", "gone"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SCORE_MAX: Final = 99
CHILD_BELOW_YEARS: Final = 16
"""Trẻ em là người dưới 16 tuổi (Điều 1 Luật Trẻ em 102/2016/QH13)."""


class FindingNotFound(
    NotFound, code="quality_finding_not_found", title="Không tìm thấy vấn đề dữ liệu này"
):
    """No such finding in the caller's communes."""


class FindingClosed(
    Conflict, code="quality_finding_closed", title="Vấn đề dữ liệu này không còn mở"
):
    """It was worked off, or is no longer there."""


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
    other_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRules:
    """What each reason for which two records may be one human counts; data of the province."""

    points: Mapping[str, int]
    extra: Mapping[str, int]
    score_min: int

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, int]]) -> DuplicateRules:
        """Read the data file."""
        return cls(data["points"], data["extra"], data["limit"]["score_min"])

    def looks_for(self, reason: str) -> bool:
        """Say whether a reason counts at all."""
        return self.points.get(reason, 0) > 0
