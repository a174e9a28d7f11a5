"""What is asked of entitlements: take over, hold, do what is signed, look."""

from eligibility.entitlements.service.commands import (
    follow_deaths,
    follow_merges,
    hold_deceased,
    hold_lower,
    take_over,
)
from eligibility.entitlements.service.counting import tell_counts
from eligibility.entitlements.service.reading import (
    get,
    levels_before_end,
    of_people,
    page,
    person_filter,
    read,
    stopped_deceased,
    waiting_for_level,
)
from eligibility.entitlements.service.signed import apply_decision

__all__ = [
    "apply_decision",
    "follow_deaths",
    "follow_merges",
    "get",
    "hold_deceased",
    "hold_lower",
    "levels_before_end",
    "of_people",
    "page",
    "person_filter",
    "read",
    "stopped_deceased",
    "take_over",
    "tell_counts",
    "waiting_for_level",
]
