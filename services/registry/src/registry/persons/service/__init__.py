"""What others ask of persons: find, register, correct, and tell what happened to them."""

from registry.persons.service.claims import confirm_move, moves_of, object_to_move
from registry.persons.service.commands import PersonDraft, correct_person, register_person
from registry.persons.service.event_states import former_province, state_of
from registry.persons.service.locked_person import Seen, take_seen
from registry.persons.service.merging import Staying, merge_persons, unmerge_persons
from registry.persons.service.moving import Proof, Residence, receive_person, send_person
from registry.persons.service.numbers import (
    NewNumber,
    add_card,
    give_first_number,
    number_is_taken,
    numbers_of,
    people_like,
    rekey_person,
)
from registry.persons.service.people import People
from registry.persons.service.queries import (
    PersonFilter,
    Slice,
    by_key,
    by_person_id,
    by_personal_id,
    find,
    history,
    read_one,
    search,
    searched_communes,
)
from registry.persons.service.vital import (
    Death,
    Declaration,
    correct_death,
    declare_missing,
    record_death,
    take_back,
    vital_of,
)
from registry.persons.store.batches import Reader
from registry.persons.store.moves import confirm_by_notice
from registry.persons.store.searching import FoundRow

__all__ = [
    "Death",
    "Declaration",
    "FoundRow",
    "NewNumber",
    "People",
    "PersonDraft",
    "PersonFilter",
    "Proof",
    "Reader",
    "Residence",
    "Seen",
    "Slice",
    "Staying",
    "add_card",
    "by_key",
    "by_person_id",
    "by_personal_id",
    "confirm_by_notice",
    "confirm_move",
    "correct_death",
    "correct_person",
    "declare_missing",
    "find",
    "former_province",
    "give_first_number",
    "history",
    "merge_persons",
    "moves_of",
    "number_is_taken",
    "numbers_of",
    "object_to_move",
    "people_like",
    "read_one",
    "receive_person",
    "record_death",
    "register_person",
    "rekey_person",
    "search",
    "searched_communes",
    "send_person",
    "state_of",
    "take_back",
    "take_seen",
    "unmerge_persons",
    "vital_of",
]
