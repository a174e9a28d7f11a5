"""Random people in random months, thick at the corners of the law; the same for the same seed.

Birthdays lie a day before, on and after each age line and each date of a decree, at month ends and
on 29 February, or are known by year or month only; signatures, certificates, deaths and detentions
lie around the month; every fact that may be unknown sometimes is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from tests.eligibility.openfisca.days import completed

FIRST_MONTH, LAST_MONTH = 2021 * 12 + 6, 2027 * 12 + 11
LINES = (0, 3, 4, 6, 16, 18, 22, 60, 70, 75, 80)
"""Completed years at which something in the law changes, and two at which nothing does."""

CHILD_LINES = (0, 1, 3, 4, 16, 22)
REGIME_DAYS = tuple(
    np.datetime64(day)
    for day in ("2021-07-01", "2024-07-01", "2025-07-01", "2026-07-01", "2026-10-05")
)
REGIME_MONTHS = tuple(
    year * 12 + month - 1
    for year, month in (
        (2021, 7), (2024, 6), (2024, 7), (2025, 6), (2025, 7), (2026, 6), (2026, 7), (2026, 9),
        (2026, 10), (2026, 11),
    )
)  # fmt: skip
DAY = np.timedelta64(1, "D")
NOT_A_DAY = np.datetime64("NaT", "D")

Column = NDArray[Any]

CHILD = pl.Struct({"birth_date": pl.Date, "studying": pl.Boolean})
TEXTS: dict[str, tuple[tuple[str | None, float], ...]] = {
    "poverty_class": (("poor", 0.5), ("near_poor", 0.2), ("none", 0.25), (None, 0.05)),
    "hardship_class": (("difficult", 0.1), ("none", 0.6), (None, 0.3)),
    "study_level": (
        ("none", 0.3), ("preschool", 0.05), ("general", 0.25), ("vocational", 0.1),
        ("college", 0.1), ("university", 0.15), (None, 0.05),
    ),
    "marital_status": (
        ("single", 0.35), ("married", 0.2), ("widowed", 0.2), ("divorced", 0.1),
        ("spouse_missing", 0.1), (None, 0.05),
    ),
    "support": (("none", 0.5), ("on_allowance", 0.2), ("able", 0.25), (None, 0.05)),
    "care": (("own_family", 0.3), ("taken_in", 0.3), ("none", 0.35), (None, 0.05)),
    "request": (
        ("written", 0.5), ("converted", 0.15), ("decided", 0.15), ("none", 0.15), (None, 0.05),
    ),
}  # fmt: skip
PARENTS = (
    ("able", 0.3), ("dead", 0.2), ("missing", 0.12), ("facility", 0.12), ("detained", 0.12),
    ("unidentified", 0.1), (None, 0.04),
)  # fmt: skip
DEGREES = (("severe", 0.2), ("very_severe", 0.2), ("mild", 0.05), (None, 0.55))
FLAGS = {
    "abandoned": 0.1, "adopted": 0.2, "had_no_care_at_16": 0.5, "neutral_group": 0.15,
    "survivor_allowance": 0.08, "other_allowance": 0.08, "child_kept_studying": 0.4,
    "cannot_live_in_community": 0.3, "taken_in": 0.4, "pregnant": 0.15, "spouse_supported": 0.1,
}  # fmt: skip
KLEENE = {"area_difficult": 0.5, "study_continuous": 0.7, "carer_qualifies": 0.7}


class _Draw:
    """Draws for a population of one size from one seed."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.random = np.random.default_rng(seed)

    def chance(self, share: float, size: int | None = None) -> Column:
        """True for a share of the rows."""
        found: Column = self.random.random(size or self.size) < share
        return found

    def text(self, weighted: Sequence[tuple[str | None, float]]) -> Column:
        """One of the texts, by weight."""
        words = np.array([word for word, _ in weighted], dtype=object)
        weights = np.array([weight for _, weight in weighted])
        chosen: Column = words[self.random.choice(len(words), self.size, p=weights / weights.sum())]
        return chosen

    def days(self, month: Column) -> Column:
        """A day at or near a corner of each row's month, or of the decrees."""
        size = len(month)
        first = (month - 1970 * 12).astype("M8[M]").astype("M8[D]")
        after = (month - 1970 * 12 + 1).astype("M8[M]").astype("M8[D]")
        inside = first + (self.random.random(size) * 28).astype(np.int64) * DAY
        near = first + (self.random.integers(-70, 100, size)) * DAY
        decree = np.array(REGIME_DAYS)[self.random.integers(0, len(REGIME_DAYS), size)]
        october = np.datetime64("2026-10-01") + self.random.integers(0, 8, size) * DAY
        places = np.stack([first, after - DAY, inside, near, decree, october])
        chosen = places[self.random.integers(0, len(places), size), np.arange(size)]
        result: Column = chosen + self.random.integers(-1, 2, size) * DAY
        return result

    def born(self, month: Column, lines: Sequence[int]) -> Column:
        """Birthdays such that a line is reached at a corner, or anywhere; never after the month."""
        size = len(month)
        corner = self.days(month)
        years = np.array(lines)[self.random.integers(0, len(lines), size)]
        birth = completed(corner, 0).astype("M8[D]")
        birth = completed(birth, -12 * years)
        leap = np.datetime64("1936-02-29") + (self.random.integers(0, 23, size) * 1461) * DAY
        birth = np.where(self.chance(0.06, size), leap, birth)
        last = (month - 1970 * 12 + 1).astype("M8[M]").astype("M8[D]") - DAY
        result: Column = np.minimum(birth, last)
        return result


def in_provinces(facts: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Move people into provinces with levels of their own, and into their former parts."""
    draw = _Draw(facts.height, seed)
    homes = np.array(["68-68", "01-01", "22-22", "79-79", "79-74", "79-77"])
    home = pl.Series(homes[draw.random.integers(0, len(homes), facts.height)])
    return facts.with_columns(
        home.str.slice(0, 2).alias("province_code"),
        home.str.slice(3).alias("former_province_code"),
    )


def people(size: int, seed: int) -> pl.DataFrame:
    """Facts of `size` people, each in one random month."""
    draw = _Draw(size, seed)
    month = draw.random.integers(FIRST_MONTH, LAST_MONTH + 1, size)
    month = np.where(
        draw.chance(0.4),
        np.array(REGIME_MONTHS)[draw.random.integers(0, len(REGIME_MONTHS), size)],
        month,
    )
    return people_in(month, draw)


def people_of_month(size: int, seed: int, month: int) -> pl.DataFrame:
    """Facts of `size` people in one month (its ordinal)."""
    return people_in(np.full(size, month), _Draw(size, seed))


def people_in(month: Column, draw: _Draw) -> pl.DataFrame:
    """Facts of one person for each of the months."""
    birth, precision = _births(month, draw)
    columns: dict[str, Any] = {
        "person_id": pl.Series(np.arange(draw.size), dtype=pl.Int64),
        "month": pl.Series(month, dtype=pl.Int32),
        "birth_date": pl.Series(birth),
        "birth_precision": _texts(precision),
        "commune_code": pl.repeat("25000", draw.size, eager=True),
        "province_code": pl.repeat("68", draw.size, eager=True),
        "former_province_code": pl.repeat("68", draw.size, eager=True),
        "setting": _texts(draw.text((("community", 0.9), ("facility", 0.07), (None, 0.03)))),
        "local_group": pl.Series([None] * draw.size, dtype=pl.String),
    }
    for name, weighted in TEXTS.items():
        columns[name] = _texts(draw.text(weighted))
    for name in ("father_status", "mother_status"):
        columns[name] = _texts(draw.text(PARENTS))
    for name, share in FLAGS.items():
        columns[name] = pl.Series(draw.chance(share))
    for name, share in KLEENE.items():
        known = draw.chance(0.95)
        columns[name] = pl.Series(draw.chance(share)).set(pl.Series(~known), None)
    columns |= (
        _incomes(draw) | _dated(month, birth, draw) | {"children": _children(month, birth, draw)}
    )
    return pl.DataFrame(columns)


def _texts(words: Column) -> pl.Series:
    return pl.Series(words.tolist(), dtype=pl.String)


def _births(month: Column, draw: _Draw) -> tuple[Column, Column]:
    birth = draw.born(month, LINES)
    anywhere = month.astype("i8") * 0 + draw.random.integers(0, 100 * 365, draw.size)
    last = (month - 1970 * 12 + 1).astype("M8[M]").astype("M8[D]") - DAY
    birth = np.where(draw.chance(0.35), last - anywhere * DAY, birth)
    precision = draw.text((("day", 0.84), ("year", 0.1), ("month", 0.06)))
    birth = np.where(precision == "year", birth.astype("M8[Y]").astype("M8[D]"), birth)
    birth = np.where(precision == "month", birth.astype("M8[M]").astype("M8[D]"), birth)
    return np.where(draw.chance(0.01), NOT_A_DAY, birth), precision


def _incomes(draw: _Draw) -> dict[str, pl.Series]:
    wage = np.where(draw.chance(0.6), 0, draw.random.integers(1, 9_000_000, draw.size))
    steps = np.array(
        [0, 0, 0, 0, 300_000, 359_999, 499_999, 500_000, 500_001, 539_999, 540_000, 2_000_000]
    )
    pension = steps[draw.random.integers(0, len(steps), draw.size)]
    received = draw.random.integers(FIRST_MONTH, LAST_MONTH + 1, draw.size)
    return {
        "wage_income": pl.Series(wage, dtype=pl.Int64).set(pl.Series(draw.chance(0.04)), None),
        "pension_income": pl.Series(pension, dtype=pl.Int64).set(
            pl.Series(draw.chance(0.04)), None
        ),
        "receiving_since_month": pl.Series(received, dtype=pl.Int32).set(
            pl.Series(draw.chance(0.88)), None
        ),
    }


def _dated(month: Column, birth: Column, draw: _Draw) -> dict[str, pl.Series]:
    def sometimes(share: float) -> Column:
        days = np.where(draw.chance(share), draw.days(month), NOT_A_DAY)
        return np.where(days < birth, birth, days)

    degree = draw.text(DEGREES)
    long_ago = np.where(np.isnat(birth), np.datetime64("2015-03-02"), birth)
    certified = np.where(draw.chance(0.6), long_ago, draw.days(month))
    certified = np.where(certified < birth, birth, certified)
    certified = np.where(
        np.array([word is None for word in degree]) | draw.chance(0.03), NOT_A_DAY, certified
    )
    columns = {
        "disability_degree": _texts(degree),
        "certificate_date": pl.Series(certified),
    }
    shares = {
        "death_date": 0.12, "missing_since": 0.05, "detained_since": 0.08,
        "imprisoned_since": 0.05, "signed_on": 0.55,
    }  # fmt: skip
    return columns | {name: pl.Series(sometimes(share)) for name, share in shares.items()}


def _children(month: Column, birth: Column, draw: _Draw) -> pl.Series:
    """Up to four children, born when the parent was 16 or older; null where none is known."""
    number = draw.random.choice(5, draw.size, p=[0.45, 0.2, 0.2, 0.1, 0.05])
    row = np.repeat(np.arange(draw.size), number)
    born = draw.born(month[row], CHILD_LINES)
    twin = draw.chance(0.15, len(row))
    twin[1:] &= row[1:] == row[:-1]
    twin[:1] = False
    born[1:] = np.where(twin[1:], born[:-1], born[1:])
    studies = pl.Series(draw.chance(0.6, len(row))).set(
        pl.Series(draw.chance(0.04, len(row))), None
    )
    grown = (
        born >= completed(np.where(np.isnat(birth), np.datetime64("1970-01-01"), birth), 192)[row]
    )
    children = (
        pl.DataFrame({"row": row, "birth_date": born, "studying": studies})
        .filter(pl.Series(grown))
        .group_by("row")
        .agg(pl.struct("birth_date", "studying").alias("children"))
    )
    listed = (
        pl.DataFrame({"row": np.arange(draw.size)})
        .join(children, on="row", how="left", maintain_order="left")
        .get_column("children")
    )
    empty = pl.Series(draw.chance(0.5)) & listed.is_null()
    filled = pl.DataFrame({"children": listed, "empty": empty}).select(
        pl.when("empty")
        .then(pl.lit([], dtype=pl.List(CHILD)))
        .otherwise(pl.col("children").cast(pl.List(CHILD)))
        .alias("children")
    )
    return filled.to_series()
