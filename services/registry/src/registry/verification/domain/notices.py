"""Notices of deaths and moves that an authority sends, and what becomes of each.

Thuật ngữ: trích lục khai tử, thông báo chuyển nơi cư trú. A notice is never lost: it waits until its
person appears, and whatever becomes of it is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import FieldError, InvalidInput
from common.kernel.names import search_key

Kind = Literal["death", "move"]
State = Literal["pending", "applied", "unchanged", "outdated", "contradicts", "to_check"]
STATES: Final[tuple[State, ...]] = (
    "pending",
    "applied",
    "unchanged",
    "outdated",
    "contradicts",
    "to_check",
)
DOES_NOT_MATCH: Final = "notice_does_not_match"
MOVE_TO_CHECK: Final = "move_notice_to_check"


class NoticeInvalid(InvalidInput):
    """A notice that cannot be, each wrong field pointed at."""

    code = "notice_invalid"
    title = "Thông báo có trường không hợp lệ"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as sent."""

    notice_id: UUID
    kind: Kind
    notice_number: str
    commune_code: str
    """The commune that reports it."""
    full_name: str
    birth_date: date
    birth_precision: Literal["day", "month", "year"]
    happened_on: date
    personal_id: str | None = None
    former_number: str | None = None
    to_commune: str | None = None
    """Of a move: where the person lives now; None: outside the province."""
    trusted: bool = False
    """Sent by somebody of the whole province, whose word is good for every commune."""

    @property
    def number(self) -> str | None:
        """The number under which the person is looked for."""
        return self.personal_id or self.former_number


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person whom a notice is about."""

    full_name: str
    birth_date: date
    birth_precision: Literal["day", "month", "year"]
    commune_code: str
    death_date: date | None
    left_on: date | None
    moved_on: date | None = None
    """Day of the last move that a notice told."""


def decide(notice: Notice, known: Known) -> State:
    """Say what becomes of a notice about somebody who is known; `applied` is still to be done."""
    if not _about(notice, known):
        return "contradicts"
    if notice.kind == "death":
        if known.death_date is not None:
            return "unchanged" if known.death_date == notice.happened_on else "contradicts"
        return "applied" if notice.happened_on >= _born(known) else "contradicts"
    if known.death_date is not None and known.death_date < notice.happened_on:
        return "contradicts"
    if known.moved_on is not None and notice.happened_on < known.moved_on:
        return "outdated"
    if notice.to_commune is None:
        there = known.left_on is not None
    else:
        there = known.left_on is None and known.commune_code == notice.to_commune
    if there:
        return "unchanged"
    mine = notice.commune_code in {known.commune_code, notice.to_commune}
    return "applied" if notice.trusted or mine else "to_check"


def wrong_fields(notice: Notice, today: date) -> list[FieldError]:
    """Point at what cannot be, from the root of the notice."""
    wrong = []
    if notice.number is None:
        message = "Cần số định danh cá nhân hoặc số CMND 9 chữ số."
        wrong.append(FieldError("/personal_id", "person_number_missing", message))
    if notice.happened_on > today:
        wrong.append(FieldError("/happened_on", "day_in_future", "Ngày này chưa đến."))
    if notice.kind == "death" and notice.to_commune is not None:
        message = "Chỉ thông báo chuyển nơi cư trú mới có nơi đến."
        wrong.append(FieldError("/to_commune", "field_unexpected", message))
    return wrong


def _born(known: Known) -> date:
    # Of a birth known by month or year only the year counts.
    return known.birth_date if known.birth_precision == "day" else date(known.birth_date.year, 1, 1)


def _about(notice: Notice, known: Known) -> bool:
    """Whether name or birth agrees: a number alone makes nobody dead or gone."""
    if search_key(notice.full_name) == search_key(known.full_name):
        return True
    if notice.birth_precision == known.birth_precision == "day":
        return notice.birth_date == known.birth_date
    return notice.birth_date.year == known.birth_date.year
