"""Where a person of a former, divided unit lives today: by the village, else by an officer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from registry.areas import service as areas
from registry.areas.domain.resolution import FormerPlace, Resolution
from registry.persons.domain import PersonNotFound
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Placed:
    """What a former address says about a person."""

    person_id: UUID
    resolution: Resolution
    commune_code: str
    task_opened: bool


async def place_by_former_address(
    session: AsyncSession,
    personal_id: str,
    place: FormerPlace,
    village: str | None,
    *,
    now: datetime,
) -> Placed:
    """Find the commune of today of a person's former address, and put them there.

    What is certain corrects the person's commune; what is not becomes a task for an officer.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
        FormerUnitUnclear: neither a code nor a name with a province.
    """
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    await people.load(personal_ids=[personal_id])
    person = people.find((personal_id,))
    if person is None:
        raise PersonNotFound
    found = await areas.locate(session, place, village or person.identity.village)
    if found.commune_code is not None:
        await _correct(people, [person.person_id], found.commune_code)
    question = areas.OpenQuestion(
        person_id=person.person_id,
        commune_code=person.identity.commune_code,
        village=village or person.identity.village,
        resolution=found,
    )
    opened = await areas.ask_for_residence(session, [question], now=now)
    return Placed(person.person_id, found, person.identity.commune_code, opened > 0)


async def settle(
    session: AsyncSession, task_id: UUID, commune_code: str, *, now: datetime
) -> list[UUID]:
    """Settle where a person lives, and everybody from the same village with them.

    Gives the people whose commune is settled now; whoever was in another one is corrected.

    Raises:
        ResidenceTaskNotFound, ResidenceTaskClosed, NotACandidate: it cannot be settled so.
        OutsideCommunes: the chosen commune is not the caller's.
    """
    tasks = await areas.settle_residence(session, task_id, commune_code, now=now)
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    ids = [task.person_id for task in tasks]
    await people.load(person_ids=ids)
    await _correct(people, ids, commune_code)
    return ids


async def _correct(people: People, ids: list[UUID], commune_code: str) -> None:
    here = {person.person_id: person for person in people.everybody()}
    wrong = [
        here[one] for one in ids if one in here and here[one].identity.commune_code != commune_code
    ]
    if not wrong:
        return
    await people.load_history([person.person_id for person in wrong])
    for person in wrong:
        people.correct(person, replace(person.identity, commune_code=commune_code))
    await people.flush()
