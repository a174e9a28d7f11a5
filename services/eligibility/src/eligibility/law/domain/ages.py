"""Ages by completed birthdays, and the month from which a birthday counts.

Thuật ngữ: đủ ... tuổi (completed age), tháng điều chỉnh (month of the adjustment).
A month is its ordinal (year x 12 + month - 1), so that months are compared as whole numbers.
"""

from __future__ import annotations

import polars as pl

from eligibility.law.domain.law import LawAsOf

_FEBRUARY = 2
_LEAP_DAY = 29
_SHIFT = {"month_of_change": 0, "month_after": 1}


def ordinal(day: pl.Expr) -> pl.Expr:
    """Give the month of a day as its ordinal."""
    return day.dt.year() * 12 + day.dt.month().cast(pl.Int32) - 1


def first_day(month: pl.Expr) -> pl.Expr:
    """Give the first day of a month ordinal."""
    return pl.date(month // 12, month % 12 + 1, 1)


def whole_birth_date(law: LawAsOf) -> pl.Expr:
    """Complete a birth date of which only the year, or the year and month, is known (switch)."""
    born, precision = pl.col("birth_date"), pl.col("birth_precision")
    if law.switch("partial_birth_date") == "first_day":
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


def birthday(born: pl.Expr, years: int, law: LawAsOf) -> pl.Expr:
    """Give the day on which `years` are completed; 29 February follows its switch."""
    year = born.dt.year() + years
    month, day = born.dt.month().cast(pl.Int32), born.dt.day().cast(pl.Int32)
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    falls_out = (month == _FEBRUARY) & (day == _LEAP_DAY) & ~leap
    if law.switch("leap_birthday") == "28_february":
        return pl.date(year, month, pl.when(falls_out).then(28).otherwise(day))
    return pl.date(
        year,
        pl.when(falls_out).then(3).otherwise(month),
        pl.when(falls_out).then(1).otherwise(day),
    )


def month_of_effect(day: pl.Expr, law: LawAsOf) -> pl.Expr:
    """Give the month ordinal from which a change on `day` counts.

    Căn cứ: parameter `adjust_month_rule`; the day of the change selects the value.
    """
    values = law.history("adjust_month_rule")
    shift = pl.lit(_SHIFT[values[0].value], dtype=pl.Int32)
    for value in values[1:]:
        later = pl.lit(_SHIFT[value.value], dtype=pl.Int32)
        shift = pl.when(day >= pl.lit(value.valid_from)).then(later).otherwise(shift)
    return ordinal(day) + shift


def reached_for_level(age: str) -> pl.Expr:
    """Tell whether an age counts for the LEVEL of a month.

    A birthday up to the signature is part of what was signed; a later one adjusts the level from
    its month of effect.
    """
    passed_at_signature = (pl.col(f"birthday.{age}") <= pl.col("signed_on")).fill_null(value=False)
    return passed_at_signature | (pl.col(f"effective.{age}") <= pl.col("month"))


def reached_for_entry(age: str) -> pl.Expr:
    """Tell whether an age lets a person IN: on the day of signature, or within the month."""
    return pl.col(f"birthday.{age}") <= pl.col("_event")
