"""Rows whose number nobody has: looked for by name and birth before somebody is registered."""

from __future__ import annotations

from collections.abc import Sequence

from registry.lists.domain.findings import mask_name
from registry.lists.domain.rows import RowReading
from registry.lists.domain.same_person import recognise
from registry.persons.domain import Identity, Person
from registry.persons.service import People, give_first_number, number_is_taken, people_like

QUESTION = "possible_same_person"


async def recognise_rows(
    people: People, commune_code: str, rows: Sequence[tuple[RowReading, Identity]]
) -> dict[int, Person]:
    """Find who is meant by rows without a match: row number -> person.

    A row that may be about somebody who is there gets the finding that holds it.
    """
    if not rows:
        return {}
    found = await people_like(people, commune_code, [identity for _, identity in rows])
    meant: dict[int, Person] = {}
    for reading, identity in rows:
        person = recognise(identity, found.get((identity.name_key, identity.birth_date.year), ()))
        if person == "question":
            reading.note(QUESTION, "full_name", mask_name(identity.full_name))
        elif isinstance(person, Person) and await _take_number(people, person, identity, reading):
            meant[reading.row_number] = person
    return meant


async def _take_number(
    people: People, person: Person, stated: Identity, reading: RowReading
) -> bool:
    """Write down a number that arrives later; say whether the row is about this person."""
    number = stated.personal_id
    if number is None or person.identity.personal_id is not None:
        return True
    if await number_is_taken(people.session, number):
        reading.note("id_known_elsewhere", "identity")
        return False
    await people.load_history([person.person_id])
    give_first_number(people, person, number, reason="danh sách của xã bổ sung số định danh")
    return True
