"""What shows that a pair is two people: two numbers that are both right, as twins and namesakes have.

A number is right for its record when its century, year and sex are those of the record. Numbers one
typing error apart may be one number, unless the given names differ: then they are twins.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_DIGITS: Final = 12
_CARD: Final = "same_former_number"


def two_people() -> pl.Expr:
    """Say of pairs (columns of both records, `reason` a list) that they are two people."""
    number, other = pl.col("personal_id"), pl.col("personal_id_2")
    confirmed = (pl.col("verification") == "verified") & (pl.col("verification_2") == "verified")
    both_right = _is_right("") & _is_right("_2")
    twins = _given_name("") != _given_name("_2")
    differs = number != other
    by_numbers = both_right & (~_one_error_apart() | twins) & ~pl.col("reason").list.contains(_CARD)
    return (differs & (confirmed | by_numbers)).fill_null(value=False)


def _is_right(side: str) -> pl.Expr:
    number = pl.col(f"personal_id{side}")
    century = number.str.slice(3, 1).cast(pl.Int32, strict=False)
    year = 1900 + 100 * (century // 2) + number.str.slice(4, 2).cast(pl.Int32, strict=False)
    sex = pl.when(century % 2 == 1).then(pl.lit("female")).otherwise(pl.lit("male"))
    return (year == pl.col(f"birth_year{side}")) & (sex == pl.col(f"sex{side}"))


def _given_name(side: str) -> pl.Expr:
    return pl.col(f"full_name{side}").str.to_lowercase().str.extract(r"(\S+)\s*$")


def digits_apart() -> tuple[pl.Expr, pl.Expr]:
    """Give in how many digits two numbers differ, and whether two neighbours are exchanged."""
    ours, theirs = pl.col("personal_id"), pl.col("personal_id_2")
    digits = [(ours.str.slice(i, 1), theirs.str.slice(i, 1)) for i in range(_DIGITS)]
    differ = pl.sum_horizontal([(one != other).cast(pl.Int8) for one, other in digits])
    exchanged = pl.any_horizontal(
        [
            (digits[i][0] == digits[i + 1][1])
            & (digits[i + 1][0] == digits[i][1])
            & (digits[i][0] != digits[i + 1][0])
            for i in range(_DIGITS - 1)
        ]
    )
    return differ, exchanged


def _one_error_apart() -> pl.Expr:
    differ, exchanged = digits_apart()
    return (differ == 1) | ((differ == 2) & exchanged)
