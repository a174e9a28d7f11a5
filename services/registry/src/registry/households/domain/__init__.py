"""Households: members and head, flags, poverty class; pure rules and values."""

from registry.households.domain.classes import (
    Change,
    ClassPeriod,
    ClassStatement,
    PovertyClass,
    change_of,
    class_on,
    difference,
)
from registry.households.domain.members import (
    Flag,
    FlagPeriod,
    Household,
    HouseholdCodeTaken,
    HouseholdDayInFuture,
    HouseholdMembersInvalid,
    HouseholdNotFound,
    HouseholdsApart,
    Membership,
    Placing,
    Relation,
    SameHousehold,
    check_heads,
)

__all__ = [
    "Change",
    "ClassPeriod",
    "ClassStatement",
    "Flag",
    "FlagPeriod",
    "Household",
    "HouseholdCodeTaken",
    "HouseholdDayInFuture",
    "HouseholdMembersInvalid",
    "HouseholdNotFound",
    "HouseholdsApart",
    "Membership",
    "Placing",
    "PovertyClass",
    "Relation",
    "SameHousehold",
    "change_of",
    "check_heads",
    "class_on",
    "difference",
]
