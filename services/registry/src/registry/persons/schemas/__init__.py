"""Bodies of the routes of persons."""

from registry.persons.schemas.commands import (
    AddFormerNumberRequest,
    DeclareMissingRequest,
    LeaveProvinceRequest,
    MergePersonRequest,
    MovePersonRequest,
    NumberView,
    ReceivePersonRequest,
    RecordDeathRequest,
    RekeyPersonRequest,
    TakeBackStatusRequest,
    VitalView,
)
from registry.persons.schemas.people import (
    CorrectPersonRequest,
    PersonView,
    RegisterPersonRequest,
    VersionView,
)

__all__ = [
    "AddFormerNumberRequest",
    "CorrectPersonRequest",
    "DeclareMissingRequest",
    "LeaveProvinceRequest",
    "MergePersonRequest",
    "MovePersonRequest",
    "NumberView",
    "PersonView",
    "ReceivePersonRequest",
    "RecordDeathRequest",
    "RegisterPersonRequest",
    "RekeyPersonRequest",
    "TakeBackStatusRequest",
    "VersionView",
    "VitalView",
]
