"""People whom a list places in a former commune that was divided: in which commune of today?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.kernel.names import search_key
from registry.areas import service as areas
from registry.areas.domain.resolution import FormerPlace, Resolution

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.persons.domain import Person


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A person, and the former commune and village that their row names."""

    person: Person
    former_commune: str
    village: str | None


async def ask_where_open(
    session: AsyncSession, places: Iterable[NamedPlace], *, now: datetime
) -> int:
    """Open a task for each person whose former commune was divided, unless the village decides.

    Gives how many tasks were new. One lookup for each former commune and village of the slice.
    """
    known: dict[tuple[str, str, str | None], Resolution | None] = {}
    questions = []
    for place in places:
        commune = place.person.identity.commune_code
        key = (commune, place.former_commune, place.village)
        if key not in known:
            known[key] = await _located(session, *key)
        found = known[key]
        if found is not None and found.outcome == "open":
            questions.append(
                areas.OpenQuestion(place.person.person_id, commune, place.village, found)
            )
    return await areas.ask_for_residence(session, questions, now=now)


async def _located(
    session: AsyncSession, commune_code: str, former_commune: str, village: str | None
) -> Resolution | None:
    named = search_key(former_commune)
    units = {
        unit.code
        for unit in areas.commune(commune_code)[1]
        if search_key(f"{unit.kind} {unit.name}") == named
    }
    if len(units) != 1:
        # Two units of one name went into this commune: whichever it was, they live here.
        return None
    return await areas.locate(session, FormerPlace(code=units.pop()), village)
