"""Time limits of procedures, step by step, counted from the day of receipt.

Thuật ngữ: thời hạn giải quyết, ngày làm việc. Căn cứ: Điều 8 Nghị định 20/2021/NĐ-CP; điểm b khoản 2
Điều 5 Nghị định 147/2025/NĐ-CP; Điều 4, Điều 5 Nghị định 176/2025/NĐ-CP; Điều 8, Điều 33 Nghị định
335/2026/NĐ-CP (a dossier received before 5/10/2026 keeps its time limit).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from common.kernel.errors import InvalidInput
from common.kernel.workdays import WorkCalendar, add_workdays
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue

_PREFIX = "time_limit_"


class ProcedureNotInForce(
    InvalidInput,
    code="procedure_not_in_force",
    title="Thủ tục không có hoặc chưa có vào ngày nhận hồ sơ",
):
    """The procedure does not exist, or not on the day of receipt."""


@dataclass(frozen=True, slots=True)
class StepLimit:
    """One step: it starts on the day when the one before ends and is due at the end of `due_on`.

    `inside` names the step within whose time this one runs.
    """

    code: str
    title: str
    starts_on: date
    due_on: date
    count: int
    unit: str
    inside: str | None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The steps of one dossier; `due_on` None: no time limit was seen in the law."""

    procedure: str
    received_on: date
    due_on: date | None
    steps: tuple[StepLimit, ...]
    basis: str
    confidence: str
    note: str | None
    unconfirmed_years: tuple[int, ...]
    """Years that the count runs through and whose official notice of days off was not seen."""


def procedures(law: Law) -> tuple[str, ...]:
    """Name the procedures whose time limits are known."""
    return tuple(code.removeprefix(_PREFIX) for code in law.parameters if code.startswith(_PREFIX))


def time_limit(
    law: Law, procedure: str, received_on: date, *, happened: Collection[str] = ()
) -> TimeLimit:
    """Lay out the steps of a procedure for a dossier received on a day.

    Args:
        law: the law as loaded.
        procedure: one of `procedures`.
        received_on: day of receipt, which selects the rule and does not itself count.
        happened: what lengthens this dossier, e.g. `complaint`.

    Raises:
        ProcedureNotInForce: unknown procedure, or received before its law.
    """
    value = _value(law, procedure, received_on)
    applies = {*happened}
    if law.latest.switch("period_b_by_analogy", received_on) == "yes":
        applies.add("by_analogy")
    steps = _lay_out(value.value, received_on, law.calendar, applies)
    due_on = max((step.due_on for step in steps), default=None)
    return TimeLimit(
        procedure=procedure,
        received_on=received_on,
        due_on=due_on,
        steps=steps,
        basis=value.basis.cite(),
        confidence=value.confidence,
        note=value.note,
        unconfirmed_years=unconfirmed_years(law, received_on, due_on or received_on),
    )


def shifted(law: Law, limit: TimeLimit, counted_from: date) -> date:
    """Give the last day of the same steps when they run from a later day.

    The first receipt has selected the steps; the receipt of the complete dossier starts them.
    """
    items = [
        {"code": step.code, "title": step.title, "count": step.count, "unit": step.unit,
         "inside": step.inside}
        for step in limit.steps
    ]  # fmt: skip
    return max(step.due_on for step in _lay_out(items, counted_from, law.calendar, ()))


def _value(law: Law, procedure: str, received_on: date) -> DatedValue:
    parameter = law.parameters.get(_PREFIX + procedure)
    if parameter is None or received_on < parameter.values[0].valid_from:
        known = [code for code in procedures(law) if _started(law, code, received_on)]
        raise ProcedureNotInForce(procedure=procedure, known=known)
    return parameter.at(received_on, received_on)


def _started(law: Law, code: str, day: date) -> bool:
    return bool(law.parameters[_PREFIX + code].values[0].valid_from <= day)


def _lay_out(
    items: Collection[Mapping[str, Any]],
    received_on: date,
    calendar: WorkCalendar,
    happened: Collection[str],
) -> tuple[StepLimit, ...]:
    found: dict[str, StepLimit] = {}
    reached = received_on
    for item in items:
        if item.get("only_if") and item["only_if"] not in happened:
            continue
        inside = item.get("inside")
        if inside:
            # What runs inside a step ends with it, so it begins as late as that allows.
            due = found[inside].due_on
            start = _latest_start(due, item, calendar)
        else:
            start, due = reached, _count(reached, item, calendar)
            reached = due
        found[item["code"]] = StepLimit(
            item["code"], item["title"], start, due, item["count"], item["unit"], inside
        )
    return tuple(found.values())


def _count(start: date, item: Mapping[str, Any], calendar: WorkCalendar) -> date:
    if item["unit"] == "days":
        return start + timedelta(days=item["count"])
    return add_workdays(start, item["count"], calendar)


def _latest_start(due: date, item: Mapping[str, Any], calendar: WorkCalendar) -> date:
    start = due
    while _count(start, item, calendar) > due:
        start -= timedelta(days=1)
    return start


def unconfirmed_years(law: Law, first: date, last: date) -> tuple[int, ...]:
    """Give the years between two days whose days off are not confirmed by an official notice."""
    return tuple(year for year in range(first.year, last.year + 1) if not law.is_confirmed(year))


def coming_year_unconfirmed(law: Law, today: date) -> int | None:
    """Give the coming year when its days off are still unconfirmed in the last quarter."""
    last_quarter_starts = 10
    if today.month < last_quarter_starts or law.is_confirmed(today.year + 1):
        return None
    return today.year + 1
