"""Two records of one human: merged, and parted again when that was a mistake.

A merge moves no fact and no row of a list: they stay with the record they were written for, which
only says which other one stands for this human now. What holds by its day goes over to that one, as
rows that say so: the place in a household, unless it has one of its own, and appointments. So
parting them gives both back exactly as they stood, and whatever was corrected since stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from common import audit
from common.contracts.registry import PersonMerged, PersonState, PersonUnmerged
from common.web.etag import check_version
from registry.persons.domain import (
    MergeImpossible,
    Person,
    PersonKey,
    PersonMergedAway,
)
from registry.persons.service.event_states import state_of
from registry.persons.service.locked_person import Seen, people_of, take
from registry.persons.store import records

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.persons.service.people import People


@dataclass(frozen=True, slots=True)
class Staying:
    """The record that stays (or stayed), at the version that the officer saw."""

    key: PersonKey
    version: int


async def merge_persons(
    session: AsyncSession, seen: Seen, staying: Staying, *, reason: str
) -> Person:
    """Say that a record and another one are the same human; gives the one that ceases.

    Raises:
        PersonNotFound, PreconditionFailed: either record cannot be changed.
        PersonMergedAway: either was merged already.
        MergeImpossible: it is one record.
    """
    people = people_of(session, seen.now)
    gone, into = await _both(people, seen, staying)
    if gone.person_id == into.person_id:
        raise MergeImpossible("Hai hồ sơ phải khác nhau.")
    for person, version in ((gone, seen.version), (into, staying.version)):
        check_version(person.version, version)
        if person.merged_into is not None:
            raise PersonMergedAway(person.merged_into)
    gone.merged_into = into.person_id
    home = _hand_over_home(gone, into)
    people.tell_corrected(into, "merged_records")
    people.tell(gone, partial(_merged, into, people.recorded_by))
    await people.flush()
    values = {"reason": reason, "now": seen.now, "by": people.recorded_by}
    await records.insert_merge(session, gone, into, values=values, home=home)
    await audit.record(
        session, "person.merged", "person", gone.person_id, {"into": str(into.person_id)}
    )
    return gone


async def unmerge_persons(
    session: AsyncSession, seen: Seen, staying: Staying, *, reason: str
) -> Person:
    """Undo a merge: both records stand again; gives the one that had ceased.

    Raises:
        PersonNotFound, PreconditionFailed: either record cannot be changed.
        MergeImpossible: they are not merged.
        PersonMergedAway: the record that stayed was merged itself: undo that first.
    """
    people = people_of(session, seen.now)
    gone, out_of = await _both(people, seen, staying)
    check_version(gone.version, seen.version)
    check_version(out_of.version, staying.version)
    if gone.merged_into != out_of.person_id:
        raise MergeImpossible("Hai hồ sơ này không được gộp với nhau.")
    if out_of.merged_into is not None:
        raise PersonMergedAway(out_of.merged_into)
    gone.merged_into = None
    _give_back_home(gone, out_of, await records.home_at_merge(session, gone.person_id))
    people.tell_corrected(out_of, "merged_records")
    people.tell(gone, partial(_unmerged, out_of, people.recorded_by))
    await people.flush()
    values = {"reason": reason, "now": seen.now, "by": people.recorded_by}
    await records.undo_merge(session, gone.person_id, values=values)
    await audit.record(
        session, "person.unmerged", "person", gone.person_id, {"out_of": str(out_of.person_id)}
    )
    return gone


def _hand_over_home(gone: Person, into: Person) -> records.MergedHome:
    home = gone.household_id
    carried = (
        home is not None
        and into.household_id is None
        and into.death_date is None
        and into.left_on is None
        and into.identity.commune_code == gone.identity.commune_code
    )
    kept = records.MergedHome(home, carried, into.poverty_class)
    gone.household_id = None
    if carried:
        into.household_id, into.poverty_class = home, gone.poverty_class
    return kept


def _give_back_home(gone: Person, out_of: Person, home: records.MergedHome) -> None:
    gone.household_id = home.household_id
    if home.carried and out_of.household_id == home.household_id:
        out_of.household_id = None
        if home.into_class is not None:
            out_of.poverty_class = home.into_class


async def _both(people: People, seen: Seen, staying: Staying) -> tuple[Person, Person]:
    # Locked in one order whoever is named first, so that two officers do not wait for each other.
    keys = sorted((seen.key, staying.key), key=str)
    taken = {key: await take(people, key) for key in keys}
    return taken[seen.key], taken[staying.key]


def _merged(into: Person, recorded_by: str, state: PersonState) -> PersonMerged:
    return PersonMerged.model_construct(
        person=state, into=state_of(into), into_version=into.version, recorded_by=recorded_by
    )


def _unmerged(out_of: Person, recorded_by: str, state: PersonState) -> PersonUnmerged:
    return PersonUnmerged.model_construct(
        person=state,
        out_of=state_of(out_of),
        out_of_version=out_of.version,
        recorded_by=recorded_by,
    )
