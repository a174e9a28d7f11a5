"""The groups of beneficiaries that the generator knows. Another group is another profile here.

A profile draws a case (birth, poverty, what life did, decision) and tells the law's coefficient.
"""

from __future__ import annotations

from sandbox.sample.groups.adults import ELDERS, PARENTS, SEALED
from sandbox.sample.groups.care import CARERS, DISABLED_PARENTS, FACILITY, FOSTER, TAKERS
from sandbox.sample.groups.children import INFANTS, ORPHANS, STUDENTS
from sandbox.sample.groups.disability import DISABILITY
from sandbox.sample.groups.pension import PENSION
from sandbox.sample.groups.profile import Case, Draw, GroupProfile, changes_soon

PROFILES: tuple[GroupProfile, ...] = (
    PENSION,
    ORPHANS,
    STUDENTS,
    PARENTS,
    ELDERS,
    DISABILITY,
    INFANTS,
    SEALED,
    FACILITY,
    FOSTER,
    DISABLED_PARENTS,
    CARERS,
    TAKERS,
)
"""Every group, in the order of the list. The first one takes who is left."""

__all__ = [
    "CARERS",
    "DISABILITY",
    "DISABLED_PARENTS",
    "ELDERS",
    "FOSTER",
    "ORPHANS",
    "PARENTS",
    "PENSION",
    "PROFILES",
    "TAKERS",
    "Case",
    "Draw",
    "GroupProfile",
    "changes_soon",
]
