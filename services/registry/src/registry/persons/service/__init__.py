"""What others ask of persons: find, register, correct, and tell what happened to them."""

from registry.persons.service.commands import PersonDraft, correct_person, register_person
from registry.persons.service.people import People
from registry.persons.service.queries import (
    PersonFilter,
    by_person_id,
    by_personal_id,
    count_to_verify,
    history,
    next_to_verify,
    search,
)

__all__ = [
    "People",
    "PersonDraft",
    "PersonFilter",
    "by_person_id",
    "by_personal_id",
    "correct_person",
    "count_to_verify",
    "history",
    "next_to_verify",
    "register_person",
    "search",
]
