"""Completed age on the day of an event.

Thuật ngữ: đủ ... tuổi. Partial birth dates and 29 February follow their switches.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.law import Law

_FEBRUARY, _LEAP_DAY = 2, 29


def with_age(claims: pl.DataFrame, law: Law, on: str) -> pl.DataFrame:
    """Add `age`, the years completed on the day in column `on`; null while the birth is unknown."""
    first = law.latest.switch("partial_birth_date") == "first_day"
    early = law.latest.switch("leap_birthday") == "28_february"
    born, precision = pl.col("birth_date"), pl.col("birth_precision").fill_null("day")
    whole = (
        pl.when(precision == "year")
        .then(pl.date(born.dt.year(), 1 if first else 12, 1 if first else 31))
        .when(precision == "month")
        .then(born.dt.month_start() if first else born.dt.month_end())
        .otherwise(born)
    )
    day = pl.col(on)
    falls_out = (whole.dt.month() == _FEBRUARY) & (whole.dt.day() == _LEAP_DAY)
    birthday = (
        pl.when(falls_out & ~day.dt.is_leap_year())
        .then(28 if early else _LEAP_DAY)
        .otherwise(whole.dt.day())
    )
    before = (day.dt.month() < whole.dt.month()) | (
        (day.dt.month() == whole.dt.month()) & (day.dt.day() < birthday)
    )
    age = day.dt.year() - whole.dt.year() - before.cast(pl.Int32)
    return claims.with_columns(age.alias("age"))
