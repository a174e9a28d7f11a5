"""Bodies of the routes of persons."""

from registry.persons.schemas.commands import (
    AddCard,
    DeclareMissing,
    LeaveProvince,
    Merge,
    Move,
    NumberView,
    ReceivePerson,
    RecordDeath,
    Rekey,
    TakeBack,
    VitalView,
)
from registry.persons.schemas.people import CorrectPerson, PersonView, RegisterPerson, VersionView

__all__ = [
    "AddCard",
    "CorrectPerson",
    "DeclareMissing",
    "LeaveProvince",
    "Merge",
    "Move",
    "NumberView",
    "PersonView",
    "ReceivePerson",
    "RecordDeath",
    "RegisterPerson",
    "Rekey",
    "TakeBack",
    "VersionView",
    "VitalView",
]
