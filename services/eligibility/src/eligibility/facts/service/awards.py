"""Apply the law to what is stored about one person, as it is or as it was known.

Thuật ngữ: truy lĩnh, thu hồi. Both follow from evaluating the same months again with what is known
by a later day; positive and negative months are never set off against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.database.session import AsyncSession
from common.kernel.arrears import difference
from common.kernel.months import Month
from eligibility.facts.domain import MonthsOutOfRange, PersonNotFound
from eligibility.facts.service.reading import find_by_personal_id, months_frame
from eligibility.law import service as law
from eligibility.law.domain.disclosure import told_outside
from eligibility.law.domain.evaluate import evaluate
from eligibility.law.domain.explain import Explained, explain
from eligibility.law.domain.levels import LEVEL_OF

MONTHS_MAX = 120


@dataclass(frozen=True, slots=True)
class Awards:
    """The law's answer from stored facts."""

    person_id: UUID
    as_of: date
    known_on: date
    explained: Explained


@dataclass(frozen=True, slots=True)
class MonthChange:
    """What a benefit gives in a month by earlier and by later knowledge, đồng."""

    month: Month
    benefit: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Differences:
    """The months that differ; `unknown`: months in which a benefit hangs on a missing fact."""

    person_id: UUID
    known_before: date
    known_now: date
    months: tuple[MonthChange, ...]
    unknown: tuple[Month, ...]


async def awards(
    session: AsyncSession,
    personal_id: str,
    months: tuple[Month, Month],
    *,
    as_of: date,
    known_on: date,
    may_know: bool,
) -> Awards:
    """Evaluate stored facts for each month of a range, and explain.

    Args:
        session: the transaction.
        personal_id: the 12 digits.
        months: first and last month.
        as_of: the day whose law is applied: levels in force by then.
        known_on: facts that had been told by the end of this day count.
        may_know: the reader may know of sealed groups; else see `told_outside`.

    Raises:
        PersonNotFound: nobody with the number is the caller's, or nothing was known by then.
        LawPeriodUnsupported: a month lies before the known period.
        MonthsOutOfRange: the range is not ascending, or longer than 120 months.
    """
    person_id = await _person(session, personal_id, months)
    rows = await _rows(session, person_id, months, as_of=as_of, known_on=known_on)
    if not rows:
        raise PersonNotFound
    view = law.current_law().as_of(as_of)
    explained = explain(rows, view)
    told = explained if may_know else told_outside(explained, rows)
    return Awards(person_id, as_of, known_on, told)


async def differences(
    session: AsyncSession,
    personal_id: str,
    months: tuple[Month, Month],
    *,
    known_before: date,
    known_now: date,
) -> Differences:
    """Compare what each month gives by the knowledge, and the law, of two days.

    Raises:
        PersonNotFound: nobody with the number is the caller's.
        LawPeriodUnsupported: a month lies before the known period.
        MonthsOutOfRange: the range is not ascending, or longer than 120 months.
    """
    person_id = await _person(session, personal_id, months)
    before = await _rows(session, person_id, months, as_of=known_before, known_on=known_before)
    now = await _rows(session, person_id, months, as_of=known_now, known_on=known_now)
    found: list[MonthChange] = []
    unknown: set[Month] = set()
    for benefit in LEVEL_OF:
        open_months = _hanging(now, benefit) | _hanging(before, benefit)
        owed, earlier = _payable(now, benefit), _payable(before, benefit)
        gap = difference(owed, earlier)
        found.extend(
            MonthChange(month, benefit, earlier.get(month, 0), owed.get(month, 0))
            for month in (gap.arrears.keys() | gap.overpaid.keys()) - open_months
        )
        unknown |= open_months
    found.sort(key=lambda item: (item.month, item.benefit))
    return Differences(person_id, known_before, known_now, tuple(found), tuple(sorted(unknown)))


async def _person(session: AsyncSession, personal_id: str, months: tuple[Month, Month]) -> UUID:
    if not 0 <= months[1] - months[0] < MONTHS_MAX:
        raise MonthsOutOfRange
    person = await find_by_personal_id(session, personal_id)
    if person is None:
        raise PersonNotFound
    return person.person_id


async def _rows(
    session: AsyncSession,
    person_id: UUID,
    months: tuple[Month, Month],
    *,
    as_of: date,
    known_on: date,
) -> list[dict[str, Any]]:
    frame = await months_frame(session, [person_id], *months, known_on=known_on)
    if frame.is_empty():
        return []
    return evaluate(frame, law.current_law().as_of(as_of)).sort("month").to_dicts()


def _payable(rows: Sequence[Mapping[str, Any]], benefit: str) -> dict[Month, int]:
    return {_month(row): amount for row in rows if (amount := row[f"{benefit}.payable"])}


def _hanging(rows: Sequence[Mapping[str, Any]], benefit: str) -> set[Month]:
    """Give the months whose amount hangs on a missing fact: nothing is said of them."""
    return {_month(row) for row in rows if row[f"{benefit}.payable"] is None}


def _month(row: Mapping[str, Any]) -> Month:
    return Month(row["month"] // 12, row["month"] % 12 + 1)
