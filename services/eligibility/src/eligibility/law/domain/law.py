"""The whole law as loaded, and the law as it stood for someone who decides on a given day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from common.kernel.errors import InvalidInput
from common.kernel.months import Month
from common.kernel.workdays import WorkCalendar
from eligibility.law.domain.calendar import HolidayYear, work_calendar
from eligibility.law.domain.documents import Document
from eligibility.law.domain.parameters import DatedValue, Parameter
from eligibility.law.domain.provincial import LocalLevel, ProvinceLaw, levels_frame
from eligibility.law.domain.switches import LocalChoice, Position, Switch, position


class LawPeriodUnsupported(
    InvalidInput,
    code="law_period_unsupported",
    title="Chưa hỗ trợ tính theo pháp luật của thời kỳ này",
):
    """The month or day lies before the period whose provisions this system knows."""


@dataclass(frozen=True)
class Law:
    """Every dated parameter, and the holiday years. Made once, never changed."""

    parameters: Mapping[str, Parameter]
    years: Sequence[HolidayYear]
    switches: Mapping[str, Switch] = field(default_factory=dict)
    provinces: Mapping[str, ProvinceLaw] = field(default_factory=dict)
    choices: Sequence[LocalChoice] = ()
    """Positions of the switches that the province of this installation chose."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """The register of documents, by number."""
    recorded_levels: Sequence[LocalLevel] = ()
    """Provincial levels entered at run time, beside those of the files."""
    _views: dict[date, LawAsOf] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def first_day(self) -> date:
        """The first day whose provisions are known."""
        return self.parameters["regime"].values[0].valid_from

    @cached_property
    def first_month(self) -> Month:
        """The first month that can be evaluated."""
        return Month.of(self.first_day)

    @cached_property
    def _days_in_force(self) -> tuple[date, ...]:
        days = {value.in_force for item in self.parameters.values() for value in item.values}
        for choice in self.choices:
            days |= {choice.known_from, max(choice.known_from, choice.valid_from)}
            if choice.valid_to is not None:
                days.add(max(choice.known_from, choice.valid_to + timedelta(days=1)))
        days |= {level.known_from for level in self.levels}
        return tuple(sorted(day for day in days if day >= self.first_day))

    @cached_property
    def levels(self) -> tuple[LocalLevel, ...]:
        """Every provincial level, of the files first, then those entered at run time."""
        of_files = [level for province in self.provinces.values() for level in province.levels]
        return (*of_files, *self.recorded_levels)

    def as_of(self, day: date) -> LawAsOf:
        """Give the law as it stands for a decision on `day`; days without a change share a view.

        Raises:
            LawPeriodUnsupported: `day` lies before the known period.
        """
        if day < self.first_day:
            raise LawPeriodUnsupported(f"Hệ thống tính được từ tháng {self.first_month.display()}.")
        changed = max(known for known in self._days_in_force if known <= day)
        if changed not in self._views:
            self._views[changed] = LawAsOf(self, changed)
        return self._views[changed]

    @property
    def latest(self) -> LawAsOf:
        """The law with everything that is loaded, whatever its day."""
        return self.as_of(self._days_in_force[-1])

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Working days, as the switch about make-up days says."""
        counted = self.latest.switch("make_up_days_count")
        return work_calendar(self.years, make_up_days_count=counted == "yes")

    def is_confirmed(self, year: int) -> bool:
        """Tell whether the official notice of that year's days off was seen."""
        return any(item.year == year and item.confirmed for item in self.years)


@dataclass(frozen=True, eq=False)
class LawAsOf:
    """The law for someone who decides on `day`: levels not yet in force do not exist."""

    law: Law
    day: date
    plans: dict[Any, Any] = field(default_factory=dict, repr=False)
    """Expressions of each regime, built when first needed."""

    def value(self, code: str, on: date) -> DatedValue:
        """Give the value of a parameter that counts on a day."""
        return self.law.parameters[code].at(on, self.day)

    def history(self, code: str) -> tuple[DatedValue, ...]:
        """Give all values known, oldest first."""
        return self.law.parameters[code].known_on(self.day)

    def switch(self, code: str, on: date | None = None) -> str:
        """Give the position of a switch on a day, by default that of the decision."""
        return self.position(code, on).value

    def position(self, code: str, on: date | None = None) -> Position:
        """Give the position of a switch and who chose it."""
        return position(
            self.law.switches[code], self.law.choices, on=on or self.day, known_on=self.day
        )

    @cached_property
    def provincial_levels(self) -> pl.DataFrame:
        """Levels of the provinces that a decision of this day knows; columns `LEVELS`."""
        return levels_frame(self.law.levels, self.day)
