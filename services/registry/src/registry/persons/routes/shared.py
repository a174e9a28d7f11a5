"""What the routes of persons have in common: the key in the address, a command and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.commands import Answer
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.etag import IfMatch
from registry.areas.domain import CommuneNotFound, CommuneOutsideProvince
from registry.persons.domain import (
    CommuneNotYours,
    Person,
    PersonKey,
    PersonMergedAway,
    PersonNotFound,
)
from registry.persons.schemas import PersonView
from registry.persons.schemas.commands import PERSON_KEY
from registry.persons.service import Seen
from registry.settings import RegistrySettings

PersonKeyPath = Annotated[
    str,
    Path(
        pattern=PERSON_KEY,
        description="Số định danh cá nhân, hoặc person_id của người chưa có số",
        examples=["003151000017"],
    ),
]
Settings = Annotated[RegistrySettings, Depends(service_settings)]
COMMUNE = (CommuneNotFound, CommuneOutsideProvince, CommuneNotYours)
CHANGE = (PersonNotFound, PreconditionFailed, PreconditionRequired, PersonMergedAway)


async def read_key(personal_id: PersonKeyPath) -> PersonKey:
    """Read whom the address names; async, or it would run in a thread of its own."""
    return PersonKey.parse(personal_id)


Key = Annotated[PersonKey, Depends(read_key)]


@dataclass
class PersonChange:
    """What a command about one person works with; `if_match` is the version that was read."""

    key: Key
    session: SessionDep
    if_match: IfMatch
    clock: ClockDep
    settings: Settings

    @property
    def seen(self) -> Seen:
        """The person's key, the version that was read, and the time."""
        return Seen(self.key, self.if_match, self.clock.now())


PersonChangeDep = Annotated[PersonChange, Depends()]


def changed(person: Person) -> Answer[PersonView]:
    """Answer with the person as it stands after the change."""
    return Answer(PersonView.of(person), version=person.version)
