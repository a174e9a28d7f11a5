"""Households: members and head, flags, poverty class; pure rules and values."""

from registry.households.domain.classes import (
    Change,
    ClassPeriod,
    ClassStatement,
    PovertyClass,
    change_of,
    class_on,
)
from registry.households.domain.members import (
    Cause,
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
from registry.households.domain.wording import ClassWording, read_class

__all__ = [
    "Cause",
    "Change",
    "ClassPeriod",
    "ClassStatement",
    "ClassWording",
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
    "read_class",
]
