"""Pairs of one name in one commune whose births differ as typing makes them differ.

Day and month exchanged, the year or the day off by one, 1 January (a year that was written as a day)
beside the day. Joined by name and by the shifted date: the cost grows with the people, not with pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

_BORN = pl.col("birth_date")
_DAY, _MONTH = _BORN.dt.day(), _BORN.dt.month()


def _with_day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Give a date, null where the calendar has none."""
    text = pl.format(
        "{}-{}-{}",
        year.cast(pl.String),
        month.cast(pl.String).str.zfill(2),
        day.cast(pl.String).str.zfill(2),
    )
    return text.str.to_date("%Y-%m-%d", strict=False)


_SHIFTED: Final[Mapping[str, pl.Expr]] = {
    "day_month_exchanged": pl.when(_DAY != _MONTH).then(_with_day(_BORN.dt.year(), _DAY, _MONTH)),
    "year_off_by_one": _with_day(_BORN.dt.year() + 1, _MONTH, _DAY),
    "day_off_by_one": _BORN.dt.offset_by("1d"),
    "first_january": pl.when((_DAY != 1) | (_MONTH != 1)).then(
        _with_day(_BORN.dt.year(), pl.lit(1), pl.lit(1))
    ),
}
"""Reason -> the other record's birth date, as seen from one record."""


def near_births(rows: pl.DataFrame) -> pl.DataFrame:
    """Find the pairs: `row`, `row_2`, `reason`; each pair once for each reason."""
    exact = rows.filter("is_exact").select("row", "name", "sex", "commune_code", "birth_date")
    keys = ("commune_code", "name", "sex")
    shared = exact.filter(exact.select(key=pl.struct(keys).hash())["key"].is_duplicated())
    found = [_shifted(shared, keys, reason, other) for reason, other in _SHIFTED.items()]
    return pl.concat(found)


def _shifted(
    shared: pl.DataFrame, keys: tuple[str, ...], reason: str, other: pl.Expr
) -> pl.DataFrame:
    moved = shared.with_columns(other=other).drop_nulls("other").drop("birth_date")
    pairs = moved.join(
        shared, left_on=[*keys, "other"], right_on=[*keys, "birth_date"], suffix="_2"
    ).filter(pl.col("row") != pl.col("row_2"))
    return (
        pairs.select(row=pl.min_horizontal("row", "row_2"), row_2=pl.max_horizontal("row", "row_2"))
        .unique()
        .with_columns(reason=pl.lit(reason))
    )
