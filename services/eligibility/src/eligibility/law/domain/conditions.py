"""Named conditions, provisions and benefits: an expression, the words of the law, and the article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.ages import birthday, completed
from eligibility.law.domain.parameters import DatedValue

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One condition of the law. `outcome` is true, false, or null when a fact is unknown.

    `describe` says in Vietnamese which value was found for a person. `parts` are conditions that
    the outcome is made of. `sealed`: its words reveal what only some may know. `hangs_on` names
    features (see `features`): where a frame has none of them, the outcome is `otherwise` throughout.
    """

    code: str
    text: str
    article: str
    outcome: pl.Expr
    describe: Callable[[Row], str]
    parts: tuple[Condition, ...] = ()
    sealed: bool = False
    hangs_on: tuple[str, ...] = ()
    otherwise: bool = False

    @property
    def column(self) -> str:
        """Name the column that holds the outcome."""
        return f"c.{self.code}"

    @property
    def depth(self) -> int:
        """Count the layers of parts below: they are computed first."""
        return 1 + max((part.depth for part in self.parts), default=-1)

    @property
    def with_parts(self) -> tuple[Condition, ...]:
        """Give the parts, deepest first, and the condition itself."""
        return (*(found for part in self.parts for found in part.with_parts), self)

    @property
    def holds(self) -> pl.Expr:
        """Give the column of the outcome."""
        return pl.col(self.column)


@dataclass(frozen=True)
class Provision:
    """One way into a benefit: all its conditions must hold. `coefficient` is in hundredths.

    `group` is the group of the law (5.1 to 5.8, C1, C2 ...) that reports and lists count by.
    `times` names a column by which the coefficient is multiplied (5.4: for each child).
    """

    code: str
    title: str
    article: str
    conditions: tuple[Condition, ...]
    coefficient: int
    group: str = ""
    times: str | None = None
    sealed: bool = False

    @property
    def holds(self) -> pl.Expr:
        """Give the conjunction of the conditions' columns (Kleene logic: unknown stays unknown)."""
        return all_of([condition.holds for condition in self.conditions])


@dataclass(frozen=True)
class Benefit:
    """A benefit with its provisions, highest first, and the amount that coefficients scale.

    `level` is the parameter of that amount. `payee`: `person`, or `carer` when it is paid to who
    cares for the person. `group` is kept for the reader of a single-group benefit.
    """

    code: str
    group: str
    title: str
    common: tuple[Condition, ...]
    provisions: tuple[Provision, ...]
    level: str
    standard_article: str
    payee: str = "person"

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition once, in the order of the law, parts before the whole."""
        found = {
            part.code: part
            for condition in (
                *(item for provision in self.provisions for item in provision.conditions),
                *self.common,
            )
            for part in condition.with_parts
        }
        return tuple(found.values())


def all_of(outcomes: Sequence[pl.Expr]) -> pl.Expr:
    """Hold when all hold."""
    return reduce(and_, outcomes)


def any_of(outcomes: Sequence[pl.Expr]) -> pl.Expr:
    """Hold when one holds."""
    return reduce(or_, outcomes)


def counted_by_month(values: Sequence[DatedValue]) -> pl.Expr:
    """Give the amount that counts in the row's month, as Int64 (polars literals are Int32)."""
    amount = pl.lit(values[0].value, dtype=pl.Int64)
    for value in values[1:]:
        reached = pl.col("month") >= Month.of(value.valid_from).ordinal
        amount = pl.when(reached).then(pl.lit(value.value, dtype=pl.Int64)).otherwise(amount)
    return amount


def show_day(day: date | None) -> str:
    """Write a day as Vietnamese papers do: `20/09/2026`."""
    return "chưa rõ" if day is None else f"{day:%d/%m/%Y}"


def show_birthday(years: int, switches: Mapping[str, str]) -> Callable[[Row], str]:
    """Say when an age is completed."""

    def describe(row: Row) -> str:
        born = row.get("birth_date")
        if born is None:
            return "chưa rõ ngày sinh"
        reached = birthday_of(row, years, switches)
        return f"sinh {show_day(born)}, đủ {years} tuổi ngày {show_day(reached)}"

    return describe


def birthday_of(row: Row, years: int, switches: Mapping[str, str]) -> date | None:
    """Give the day on which the person of a row completes some years."""
    born = row.get("birth_date")
    if born is None:
        return None
    whole = completed(born, row.get("birth_precision"), switches["partial_birth_date"])
    return birthday(whole, years, switches["leap_birthday"])


def show_code(
    name: str, words: Mapping[str, str], unknown: str = "chưa rõ"
) -> Callable[[Row], str]:
    """Say a coded fact in words."""

    def describe(row: Row) -> str:
        return words.get(str(row.get(name)), unknown)

    return describe


def show_flag(name: str, yes: str, no: str, unknown: str = "chưa rõ") -> Callable[[Row], str]:
    """Say a yes-or-no fact in words; without a value, `unknown`."""

    def describe(row: Row) -> str:
        value = row.get(name)
        return unknown if value is None else (yes if value else no)

    return describe


def show_parts(parts: Sequence[Condition], none: str) -> Callable[[Row], str]:
    """Say which parts hold; the row is an evaluated one, or only facts (then nothing is said)."""

    def describe(row: Row) -> str:
        met = [part.text for part in parts if row.get(part.column)]
        return "; ".join(met) if met else none

    return describe
