"""The council that determines degrees of disability: who sits, who is present, how it votes.

Thuật ngữ: Hội đồng xác định mức độ khuyết tật. Căn cứ: Luật Người khuyết tật 51/2010/QH12 Điều 16;
Thông tư 01/2019/TT-BLĐTBXH (họp khi có ít nhất 2/3 số thành viên; biểu quyết theo đa số; ngang nhau
thì theo ý kiến của Chủ tịch Hội đồng).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import Conflict, InvalidInput

Role = Literal[
    "chair",
    "health_station",
    "labour_official",
    "fatherland_front",
    "women",
    "youth",
    "veterans",
    "disabled_people_organisation",
]
Degree = Literal["severe", "very_severe", "mild"]
Finding = Literal["severe", "very_severe", "mild", "none", "refer"]
"""What a member holds: a degree, no disability, or that the medical council has to say."""

CHAIR: Final[Role] = "chair"


class QuorumMissing(
    Conflict, code="council_quorum_missing", title="Phiên họp chưa đủ số thành viên theo quy định"
):
    """Fewer than two thirds of the council were present: it cannot decide."""


class ChairAbsent(
    Conflict, code="council_chair_absent", title="Phiên họp cần có Chủ tịch Hội đồng"
):
    """A session is led by the chair of the council."""


class NotAMember(
    InvalidInput,
    code="council_not_a_member",
    title="Có người không phải thành viên Hội đồng vào ngày họp",
):
    """Somebody who is present or votes is not a member of this council on that day."""


class OpinionsIncomplete(
    InvalidInput,
    code="council_opinions_incomplete",
    title="Mỗi thành viên có mặt phải có đúng một ý kiến cho từng hồ sơ",
):
    """Each member who is present states one opinion on each case, with reasons."""


@dataclass(frozen=True, slots=True)
class Member:
    """An appointment to the council, with its days."""

    appointment_id: UUID
    commune_code: str
    full_name: str
    role: Role
    appointed_on: date
    ended_on: date | None = None
    decision_number: str | None = None
    trained_on: date | None = None

    def sits_on(self, day: date) -> bool:
        """Say whether the appointment holds on a day."""
        return self.appointed_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one member holds about one case, for the record."""

    appointment_id: UUID
    finding: Finding
    kinds: tuple[str, ...] = ()
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the council concluded. `finding` None: it could not (then the medical council does)."""

    finding: Finding | None
    kinds: tuple[str, ...]
    votes: dict[str, int]
    decided_by: Literal["majority", "chair", "nobody"]


def check_session(
    members: Sequence[Member], present: Iterable[UUID], day: date, quorum: tuple[int, int]
) -> Member:
    """Say that a session can decide; gives its chair.

    Args:
        members: appointments of the commune, past ones too.
        present: appointments of those who are there.
        day: of the session.
        quorum: the least share of the sitting members, as a fraction.

    Raises:
        NotAMember: somebody present does not sit on that day.
        ChairAbsent: the chair is not there.
        QuorumMissing: too few are there.
    """
    sitting = {one.appointment_id: one for one in members if one.sits_on(day)}
    there = set(present)
    if not there <= sitting.keys():
        raise NotAMember
    chairs = [sitting[one] for one in there if sitting[one].role == CHAIR]
    if not chairs:
        raise ChairAbsent
    share, whole = quorum
    if len(there) * whole < len(sitting) * share:
        raise QuorumMissing(present=len(there), members=len(sitting))
    return chairs[0]


def conclude(opinions: Sequence[Opinion], present: Iterable[UUID], chair: UUID) -> Conclusion:
    """Count the votes: more than half decide; when two findings draw, the chair's opinion does.

    Raises:
        OpinionsIncomplete: not exactly one opinion of each member present.
    """
    if sorted(one.appointment_id for one in opinions) != sorted(set(present)):
        raise OpinionsIncomplete
    votes = Counter(one.finding for one in opinions)
    top = max(votes.values())
    leading = [finding for finding, number in votes.items() if number == top]
    own = next(one.finding for one in opinions if one.appointment_id == chair)
    finding: Finding | None = None
    decided_by: Literal["majority", "chair", "nobody"] = "nobody"
    if top * 2 > len(opinions):
        finding, decided_by = leading[0], "majority"
    elif len(leading) > 1 and own in leading:
        finding, decided_by = own, "chair"
    return Conclusion(
        finding, _kinds(opinions, finding), {str(k): v for k, v in votes.items()}, decided_by
    )


def _kinds(opinions: Sequence[Opinion], finding: Finding | None) -> tuple[str, ...]:
    """Give the kinds that most of those name who hold the finding; one at least, when any does."""
    holders = [one for one in opinions if one.finding == finding]
    named = Counter(kind for one in holders for kind in set(one.kinds))
    chosen = {kind for kind, number in named.items() if number * 2 > len(holders)}
    if named and not chosen:
        most = max(named.values())
        chosen = {kind for kind, number in named.items() if number == most}
    return tuple(sorted(chosen))
