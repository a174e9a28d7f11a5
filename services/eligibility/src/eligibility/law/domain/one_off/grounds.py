"""Grounds of a one-off benefit: conditions, an amount, and the choice of the highest.

A benefit is judged period by period: the day of each claim's event selects the dated values, and
claims of one period are judged together by the same expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from common.kernel.errors import InvalidInput
from eligibility.law.domain.conditions import Condition, all_of, any_of
from eligibility.law.domain.law import Law
from eligibility.law.domain.parameters import DatedValue

AMOUNT = pl.Int64()
_ROW, _PERIOD, _BEST = "_row", "_period", "_best"
_PLAIN = pl.QueryOptFlags.none()


class EventOutsideLaw(
    InvalidInput,
    code="event_outside_law",
    title="Ngày xảy ra sự việc nằm ngoài thời kỳ pháp luật đã nhập",
):
    """The event lies before the law that this system knows, or has no day."""


@dataclass(frozen=True)
class Ground:
    """One way into a benefit: all its conditions must hold; `amount` is in đồng."""

    code: str
    title: str
    article: str
    conditions: tuple[Condition, ...]
    amount: pl.Expr

    @property
    def holds(self) -> pl.Expr:
        """Give the conjunction of the conditions' columns (unknown stays unknown)."""
        return all_of([pl.col(item.column) for item in self.conditions])


@dataclass(frozen=True)
class OneOff:
    """A one-off benefit as one period has it. `extras` are further columns, e.g. kilograms."""

    code: str
    title: str
    grounds: tuple[Ground, ...]
    highest_only: str
    extras: Mapping[str, pl.Expr]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Give every condition once, in the order of the law."""
        found = {item.code: item for ground in self.grounds for item in ground.conditions}
        return tuple(found.values())


Build = Callable[["Period"], OneOff]


@dataclass(frozen=True)
class Period:
    """The law of the days from `day` until the next change of one of the benefit's values."""

    law: Law
    day: date
    known_on: date

    def value(self, code: str) -> DatedValue | None:
        """Give a value that counts in this period; None where the law has none yet."""
        parameter = self.law.parameters[code]
        try:
            return parameter.at(self.day, self.known_on)
        except LookupError:
            return None

    def number(self, code: str) -> int:
        """Give a whole number that counts in this period; 0 where the law has none yet."""
        found = self.value(code)
        return 0 if found is None else int(found.value)

    def word(self, code: str) -> str:
        """Give a rule's word; empty where the law has none yet."""
        found = self.value(code)
        return "" if found is None else str(found.value)

    def article(self, code: str) -> str:
        """Cite where a value stands."""
        found = self.value(code)
        return "" if found is None else found.basis.cite()


def period_of(law: Law, codes: Collection[str], day: date) -> Period:
    """Give the period that a day lies in, by the values of some parameters.

    Raises:
        EventOutsideLaw: the day lies before the first of them.
    """
    starts = _starts(law, codes)
    if day < starts[0]:
        raise EventOutsideLaw(f"Hệ thống tính được từ ngày {starts[0]:%d/%m/%Y}.")
    start = max(item for item in starts if item <= day)
    return Period(law, start, start)


def judge(
    claims: pl.DataFrame, law: Law, *, on: str, codes: Collection[str], build: Build
) -> pl.DataFrame:
    """Judge claims by the law of each one's own day; rows keep their order.

    Adds `c.<condition>` (true, false, null), `eligible`, `provision`, `article`, `amount` (đồng,
    0 when not eligible) and `payable`; `excluded_by` is filled by the benefit.

    Args:
        claims: one row per claim.
        law: the law as loaded.
        on: column of the event's day.
        codes: parameters that the benefit reads; their dates make the periods.
        build: makes the benefit of a period.

    Raises:
        EventOutsideLaw: a claim without a day, or before the first value.
    """
    starts = _starts(law, codes)
    if claims.select((pl.col(on).is_null() | (pl.col(on) < starts[0])).any()).item():
        raise EventOutsideLaw(f"Hệ thống tính được từ ngày {starts[0]:%d/%m/%Y}.")
    number = pl.sum_horizontal([(pl.col(on) >= start).cast(pl.Int32) for start in starts])
    numbered = claims.with_row_index(_ROW).with_columns(number.alias(_PERIOD))
    parts: list[pl.DataFrame] = []
    for (period,), part in numbered.partition_by(_PERIOD, as_dict=True).items():
        start = starts[int(period) - 1]
        parts.append(apply(part, build(Period(law, start, start))))
    if not parts:
        return apply(numbered, build(Period(law, starts[-1], starts[-1]))).drop(_ROW, _PERIOD)
    return pl.concat(parts, how="diagonal_relaxed").sort(_ROW).drop(_ROW, _PERIOD)


def apply(claims: pl.DataFrame, benefit: OneOff) -> pl.DataFrame:
    """Judge claims of one period: each condition, then the highest ground that holds."""
    names = [f"_amount.{number}" for number in range(len(benefit.grounds))]
    eligible = any_of([ground.holds for ground in benefit.grounds])
    staged = (
        claims.lazy()
        .with_columns([item.outcome.alias(item.column) for item in benefit.conditions])
        .with_columns([expr.alias(name) for name, expr in benefit.extras.items()])
        .with_columns(
            eligible.alias("eligible"),
            *(_amount(g).alias(name) for g, name in zip(benefit.grounds, names, strict=True)),
        )
        .with_columns(pl.max_horizontal(names).alias(_BEST))
        .with_columns(
            pl.col(_BEST).fill_null(0).alias("amount"),
            _chosen(benefit.grounds, names, "code").alias("provision"),
            _chosen(benefit.grounds, names, "article").alias("article"),
            pl.col(_BEST).fill_null(0).alias("payable"),
            pl.lit(None, pl.String()).alias("excluded_by"),
        )
        .drop(_BEST, *names)
    )
    return staged.collect(optimizations=_PLAIN)


def _amount(ground: Ground) -> pl.Expr:
    return pl.when(ground.holds).then(ground.amount.cast(AMOUNT)).otherwise(None)


def _chosen(grounds: Iterable[Ground], names: Iterable[str], attribute: str) -> pl.Expr:
    """Give code or article of the first ground, in the order of the law, with the highest amount."""
    words = [
        pl.when(pl.col(name) == pl.col(_BEST)).then(pl.lit(getattr(ground, attribute)))
        for ground, name in zip(grounds, names, strict=True)
    ]
    return pl.coalesce(words)


def _starts(law: Law, codes: Collection[str]) -> list[date]:
    """Give every day on which a value begins to count or comes into force."""
    values = [value for code in codes for value in law.parameters[code].values]
    return sorted({day for value in values for day in (value.valid_from, value.in_force)})


def complete(
    claims: pl.DataFrame, schema: Mapping[str, Any], defaults: Mapping[str, Any]
) -> pl.DataFrame:
    """Give claims every column of a schema: absent ones are unknown, or have their default."""
    given = set(claims.columns)
    columns: list[pl.Expr] = []
    for name, kind in schema.items():
        column = pl.col(name).cast(kind) if name in given else pl.lit(None, dtype=kind).alias(name)
        columns.append(column.fill_null(defaults[name]) if name in defaults else column)
    return claims.lazy().with_columns(columns).collect(optimizations=_PLAIN)
