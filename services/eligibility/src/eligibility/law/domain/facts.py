"""The facts of one person for one month: what the evaluator reads, and what each value may be.

One row is one person and one month. Null is unknown (Kleene logic) unless `DEFAULTS` names a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

CHILD = pl.Struct({"birth_date": pl.Date(), "studying": pl.Boolean()})

FACTS: dict[str, pl.DataType] = {
    "month": pl.Int32(),
    "birth_date": pl.Date(),
    "birth_precision": pl.String(),
    "death_date": pl.Date(),
    "missing_since": pl.Date(),
    "commune_code": pl.String(),
    "province_code": pl.String(),
    "former_province_code": pl.String(),
    "setting": pl.String(),
    "area_difficult": pl.Boolean(),
    "poverty_class": pl.String(),
    "hardship_class": pl.String(),
    "abandoned": pl.Boolean(),
    "adopted": pl.Boolean(),
    "father_status": pl.String(),
    "mother_status": pl.String(),
    "study_level": pl.String(),
    "study_continuous": pl.Boolean(),
    "had_no_care_at_16": pl.Boolean(),
    "neutral_group": pl.Boolean(),
    "wage_income": pl.Int64(),
    "pension_income": pl.Int64(),
    "survivor_allowance": pl.Boolean(),
    "other_allowance": pl.Boolean(),
    "marital_status": pl.String(),
    "children": pl.List(CHILD),
    "child_kept_studying": pl.Boolean(),
    "support": pl.String(),
    "cannot_live_in_community": pl.Boolean(),
    "taken_in": pl.Boolean(),
    "disability_degree": pl.String(),
    "certificate_date": pl.Date(),
    "pregnant": pl.Boolean(),
    "spouse_supported": pl.Boolean(),
    "care": pl.String(),
    "carer_qualifies": pl.Boolean(),
    "detained_since": pl.Date(),
    "imprisoned_since": pl.Date(),
    "local_group": pl.String(),
    "request": pl.String(),
    "signed_on": pl.Date(),
    "receiving_since_month": pl.Int32(),
}
"""Columns that `evaluate` reads; months are ordinals, money is đồng a month. A column that is absent
counts as null in every row; others pass through."""

CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "birth_precision": ("day", "month", "year"),
        "setting": ("community", "facility"),
        "poverty_class": ("poor", "near_poor", "none"),
        "hardship_class": ("difficult", "none"),
        "father_status": ("able", "dead", "missing", "facility", "detained", "unidentified"),
        "mother_status": ("able", "dead", "missing", "facility", "detained", "unidentified"),
        "study_level": ("preschool", "general", "vocational", "college", "university", "none"),
        "marital_status": ("single", "married", "widowed", "divorced", "spouse_missing"),
        "support": ("none", "on_allowance", "able"),
        "disability_degree": ("severe", "very_severe", "mild"),
        "care": ("own_family", "taken_in", "none"),
        "request": ("written", "converted", "decided", "none"),
    }
)
"""Values that a text column may hold."""

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "birth_precision": "day",
        "setting": "community",
        "abandoned": False,
        "adopted": False,
        "had_no_care_at_16": False,
        "neutral_group": False,
        "survivor_allowance": False,
        "other_allowance": False,
        "child_kept_studying": False,
        "cannot_live_in_community": False,
        "taken_in": False,
        "pregnant": False,
        "spouse_supported": False,
        "care": "none",
    }
)
"""What a null means where it does not mean unknown."""


def stated(name: str) -> pl.Expr:
    """Give a Boolean fact whose absence is its default."""
    return pl.col(name).fill_null(value=DEFAULTS[name])


def is_code(name: str, *codes: str) -> pl.Expr:
    """Tell whether a coded fact has one of some values; unknown stays unknown without a default."""
    column = pl.col(name)
    found = column == codes[0]
    for code in codes[1:]:
        found |= column == code
    if name in DEFAULTS:
        return found.fill_null(value=DEFAULTS[name] in codes)
    return found


def with_all_facts(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that a caller left out, all null."""
    absent = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in FACTS.items()
        if name not in frame.columns
    ]
    return frame.with_columns(absent) if absent else frame
