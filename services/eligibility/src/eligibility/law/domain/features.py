"""What a frame has at all: conditions that hang on nothing in it need not be computed.

A village has no facility, most people no children under support: their provisions are left out of
the expressions, and their columns are constant. A feature counts as present when in doubt.
"""

from __future__ import annotations

from datetime import date

import polars as pl

_SMALL = 2_000
"""Up to so many rows, text columns are looked into; above, it costs more than it saves."""

_DATES = {
    "death": "death_date",
    "missing": "missing_since",
    "prison": "imprisoned_since",
    "detention": "detained_since",
}
_FLAGS = {
    "abandoned": ("abandoned",),
    "had_care": ("had_no_care_at_16",),
    "neutral": ("neutral_group",),
    "elder_taken_in": ("taken_in",),
    "cannot_live": ("cannot_live_in_community",),
    "pregnant": ("pregnant",),
}
_CODES = {
    "facility": ("setting", "facility"),
    "severe": ("disability_degree", "severe"),
    "very_severe": ("disability_degree", "very_severe"),
    "care_own_family": ("care", "own_family"),
    "care_taken_in": ("care", "taken_in"),
}


def features_of(
    frame: pl.DataFrame, ages: frozenset[int], months: tuple[int, int]
) -> frozenset[str]:
    """Give the features of a frame.

    Args:
        frame: rows with every column of `FACTS`.
        ages: ages in years on which conditions hang.
        months: ordinals of the first and last month of the rows.
    """
    found = {name for name, column in _DATES.items() if _any_value(frame, column)}
    found |= {
        name for name, columns in _FLAGS.items() if any(bool(frame[item].any()) for item in columns)
    }
    found |= {name for name, (column, code) in _CODES.items() if _has(frame, column, code)}
    if _any_value(frame, "father_status") or _any_value(frame, "mother_status"):
        found.add("parents")
    if _any_value(frame, "children"):
        found.add("children")
    return frozenset(found | _ages(frame, ages, months))


def _any_value(frame: pl.DataFrame, column: str) -> bool:
    return frame[column].null_count() < frame.height


def _has(frame: pl.DataFrame, column: str, code: str) -> bool:
    if not _any_value(frame, column):
        return False
    return frame.height > _SMALL or bool((frame[column] == code).any())


def _ages(frame: pl.DataFrame, ages: frozenset[int], months: tuple[int, int]) -> set[str]:
    """Say which ages somebody may have reached, and below which somebody may be.

    A year's leeway on both sides covers partial birth dates and months of effect.
    """
    born = frame["birth_date"]
    oldest, youngest = born.min(), born.max()
    if born.null_count() or not isinstance(oldest, date) or not isinstance(youngest, date):
        return {f"{name}_{years}" for years in ages for name in ("aged", "below")}
    reached = months[1] // 12 - oldest.year + 1
    below = months[0] // 12 - youngest.year - 2
    return {f"aged_{years}" for years in ages if years <= reached} | {
        f"below_{years}" for years in ages if years > below
    }
