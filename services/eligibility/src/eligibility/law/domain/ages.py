"""Ages by completed birthdays, and the month from which a birthday counts.

Thuật ngữ: đủ ... tuổi (completed age), tháng điều chỉnh (month of the adjustment).
A month is its ordinal (year x 12 + month - 1). A day is its key: ordinal x 32 + day of the month, so
that N years are 384 x N and a birthday is compared as one whole number, without building dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import polars as pl

from common.kernel.months import Month

DAYS = 32
YEAR = 12 * DAYS
_LEAP_CYCLE = 4
_EPOCH = date(1970, 1, 1)
_FIRST_BIRTH, _LAST_BIRTH = date(1880, 1, 1), date(2110, 12, 31)
_FEBRUARY, _LEAP_DAY = 2, 29


def key_of(day: date) -> int:
    """Give the key of a day."""
    return Month.of(day).ordinal * DAYS + day.day


@dataclass(frozen=True)
class AgeRules:
    """How ages count in one regime.

    `month_after`: a change of level counts from the month after the birthday, unless a signature of
    the month already knew it. `gap`: keys of the first days of a month that began under a regime
    with that rule: birthdays on them count from the month after.
    """

    month_after: bool
    gap: tuple[int, int] | None = None

    def reached_for_level(self, years: int, born: str = "_born") -> pl.Expr:
        """Tell whether an age counts for the LEVEL of the row's month (điều chỉnh)."""
        own = birth_key(born, years)
        limit = pl.col("_known_key") if self.month_after else pl.col("_month_key") + DAYS - 1
        reached = own <= limit - YEAR * years
        if self.gap is None:
            return reached
        start, end = (key - YEAR * years for key in self.gap)
        late = (own >= start) & (own < end)
        in_month = pl.col("month") == self.gap[0] // DAYS
        return reached & ~(late & in_month & ~pl.col("_signed_in_month"))

    def reached_for_entry(self, years: int, born: str = "_born") -> pl.Expr:
        """Tell whether an age lets a person IN: on the day of signature, or within the month."""
        return birth_key(born, years) <= pl.col("_event_key") - YEAR * years

    def still_below(self, years: int, born: str = "_born") -> pl.Expr:
        """Tell whether a right that ends at an age still holds: through the birthday's month.

        A signature of the month itself sees its own day: what had ended by then is not granted.
        """
        return birth_key(born, years) > pl.col("_known_key") - YEAR * years

    def reached_from(self, years: int, first_key: int, born: str = "_born") -> pl.Expr:
        """Tell whether a birthday falls on the day of a key or later, whatever the row's month."""
        return birth_key(born, years) >= first_key - YEAR * years


def birth_key(born: str, years: int) -> pl.Expr:
    """Give the column of birth keys from which `years` can be counted.

    A 29 February exists again after a multiple of four years; otherwise its switch has moved it.
    """
    return pl.col(born if years % _LEAP_CYCLE == 0 else f"{born}_odd")


@cache
def _birth_tables(leap_birthday: str) -> dict[str, pl.Expr]:
    """Give tables from a day to its key: as written, and with 29 February moved by its switch."""
    count = (_LAST_BIRTH - _FIRST_BIRTH).days + 1
    days = [_FIRST_BIRTH + timedelta(days=number) for number in range(count)]
    moved = -1 if leap_birthday == "28_february" else DAYS + 1 - _LEAP_DAY
    exact = [key_of(day) for day in days]
    odd = [
        key + (moved if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY) else 0)
        for key, day in zip(exact, days, strict=True)
    ]
    return {
        "": pl.lit(pl.Series(exact, dtype=pl.Int32)),
        "_odd": pl.lit(pl.Series(odd, dtype=pl.Int32)),
    }


def birth_keys(born: pl.Expr, leap_birthday: str, name: str = "_born") -> list[pl.Expr]:
    """Give the columns of birth keys of a date column."""
    first, last = ((day - _EPOCH).days for day in (_FIRST_BIRTH, _LAST_BIRTH))
    place = (born.cast(pl.Int32).clip(first, last) - first).cast(pl.UInt32)
    return [
        table.gather(place).alias(f"{name}{suffix}")
        for suffix, table in _birth_tables(leap_birthday).items()
    ]


def whole_birth_date(switch: str) -> pl.Expr:
    """Complete a birth date of which only the year, or the year and month, is known (switch)."""
    born, precision = pl.col("birth_date"), pl.col("birth_precision")
    if switch == "first_day":
        year, month = pl.date(born.dt.year(), 1, 1), born.dt.month_start()
    else:
        year, month = pl.date(born.dt.year(), 12, 31), born.dt.month_end()
    return (
        pl.when(precision == "year")
        .then(year)
        .when(precision == "month")
        .then(month)
        .otherwise(born)
    )


@cache
def _month_table(first: int, last: int) -> pl.Expr:
    starts = [Month(place // 12, place % 12 + 1).first_day for place in range(first, last + 1)]
    return pl.lit(pl.Series(starts, dtype=pl.Date))


def month_columns(first: int, last: int) -> list[pl.Expr]:
    """Give the days that bound each row's month, and its key; months lie in `first..last`."""
    if first == last:
        month = Month(first // 12, first % 12 + 1)
        return [
            pl.lit((month + -1).first_day).alias("_previous"),
            pl.lit(month.first_day).alias("_first"),
            pl.lit(month.last_day).alias("_last"),
            pl.lit(first * DAYS, dtype=pl.Int32).alias("_month_key"),
        ]
    table, place = _month_table(first - 1, last + 1), (pl.col("month") - first).cast(pl.UInt32)
    following = table.gather(place + 2).cast(pl.Int32) - 1
    return [
        table.gather(place).alias("_previous"),
        table.gather(place + 1).alias("_first"),
        following.cast(pl.Date).alias("_last"),
        (pl.col("month") * DAYS).alias("_month_key"),
    ]


def event_columns() -> list[pl.Expr]:
    """Give the day that selects the rule: the signature when it lies in the month, else its end."""
    signed = pl.col("signed_on")
    within = ((signed >= pl.col("_first")) & (signed <= pl.col("_last"))).fill_null(value=False)
    return [
        within.alias("_signed_in_month"),
        pl.when(within).then(signed).otherwise(pl.col("_last")).alias("_event"),
    ]


def event_keys() -> list[pl.Expr]:
    """Give the key of the event, and that up to which a signature knew of birthdays."""
    day = pl.col("_event").cast(pl.Int32) - pl.col("_first").cast(pl.Int32) + 1
    own = pl.col("_month_key") + day
    known = pl.when(pl.col("_signed_in_month")).then(own).otherwise(pl.col("_month_key"))
    return [own.alias("_event_key"), known.alias("_known_key")]


def birthday(born: date, years: int, leap_birthday: str) -> date:
    """Give the day on which `years` are completed; 29 February follows its switch."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        if leap_birthday == "28_february":
            return date(born.year + years, 2, 28)
        return date(born.year + years, 3, 1)


def completed(born: date, precision: str | None, switch: str) -> date:
    """Complete one birth date as `whole_birth_date` does."""
    if precision == "year":
        return date(born.year, 1, 1) if switch == "first_day" else date(born.year, 12, 31)
    if precision == "month":
        month = Month.of(born)
        return month.first_day if switch == "first_day" else month.last_day
    return born


def first_gap(starts: list[tuple[date, bool]]) -> dict[date, tuple[int, int]]:
    """Find months in which a regime without `month_after` follows one with it.

    Args:
        starts: first day of each regime, and whether its changes count from the month after.
    """
    gaps: dict[date, tuple[int, int]] = {}
    for (_, before), (start, after) in pairwise(starts):
        if before and not after and start.day != 1:
            gaps[start] = (key_of(start.replace(day=1)), key_of(start))
    return gaps
