"""Notices of deaths and moves that an authority or a list sends, and what becomes of each.

Thuật ngữ: trích lục khai tử, giấy báo tử, thông báo chuyển nơi cư trú. The state of a person's notices
is a function of the notices alone, whatever the order in which they arrived. No notice is lost: it
waits until its person appears, and whatever becomes of it is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.kernel.errors import FieldError, InvalidInput
from common.kernel.names import alike, same_but_for_a_word, search_key

Kind = Literal["death", "move"]
Source = Literal["authority", "list", "bank"]
Precision = Literal["day", "month", "year"]
State = Literal["pending", "applied", "unchanged", "outdated", "contradicts", "to_check"]
DOES_NOT_MATCH: Final = "notice_does_not_match"
DEATH_DIFFERS: Final = "notice_death_differs"
MOVE_TO_CHECK: Final = "move_notice_to_check"
NOTICE_TO_CHECK: Final = "notice_person_to_check"
_YEAR_IN_NUMBER: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_PRECISIONS: Final = ("day", "month", "year")


class NoticeInvalid(InvalidInput, code="notice_invalid", title="Thông báo có trường không hợp lệ"):
    """A notice that cannot be, each wrong field pointed at."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as sent."""

    notice_id: UUID
    kind: Kind
    notice_number: str
    commune_code: str
    """The commune that reports it."""
    full_name: str
    birth_date: date | None
    birth_precision: Precision
    happened_on: date
    """Of a day known by month or year only, the first day of it."""
    personal_id: str | None = None
    former_number: str | None = None
    to_commune: str | None = None
    """Of a move: where the person lives now; None: outside the province."""
    trusted: bool = False
    """Sent by somebody of the whole province, whose word is good for every commune."""
    happened_precision: Precision = "day"
    place: str = ""
    """Whose book it is in: the registering commune; empty: the commune that reports it."""
    book_year: int = 0
    source: Source = "authority"
    state: State = "pending"
    person_id: UUID | None = None

    @property
    def number(self) -> str | None:
        """The number under which the person is looked for."""
        return self.personal_id or self.former_number

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What no two notices have in common: kind, place, year of the book, number."""
        return (self.kind, self.place, self.book_year, self.notice_number)

    @property
    def order(self) -> tuple[date, int, str, int, str]:
        """The order in which a person's notices are looked at; it does not know of arrival."""
        return (
            self.happened_on,
            _PRECISIONS.index(self.happened_precision),
            self.place,
            self.book_year,
            self.notice_number,
        )

    def covers(self, day: date) -> bool:
        """Say whether a day agrees with what is known of the day."""
        mine = self.happened_on
        if self.source == "bank":
            # A bank learns of a death some time after it, and does not know the day.
            return day <= mine
        if self.happened_precision == "year":
            return day.year == mine.year
        if self.happened_precision == "month":
            return (day.year, day.month) == (mine.year, mine.month)
        return day == mine


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person whom notices are about."""

    full_name: str
    birth_date: date
    birth_precision: Precision
    commune_code: str
    death_date: date | None
    left_on: date | None
    moved_on: date | None = None
    """Day of the last move that a notice told."""
    death_by_notice: bool = False
    """The recorded death is that of a notice, so that the notices together say which day counts."""


@dataclass(slots=True)
class Decision:
    """What becomes of a person's notices, and what is still to be done about the person."""

    states: dict[UUID, State] = field(default_factory=dict)
    death: Notice | None = None
    """The notice whose day is to be recorded."""
    move: Notice | None = None
    """The move to record now; decide again when it is done."""
    reasons: set[str] = field(default_factory=set)


def book_year_of(notice_number: str, registered_on: date | None, happened_on: date) -> int:
    """Give the year of the book that a notice is in: stated, in its number, else of the event."""
    if registered_on is not None:
        return registered_on.year
    found = _YEAR_IN_NUMBER.search(notice_number)
    return int(found[1]) if found else happened_on.year


def decide(known: Known, notices: Sequence[Notice]) -> Decision:
    """Decide about all notices that name a person; a move at a time, so call again after a move."""
    made = Decision()
    about: list[Notice] = []
    for notice in sorted(notices, key=lambda one: one.order):
        if is_about(notice, known):
            about.append(notice)
        else:
            made.states[notice.notice_id] = "contradicts"
            made.reasons.add(DOES_NOT_MATCH)
    _decide_deaths(known, [one for one in about if one.kind == "death"], made)
    _decide_moves(known, [one for one in about if one.kind == "move"], made)
    return made


def _decide_deaths(known: Known, deaths: Sequence[Notice], made: Decision) -> None:
    possible: list[Notice] = []
    for notice in deaths:
        if _before_birth(notice, known):
            made.states[notice.notice_id] = "contradicts"
            made.reasons.add(DEATH_DIFFERS)
        else:
            possible.append(notice)
    exact = [one for one in possible if one.happened_precision == "day"]
    by_others = known.death_date is not None and not known.death_by_notice
    # The earliest day counts until somebody decides: after it nothing is paid.
    chosen = exact[0] if exact and not by_others else None
    vague = [one for one in possible if one.happened_precision == "month"]
    if chosen is None and vague and not by_others:
        chosen = vague[0]
    day = chosen.happened_on if chosen else known.death_date
    for notice in possible:
        if notice is chosen:
            made.states[notice.notice_id] = "applied"
        elif day is None:
            made.states[notice.notice_id] = "to_check"
            made.reasons.add(NOTICE_TO_CHECK)
        elif notice.covers(day):
            made.states[notice.notice_id] = "unchanged"
        else:
            made.states[notice.notice_id] = "contradicts"
            made.reasons.add(DEATH_DIFFERS)
    if chosen is not None and chosen.happened_on != known.death_date:
        made.death = chosen


def _decide_moves(known: Known, moves: Sequence[Notice], made: Decision) -> None:
    death = made.death.happened_on if made.death else known.death_date
    latest = known.moved_on
    for notice in moves:
        if notice.state == "applied":
            made.states[notice.notice_id] = "applied"
        elif death is not None and death < notice.happened_on:
            made.states[notice.notice_id] = "contradicts"
            made.reasons.add(DOES_NOT_MATCH)
        elif latest is not None and notice.happened_on < latest:
            made.states[notice.notice_id] = "outdated"
        elif _lives_there(notice, known):
            made.states[notice.notice_id] = "unchanged"
        elif notice.trusted or notice.commune_code in {known.commune_code, notice.to_commune}:
            made.states[notice.notice_id] = "applied"
            made.move = notice
            return
        else:
            made.states[notice.notice_id] = "to_check"
            made.reasons.add(MOVE_TO_CHECK)


def _lives_there(notice: Notice, known: Known) -> bool:
    if notice.to_commune is None:
        return known.left_on is not None
    return known.left_on is None and known.commune_code == notice.to_commune


def wrong_fields(notice: Notice, today: date) -> list[FieldError]:
    """Point at what cannot be, from the root of the notice."""
    wrong = []
    if notice.number is None and notice.birth_date is None:
        message = "Cần số định danh cá nhân, số CMND 9 chữ số hoặc ngày sinh."
        wrong.append(FieldError("/personal_id", "person_number_missing", message))
    if notice.happened_on > today:
        wrong.append(FieldError("/happened_on", "day_in_future", "Ngày này chưa đến."))
    if notice.kind == "death" and notice.to_commune is not None:
        message = "Chỉ thông báo chuyển nơi cư trú mới có nơi đến."
        wrong.append(FieldError("/to_commune", "field_unexpected", message))
    return wrong


def is_about(notice: Notice, known: Known) -> bool:
    """Say whether a notice with the person's number is about them: a number alone proves nothing."""
    one, other = search_key(notice.full_name), search_key(known.full_name)
    if one == other:
        return True
    if notice.birth_date is None:
        return False
    if notice.birth_precision == known.birth_precision == "day":
        return notice.birth_date == known.birth_date and alike(one, other)
    return notice.birth_date.year == known.birth_date.year and same_but_for_a_word(one, other)


def fits_without_number(notice: Notice, known: Known) -> bool:
    """Say whether name and birth fit, of a notice whose number nobody has: a task, never a death."""
    if notice.birth_date is None or search_key(notice.full_name) != search_key(known.full_name):
        return False
    if notice.birth_precision == known.birth_precision == "day":
        return notice.birth_date == known.birth_date
    return notice.birth_date.year == known.birth_date.year


def newest_move(notices: Iterable[Notice]) -> date | None:
    """Give the day of the last move that was applied."""
    days = [one.happened_on for one in notices if one.kind == "move" and one.state == "applied"]
    return max(days, default=None)


def _before_birth(notice: Notice, known: Known) -> bool:
    # Of a birth known by month or year only the year counts.
    if known.birth_precision == "day" and notice.happened_precision == "day":
        return notice.happened_on < known.birth_date
    return notice.happened_on.year < known.birth_date.year
