"""Carers of a list: other people than those the rows are about, known by name and number only."""

from __future__ import annotations

from datetime import date

from common.kernel import personal_id
from registry.lists.domain.imports import Import
from registry.lists.domain.rows import RowReading
from registry.lists.domain.statements import Carer
from registry.persons.domain import Identity, Person, may_be_same
from registry.persons.service import People


def carer_identity(carer: Carer, made: Import) -> Identity:
    """Give what the list and the number tell of a carer: of the birth, the year alone."""
    return Identity(
        full_name=carer.full_name,
        birth_date=date(carer.birth_year, 1, 1),
        birth_precision="year",
        sex=personal_id.sex_of(carer.personal_id),
        commune_code=made.commune_code,
        personal_id=carer.personal_id,
    )


def find_carer(people: People, reading: RowReading, made: Import) -> Person | None:
    """Give the carer of a row; a number of somebody else, or of elsewhere, refuses the row."""
    carer = reading.benefit.beside.carer
    if carer is None:
        return None
    person = people.find((carer.personal_id,))
    if person is None:
        reading.note("id_known_elsewhere", "carer_identity")
    elif not may_be_same(person.identity, carer_identity(carer, made)):
        reading.note("id_of_other_person", "carer_identity")
    elif carer.personal_id == reading.person.personal_id:
        reading.note("carer_is_person", "carer_identity")
    return person
