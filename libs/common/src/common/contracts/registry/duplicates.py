"""Two records that may be one human (có thể trùng hồ sơ): what is paid to both is paid twice."""

from __future__ import annotations

from typing import Any, ClassVar, Literal
from uuid import UUID

from common.contracts.envelope import EventData
from common.contracts.fields import CommuneCode

DuplicateOutcome = Literal["merged", "two_people", "not_found"]
"""`merged`: one human; `two_people`: an officer said so; `not_found`: nothing speaks for it any more."""

_PAIR: dict[str, Any] = {
    "pair_id": "019a0000-0000-7000-8000-000000000070",
    "earlier_person_id": "019a0000-0000-7000-8000-000000000001",
    "later_person_id": "019a0000-0000-7000-8000-000000000009",
}


class DuplicateSuspected(EventData):
    """Two records may be one human (aggregate: the pair); until it is settled only one is paid."""

    event_type: ClassVar[str] = "registry.duplicate.suspected.v1"
    example: ClassVar[dict[str, Any]] = {
        **_PAIR,
        "commune_code": "25000",
        "reasons": ["same_commune", "same_name_birth"],
    }

    pair_id: UUID
    earlier_person_id: UUID
    """The record that was made first."""
    later_person_id: UUID
    commune_code: CommuneCode
    """Where the later record lives."""
    reasons: tuple[str, ...] = ()


class DuplicateSettled(EventData):
    """What was suspected of a pair is decided, or no longer there."""

    event_type: ClassVar[str] = "registry.duplicate.settled.v1"
    example: ClassVar[dict[str, Any]] = {**_PAIR, "outcome": "two_people"}

    pair_id: UUID
    earlier_person_id: UUID
    later_person_id: UUID
    outcome: DuplicateOutcome
