"""From which month a benefit is suspended, resumed, stopped or paid elsewhere.

Thuật ngữ: tạm dừng, hưởng lại, thôi hưởng, chuyển nơi cư trú, truy lĩnh.
Căn cứ: Điều 2, Điều 6 Thông tư 02/2021/TT-BLĐTBXH (to 4/10/2026); Điều 9 Nghị định 335/2026/NĐ-CP;
Điều 8 Nghị định 20/2021/NĐ-CP, khoản 2, khoản 3 Điều 4 Nghị định 176/2025/NĐ-CP, khoản 3 Điều 8
Nghị định 335/2026/NĐ-CP. The date of the event selects the rule. Suspending never takes away what a
month already gave; it holds the months from `from_month` on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from common.kernel.months import Month, months_between
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue

StopReason = Literal[
    "death", "missing", "lost_condition", "sentenced", "refused", "refused_after_suspension"
]
SuspendReason = Literal["uncollected", "refused", "detained"]
Finding = Literal["unchanged", "changed", "not_eligible"]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Held from `from_month`; `review` says what ends it, `basis` the article."""

    reason: SuspendReason
    from_month: Month
    basis: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing is owed from `from_month` on."""

    reason: StopReason
    from_month: Month
    basis: str


@dataclass(frozen=True, slots=True)
class Resumption:
    """What the review of a suspended benefit leads to.

    `resume_from`: paid again from this month; None: it is not. `arrears`: the held months that are
    paid later. `carried`: uncollected months before the suspension that are still owed. `lapsed`:
    those that are not. `adjust_from`: a new level from this month. `stop_from`: nothing from here.
    """

    resume_from: Month | None
    arrears: tuple[Month, ...]
    carried: tuple[Month, ...]
    lapsed: tuple[Month, ...]
    adjust_from: Month | None
    stop_from: Month | None
    basis: str


@dataclass(frozen=True, slots=True)
class Move:
    """The old place pays until `old_pays_to`, the new one from `new_pays_from`."""

    old_pays_to: Month
    new_pays_from: Month
    basis: str


def _rule(law: Law, code: str, day: date) -> DatedValue:
    parameter = law.parameters[code]
    return parameter.at(max(day, parameter.values[0].valid_from), law.latest.day)


def suspend_for_uncollected(
    law: Law, uncollected: Collection[Month], *, today: date
) -> Suspension | None:
    """Suspend who did not collect for three consecutive months, from the month after the third.

    Thuật ngữ: không nhận tiền liên tục từ 03 tháng trở lên. Months need no order; the newest run
    counts.
    """
    if not uncollected:
        return None
    value = _rule(law, "suspend_uncollected_months", today)
    ordered = sorted(set(uncollected))
    run = 1
    for earlier, later in pairwise(ordered):
        run = run + 1 if later - earlier == 1 else 1
    if run < int(value.value):
        return None
    return Suspension("uncollected", ordered[-1].next(), value.basis.cite())


def suspend_for_refusal(law: Law, refused_on: date) -> Suspension:
    """Suspend who refuses re-assessment, review or information, from the month after."""
    value = _rule(law, "suspend_uncollected_months", refused_on)
    return Suspension("refused", Month.of(refused_on).next(), value.basis.cite())


def suspend_for_detention(
    law: Law, detained_since: date, *, until: date | None, today: date
) -> Suspension | None:
    """Suspend who is detained for a month or longer; from 5/10/2026 only if the switch says so.

    The day on which a month of detention is complete selects the rule; held from the month after
    it. None while shorter, or when the law of that day does not know this ground.
    """
    months = int(_rule(law, "detention_suspends_months", detained_since).value)
    completed = _same_day(detained_since, months)
    if min(until or today, today) < completed:
        return None
    value = _rule(law, "detention_rule", completed)
    by_switch = law.latest.switch("detention_suspends_period_c", completed) == "yes"
    if value.value != "suspends" and not by_switch:
        return None
    return Suspension("detained", Month.of(completed).next(), value.basis.cite())


def _same_day(day: date, months: int) -> date:
    month = Month.of(day) + months
    return date(month.year, month.number, min(day.day, month.last_day.day))


def stop(law: Law, reason: StopReason, event_on: date) -> Stop:
    """Stop from the month right after the event; the event's own date selects the rule.

    Căn cứ: điểm b khoản 1 Điều 8 Nghị định 20/2021/NĐ-CP; khoản 3 Điều 4 Nghị định 176/2025/NĐ-CP;
    khoản 4 Điều 8 Nghị định 335/2026/NĐ-CP.
    """
    value = _rule(law, "stop_month_rule", event_on)
    return Stop(reason, Month.of(event_on).next(), value.basis.cite())


def stop_after_refusal(
    law: Law, suspension: Suspension, *, complied_on: date | None, today: date
) -> Stop | None:
    """Stop who still refuses three months after the suspension; None: complied, or too early."""
    if suspension.reason != "refused":
        return None
    first = suspension.from_month.first_day
    value = _rule(law, "stop_after_refusal_months", first)
    stops = suspension.from_month + int(value.value)
    if complied_on is not None and complied_on < stops.first_day:
        return None
    if today < stops.first_day:
        return None
    return Stop("refused_after_suspension", stops, value.basis.cite())


def resume(
    law: Law,
    suspension: Suspension,
    finding: Finding,
    *,
    reviewed_on: date,
    changed_on: date | None = None,
    uncollected: Collection[Month] = (),
) -> Resumption:
    """Give what follows from the review of a suspended benefit.

    Unchanged: again from the suspension, the months between paid as arrears. Changed: the same, at
    a new level from the month of the change. Not eligible: stopped from the suspension.

    Args:
        law: the law as loaded.
        suspension: what is reviewed.
        finding: what the review found.
        reviewed_on: day of the review; months before its own are arrears, its own included.
        changed_on: day of the change, for `changed`.
        uncollected: months before the suspension that were not collected.

    Raises:
        ValueError: `changed` without its day.
    """
    value = _rule(law, "resume_rule", reviewed_on)
    basis, since = value.basis.cite(), suspension.from_month
    before = tuple(sorted(month for month in set(uncollected) if month < since))
    keeps = law.latest.switch("uncollected_on_resume", reviewed_on) == "carried"
    carried, lapsed = (before, ()) if keeps else ((), before)
    if finding == "not_eligible":
        return Resumption(None, (), carried, lapsed, None, since, basis)
    arrears = tuple(months_between(since, Month.of(reviewed_on).previous()))
    adjust_from = None
    if finding == "changed":
        if changed_on is None:
            msg = "a changed review names the day of the change"
            raise ValueError(msg)
        adjust_from = max(_month_of_change(law, changed_on), since)
    return Resumption(since, arrears, carried, lapsed, adjust_from, None, basis)


def _month_of_change(law: Law, changed_on: date) -> Month:
    month = Month.of(changed_on)
    regime_b = _rule(law, "adjust_month_rule", changed_on).value == "month_after"
    if regime_b and law.latest.switch("adjust_month_period_b", changed_on) == "next_month":
        return month.next()
    if law.latest.switch("change_counts_from", changed_on) == "month_after":
        return month.next()
    return month


def move(law: Law, decided_on: date, stopped_from: Month) -> Move:
    """Give the months of a move; `stopped_from` is the month that the old place names in its stop.

    From 1/7/2025 the new place pays that very month; under Decree 20/2021 the month after it.
    The day of the old place's decision selects the rule.
    """
    value = _rule(law, "move_month_rule", decided_on)
    later = value.value == "month_after_stop"
    # Under Decree 20/2021 the month named is the last one that the old place pays.
    last = stopped_from if later else stopped_from.previous()
    return Move(last, last.next(), value.basis.cite())
