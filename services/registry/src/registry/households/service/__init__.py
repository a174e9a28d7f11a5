"""What others ask of households."""

from registry.households.service.classes import classify, classify_person
from registry.households.service.commands import (
    FlagStatement,
    HouseholdDraft,
    classify_household,
    flag_household,
    join_households,
    register_household,
    set_members,
    split_household,
)
from registry.households.service.households import Households
from registry.households.service.person_changes import follow_merges, follow_partings, put_back
from registry.households.service.queries import (
    HouseholdHistory,
    HouseholdStanding,
    history,
    page,
    read,
)
from registry.households.service.unit_of_work import Named
from registry.households.store.timelines import HouseholdFilter

__all__ = [
    "FlagStatement",
    "HouseholdDraft",
    "HouseholdFilter",
    "HouseholdHistory",
    "HouseholdStanding",
    "Households",
    "Named",
    "classify",
    "classify_household",
    "classify_person",
    "flag_household",
    "follow_merges",
    "follow_partings",
    "history",
    "join_households",
    "page",
    "put_back",
    "read",
    "register_household",
    "set_members",
    "split_household",
]
