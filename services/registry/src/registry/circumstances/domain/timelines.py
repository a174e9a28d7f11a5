"""How facts about one topic follow each other: periods never overlap, rows are never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from registry.circumstances.domain.facts import (
    Circumstance,
    EndOutsidePeriod,
    Fact,
    KindDiffers,
    PeriodInvalid,
    PeriodTaken,
)
from registry.persons.domain import replace_period


@dataclass(frozen=True, slots=True)
class Recording:
    """How new rows are written: their ids, when, by whom, why."""

    make_id: Callable[[], UUID]
    now: datetime
    recorded_by: str
    reason: str | None = None

    def row(self, commune_code: str, fact: Fact, supersedes: UUID | None) -> Circumstance:
        """Make a row."""
        return Circumstance(
            self.make_id(),
            commune_code,
            fact,
            supersedes,
            recorded_at=self.now,
            recorded_by=self.recorded_by,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a topic: rows that no longer count, the remains of them, the new row."""

    superseded: Sequence[Circumstance] = ()
    kept: Sequence[Circumstance] = ()
    """What of superseded rows still holds before and after the new one."""
    fresh: Sequence[Circumstance] = field(default_factory=list)

    @property
    def rows(self) -> list[Circumstance]:
        """Every row that is to be written."""
        return [*self.kept, *self.fresh]

    @property
    def without_successor(self) -> list[Circumstance]:
        """Superseded rows without a successor."""
        named = {row.supersedes for row in self.rows}
        return [row for row in self.superseded if row.circumstance_id not in named]

    def applied(self, rows: Iterable[Circumstance]) -> list[Circumstance]:
        """Give the current rows of the topic after the change."""
        gone = {row.circumstance_id for row in self.superseded}
        return [row for row in rows if row.circumstance_id not in gone] + self.rows


def established(
    rows: Sequence[Circumstance], fact: Fact, commune_code: str, recording: Recording
) -> Change | None:
    """Record a fact over the current rows of its topic; None when all of it is known.

    Rows in its way are superseded; what of them holds before or after is kept as rows of its own.

    Raises:
        PeriodInvalid: it would end before it begins.
    """
    check_period(fact)
    if any(_covers(row, fact) for row in rows):
        return None
    replacement = replace_period(rows, fact.valid_from, fact.valid_to)
    kept = [
        replace(
            recording.row(
                row.commune_code,
                replace(row.fact, valid_from=start, valid_to=end),
                row.circumstance_id,
            ),
            reason=row.reason,
        )
        for row, start, end in replacement.kept
    ]
    last = replacement.superseded[-1].circumstance_id if replacement.superseded else None
    return Change(replacement.superseded, kept, [recording.row(commune_code, fact, last)])


def corrected(
    rows: Sequence[Circumstance], row: Circumstance, fact: Fact, recording: Recording
) -> Change:
    """Replace one row by what should have been written.

    Raises:
        PeriodInvalid: it would end before it begins.
        KindDiffers: another kind, or another child.
        PeriodTaken: it would reach into another fact of the topic.
    """
    check_period(fact)
    if fact.topic != row.fact.topic:
        raise KindDiffers
    others = [one for one in rows if one.circumstance_id != row.circumstance_id]
    if replace_period(others, fact.valid_from, fact.valid_to).superseded:
        raise PeriodTaken
    return Change([row], (), [recording.row(row.commune_code, fact, row.circumstance_id)])


def ended(row: Circumstance, ended_on: date, recording: Recording) -> Change:
    """Let a row hold only until before `ended_on`.

    Raises:
        EndOutsidePeriod: not after its first day, or after the end that it has.
    """
    starts_later = row.valid_from is not None and ended_on <= row.valid_from
    ends_earlier = row.valid_to is not None and ended_on > row.valid_to
    if starts_later or ends_earlier:
        raise EndOutsidePeriod
    fact = replace(row.fact, valid_to=ended_on)
    return Change([row], (), [recording.row(row.commune_code, fact, row.circumstance_id)])


def withdrawn(row: Circumstance) -> Change:
    """Take a row back that was written by mistake: nothing of it counts."""
    return Change([row])


def known_at(rows: Iterable[Circumstance], moment: datetime) -> list[Circumstance]:
    """Give the rows that counted at a moment, of all rows ever written."""
    return [
        row
        for row in rows
        if row.recorded_at is not None
        and row.recorded_at <= moment
        and (row.superseded_at is None or row.superseded_at > moment)
    ]


def check_period(fact: Fact) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        PeriodInvalid: it does.
    """
    if fact.valid_from and fact.valid_to and fact.valid_to <= fact.valid_from:
        raise PeriodInvalid


def _covers(row: Circumstance, fact: Fact) -> bool:
    starts = row.valid_from is None or (
        fact.valid_from is not None and row.valid_from <= fact.valid_from
    )
    ends = row.valid_to is None or (fact.valid_to is not None and fact.valid_to <= row.valid_to)
    return starts and ends and fact.same_content(row.fact)
