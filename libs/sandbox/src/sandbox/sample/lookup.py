"""The tables beside the generator: names, communes, banks and the numbers of the law."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today, with former communes that went wholly into it."""

    code: str
    name: str
    kind: str
    province_code: str
    province: str
    former: tuple[str, ...]
    difficult: bool
    koho_names: bool


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank by its short name and NAPAS BIN."""

    name: str
    bin: str
    account_length: int
    weight: float


@dataclass(frozen=True, slots=True)
class LawNumbers:
    """Amounts in đồng a month, coefficients in tenths, ages in years."""

    list_standard: int
    standard: int
    standard_from: str
    adult_from_age: int
    elderly_from_age: int
    small_child_until_age: int
    infant_until_age: int
    student_age_cap: int
    pension_age: int
    pension_age_poor: int
    elder_line_before: int
    elder_line_since: int
    elder_line_from: str
    same_month_from: date
    pension_decree_from: date
    tenths: dict[str, int]


_DAYS = ("same_month_from", "pension_decree_from")


def read(name: str) -> Any:
    """Read one table."""
    source = resources.files(__package__).joinpath("tables", f"{name}.json")
    return json.loads(source.read_text(encoding="utf-8"))


@cache
def communes() -> dict[str, Commune]:
    """The communes that can be generated, by code."""
    rows = read("communes")["communes"]
    return {row["code"]: Commune(**{**row, "former": tuple(row["former"])}) for row in rows}


@cache
def banks() -> tuple[Bank, ...]:
    """The banks where people have accounts."""
    return tuple(Bank(*row) for row in read("banks")["banks"])


@cache
def names() -> dict[str, Any]:
    """Name tables: see the word `about` in the file."""
    table: dict[str, Any] = read("names")
    return table


@cache
def law() -> LawNumbers:
    """The numbers of the law for the plan's own computation."""
    row = read("law")
    numbers: dict[str, Any] = {k: v for k, v in row.items() if k not in ("about", "coefficients")}
    numbers |= {key: date.fromisoformat(numbers[key]) for key in _DAYS}
    tenths = {key: int(value.replace(".", "")) for key, value in row["coefficients"].items()}
    return LawNumbers(**numbers, tenths=tenths)
