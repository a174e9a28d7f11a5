"""The dated numbers of representation, read from the room's data file once."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[date, int], ...]:
    file = files("registry.representation").joinpath("data", "rules.toml")
    rules = tomllib.loads(file.read_text(encoding="utf-8"))["rules"]
    return tuple(sorted((one["valid_from"], one["adult_age"]) for one in rules))


def adult_age(day: date) -> int:
    """Give the age from which somebody may stand for another person, in years (thành niên).

    Of a day before the first rule, the first rule counts.
    """
    earlier = [age for start, age in _rules() if start <= day]
    return earlier[-1] if earlier else _rules()[0][1]
