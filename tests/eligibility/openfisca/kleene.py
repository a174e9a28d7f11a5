"""Three-valued logic as numbers, so that a whole column is one array operation."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO, UNKNOWN, YES = 0, 1, 2

Column = NDArray[Any]


def sure(fact: Column) -> Column:
    """A fact that is always known."""
    return np.where(fact, YES, NO).astype(np.int32)


def known_when(known: Column, fact: Column) -> Column:
    """A fact that is UNKNOWN where it is not known."""
    return np.where(known, np.where(fact, YES, NO), UNKNOWN).astype(np.int32)


def both(*conditions: Column) -> Column:
    """All of them (Kleene's and)."""
    return reduce(np.minimum, conditions)


def either(*conditions: Column) -> Column:
    """Any of them (Kleene's or)."""
    return reduce(np.maximum, conditions)


def neither(condition: Column) -> Column:
    """Kleene's not."""
    return YES - condition


def among(codes: Column, *wanted: int) -> Column:
    """Whether a code is one of those wanted; a negative code is unknown."""
    return known_when(codes >= 0, np.isin(codes, wanted))
