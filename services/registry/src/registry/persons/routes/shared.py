"""What the routes of persons have in common: the key in the address, a command and its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import BaseModel

from common.kernel.errors import PreconditionFailed, PreconditionRequired
from common.web.deps import ClockDep, SessionDep, service_settings
from common.web.etag import IfMatch, etag
from common.web.idempotency import Answer, IdempotencyDep
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
class Command:
    """A command about one person: once however often it is sent, at the version that was read."""

    key: Key
    session: SessionDep
    idempotency: IdempotencyDep
    if_match: IfMatch
    clock: ClockDep
    settings: Settings

    @property
    def seen(self) -> Seen:
        """What the caller looked at."""
        return Seen(self.key, self.if_match, self.clock.now())

    async def answer(self, body: BaseModel, act: Callable[[], Awaitable[Person]]) -> Response:
        """Do it, or give the answer of the first time again."""

        async def produce() -> Answer:
            person = await act()
            return Answer(200, PersonView.of(person), {"ETag": etag(person.version)})

        return await self.idempotency.run(self.session, body, produce)


CommandDep = Annotated[Command, Depends()]
