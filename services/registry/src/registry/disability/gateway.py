"""The dated numbers of the procedure and the days off, read from the room's data file once."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from common.kernel.workdays import WorkCalendar
from registry.disability.domain import Rules


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = files("registry.disability").joinpath("data", "rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _rules() -> tuple[Rules, ...]:
    found = [
        Rules(
            valid_from=one["valid_from"],
            basis=one["basis"],
            confidence=one["confidence"],
            quorum=(one["quorum"][0], one["quorum"][1]),
            assess_workdays=one["assess_workdays"],
            certify_workdays=one["certify_workdays"],
            complaint_workdays=one["complaint_workdays"],
            very_severe_percent=Decimal(one["very_severe_percent"]),
            severe_percent=Decimal(one["severe_percent"]),
            sheet_age=one["sheet_age"],
        )
        for one in _data()["rules"]
    ]
    return tuple(sorted(found, key=lambda rules: rules.valid_from))


def rules_on(day: date) -> Rules:
    """Give the rules in force on a day; of a day before the first, the first."""
    earlier = [rules for rules in _rules() if rules.valid_from <= day]
    return earlier[-1] if earlier else _rules()[0]


@lru_cache(maxsize=1)
def calendar() -> WorkCalendar:
    """Give the working days that deadlines count."""
    listed = _data()["calendar"]
    return WorkCalendar(frozenset(listed["days_off"]), frozenset(listed["days_worked"]))
