"""Named conditions and provisions: an expression, the words of the law, and the article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from common.kernel.months import Month
from eligibility.law.domain.parameters import DatedValue

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One condition of the law. `outcome` is true, false, or null when a fact is unknown.

    `describe` says in Vietnamese which value was found for a person.
    """

    code: str
    text: str
    article: str
    outcome: pl.Expr
    describe: Callable[[Row], str]

    @property
    def column(self) -> str:
        """Name the column that holds the outcome."""
        return f"c.{self.code}"


@dataclass(frozen=True)
class Provision:
    """One way into a benefit: all its conditions must hold. `coefficient` is in hundredths."""

    code: str
    title: str
    article: str
    conditions: tuple[Condition, ...]
    coefficient: int

    @property
    def holds(self) -> pl.Expr:
        """Give the conjunction of the conditions' columns (Kleene logic: unknown stays unknown)."""
        return all_of([pl.col(condition.column) for condition in self.conditions])


@dataclass(frozen=True)
class Benefit:
    """A benefit with its provisions, most special first, and the amount that coefficients scale."""

    code: str
    group: str
    title: str
    common: tuple[Condition, ...]
    provisions: tuple[Provision, ...]
    standard: pl.Expr
    standard_article: str

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition once, in the order of the law."""
        found = {
            condition.code: condition
            for condition in (
                *(item for provision in self.provisions for item in provision.conditions),
                *self.common,
            )
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


def show_birthday(age: str, years: int) -> Callable[[Row], str]:
    """Say when an age is completed."""

    def describe(row: Row) -> str:
        reached = row.get(f"birthday.{age}")
        if reached is None:
            return "chưa rõ ngày sinh"
        return f"sinh {show_day(row.get('birth_date'))}, đủ {years} tuổi ngày {show_day(reached)}"

    return describe


def alive(benefit: str, article: str) -> Condition:
    """Hold up to the month of death: payment stops in the month right after.

    Thuật ngữ: thôi hưởng.
    """
    died = pl.col("death_date")
    outcome = died.is_null() | (
        died.dt.year() * 12 + died.dt.month().cast(pl.Int32) - 1 >= pl.col("month")
    )

    def describe(row: Row) -> str:
        day = row.get("death_date")
        return "không có thông tin đã chết" if day is None else f"chết ngày {show_day(day)}"

    text = "Còn sống trong tháng (thôi hưởng từ tháng liền sau tháng chết)"
    return Condition(f"{benefit}_alive", text, article, outcome.fill_null(value=True), describe)


def started(benefit: str, article: str) -> Condition:
    """Hold from the month in which the commune chair signed; without a signature it is open.

    Thuật ngữ: hưởng từ tháng Chủ tịch UBND cấp xã ký quyết định.
    """
    signed = pl.col("signed_on")
    outcome = signed.is_null() | (
        signed.dt.year() * 12 + signed.dt.month().cast(pl.Int32) - 1 <= pl.col("month")
    )

    def describe(row: Row) -> str:
        day = row.get("signed_on")
        return "chưa ký quyết định" if day is None else f"ký ngày {show_day(day)}"

    text = "Hưởng từ tháng Chủ tịch UBND cấp xã ký quyết định"
    return Condition(f"{benefit}_started", text, article, outcome.fill_null(value=True), describe)
