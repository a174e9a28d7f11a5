"""Every SQL statement of `entitlements`: levels are superseded, never edited."""

from eligibility.entitlements.store.counting import next_versions, paid_in
from eligibility.entitlements.store.reading import (
    competing,
    levels_before_end,
    page,
    read,
    read_of_people,
    read_stopped_deceased,
    waiting,
)
from eligibility.entitlements.store.writing import (
    adjust,
    cut_levels,
    hold,
    hold_deceased,
    hold_merged,
    insert,
    release_living,
    release_unmerged,
    stale,
)

__all__ = [
    "adjust",
    "competing",
    "cut_levels",
    "hold",
    "hold_deceased",
    "hold_merged",
    "insert",
    "levels_before_end",
    "next_versions",
    "page",
    "paid_in",
    "read",
    "read_of_people",
    "read_stopped_deceased",
    "release_living",
    "release_unmerged",
    "stale",
    "waiting",
]
