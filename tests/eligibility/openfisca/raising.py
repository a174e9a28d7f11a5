"""People who raise children: the single parent (5.4) and the disabled parent (C2a).

Both are paid by how many children count, so a child that stops counting is an adjustment while
others (or a pregnancy) remain, and a stop when it was the last.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from openfisca_core.variables import Variable
from tests.eligibility.openfisca import inputs
from tests.eligibility.openfisca.days import (
    NEVER,
    changed,
    completed,
)
from tests.eligibility.openfisca.inputs import of_month
from tests.eligibility.openfisca.kleene import (
    UNKNOWN,
    YES,
    Column,
    among,
    both,
    either,
    known_when,
    neither,
    sure,
)

OCTOBER_2026 = np.datetime64("2026-10-01")
Span = tuple[Column, Column]
"""First day on which a child counts, and the day on which it counts no longer."""


def _turning(slot: int, months: int) -> type[Variable]:
    def formula(person: Any, period: Any) -> Column:
        return completed(person(f"child_{slot}_birth", period), months)

    return of_month(date)(type(f"child_{slot}_turns_{months}", (), {"formula": formula}))


def _slots(person: Any, period: Any) -> range:
    return range(int(person("children_slots", period).max(initial=0)))


def _spans_5_4(person: Any, period: Any, least: int = YES) -> list[Span]:
    """Under 16; until 4/10/2026 also 16 to 22 and studying (20/2021 Art 5.4).

    335 Art 5.4: a child already paid for goes on while studying. Who had turned 22 before October
    2026 was not being paid for any more (as W21). `least`: YES counts who surely studies, UNKNOWN
    also who may.
    """
    new_law, kept = person("under_335", period), person("child_kept_studying", period)
    spans = []
    for slot in _slots(person, period):
        births = person(f"child_{slot}_birth", period)
        studies = person(f"child_{slot}_studies", period) >= least
        sixteen, capped = (person(f"child_{slot}_turns_{age * 12}", period) for age in (16, 22))
        goes_on = kept & studies & (capped >= OCTOBER_2026)
        old = np.where(studies, capped, sixteen)
        spans.append((births, np.where(new_law, np.where(goes_on, NEVER, sixteen), old)))
    return spans


def _spans_under_3(person: Any, period: Any) -> list[Span]:
    return [
        (person(f"child_{slot}_birth", period), person(f"child_{slot}_turns_36", period))
        for slot in _slots(person, period)
    ]


def _in_month(person: Any, period: Any, span: Span) -> Column:
    """Born by the event, and not ended before what opened the month."""
    begin, end = span
    return (begin <= person("event_day", period)) & (end > person("opened_on", period))


def _any_in_month(person: Any, period: Any, spans: list[Span]) -> Column:
    found = np.zeros(person.count, dtype=bool)
    for span in spans:
        found |= _in_month(person, period, span)
    return found


def _counted(person: Any, period: Any, spans: list[Span], floor: Column) -> Column:
    """How many children the level of the month counts; `floor` counts with them.

    When none counts for the level, the month is the first or the last one: the right begins with
    the children of the month, or stops from the month after at the level that it had.
    """
    opened, event = person("opened_on", period), person("event_day", period)
    now = np.zeros(person.count, dtype=np.int32)
    held = now.copy()
    for span in spans:
        begin, end = span
        gone = changed(end, period, opened, event)
        now += (begin <= event) & changed(begin, period, opened, event) & ~gone
        held += _in_month(person, period, span)
    return np.where(now + floor > 0, now, held).astype(np.int32)


@of_month(int)
class g_5_4:
    """Poor or near-poor, unmarried, widowed or spouse missing, raising a child that counts."""

    def formula(person: Any, period: Any) -> Column:
        sure_of = _any_in_month(person, period, _spans_5_4(person, period))
        perhaps = _any_in_month(person, period, _spans_5_4(person, period, UNKNOWN))
        return both(
            among(person("poverty_class", period), inputs.POOR, inputs.NEAR_POOR),
            among(person("marital_status", period), 0, 2, 4),
            known_when(sure_of | ~perhaps, sure_of),
        )


@of_month(int)
class k_5_4:
    """1.0 for each child."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        nobody = np.zeros(person.count, dtype=np.int32)
        number = _counted(person, period, _spans_5_4(person, period), nobody)
        return number * parameters(period).allowance.g_5_4


@of_month(int)
class g_c2a:
    """A disabled person, pregnant or raising a child under 36 months; one support per couple."""

    def formula(person: Any, period: Any) -> Column:
        spans = _spans_under_3(person, period)
        return both(
            person("disabled", period),
            either(sure(person("pregnant", period)), sure(_any_in_month(person, period, spans))),
            neither(sure(person("spouse_supported", period))),
        )


@of_month(int)
class k_c2a:
    """1.5 for a pregnancy or one child, 2.0 for both or for two children."""

    def formula(person: Any, period: Any, parameters: Any) -> Column:
        levels = parameters(period).care
        pregnant = person("pregnant", period).astype(np.int32)
        number = _counted(person, period, _spans_under_3(person, period), pregnant)
        return np.where(number + pregnant >= 2, levels.c2a2, levels.c2a1)


def raising_variables() -> list[type[Variable]]:
    """Every variable of this page."""
    turning = [
        _turning(slot, months) for slot in range(inputs.CHILDREN) for months in (36, 192, 264)
    ]
    return [g_5_4, k_5_4, g_c2a, k_c2a, *turning]
