"""The people of one transaction: locked once, changed in memory, written and told once.

Every room that changes something about a person takes the same `People`, tells its event through
it, and so the versions of a person count up in the order in which things happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.contracts.envelope import EventData
from common.contracts.registry import (
    PersonCorrected,
    PersonDied,
    PersonRegistered,
    PersonState,
)
from common.database.ids import new_id
from common.events.emit import NewEvent, emit_many
from registry.persons.domain import Identity, Person, natural_key, replace_period
from registry.persons.store import people as store
from registry.persons.store import versions

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_VERIFIED_FIELDS = frozenset({"full_name", "birth_date", "sex"})
Made = Callable[[PersonState], EventData]


def state_of(person: Person) -> PersonState:
    """Give a person as events carry them."""
    who = person.identity
    # Values come from checked rows or checked readings: building needs no second validation.
    return PersonState.model_construct(
        person_id=person.person_id,
        personal_id=who.personal_id,
        former_number=who.former_number,
        full_name=who.full_name,
        birth_date=who.birth_date,
        birth_precision=who.birth_precision,
        sex=who.sex,
        commune_code=who.commune_code,
        village=who.village,
        household_id=person.household_id,
        poverty_class=person.poverty_class,
        death_date=person.death_date,
        verification=person.verification,
    )


class People:
    """A set of people under change; nothing is written for good before `flush`."""

    def __init__(self, session: AsyncSession, *, now: datetime, recorded_by: str) -> None:
        """Begin with nobody.

        Args:
            session: the write transaction.
            now: the business moment; becomes `recorded_at`.
            recorded_by: where the facts come from (`intake`, an officer's subject).
        """
        self.session = session
        self.now = now
        self.recorded_by = recorded_by
        self._by_key: dict[tuple[str, ...], Person] = {}
        self._by_id: dict[UUID, Person] = {}
        self._changed: dict[UUID, Person] = {}
        self._versions: dict[UUID, list[versions.VersionRow]] = {}
        self._new_versions: list[versions.VersionRow] = []
        self._superseded: list[UUID] = []
        self._events: list[NewEvent] = []

    async def load(
        self,
        *,
        personal_ids: Iterable[str] = (),
        former_numbers: Iterable[str] = (),
        person_ids: Iterable[UUID] = (),
    ) -> None:
        """Read and lock people; who is not found is simply not there."""
        found: list[Person] = []
        numbers, former, ids = set(personal_ids), set(former_numbers), set(person_ids)
        if numbers:
            found += await store.by_personal_ids(self.session, numbers, lock=True)
        if former:
            found += await store.by_former_numbers(self.session, former, lock=True)
        if ids:
            found += await store.by_ids(self.session, ids, lock=True)
        self._keep(found)

    async def members_of(self, households: Iterable[UUID]) -> list[Person]:
        """Read and lock every member of some households, those who joined just now too."""
        wanted = set(households)
        if wanted:
            self._keep(await store.of_households(self.session, wanted))
        return [person for person in self._by_id.values() if person.household_id in wanted]

    def _keep(self, found: Sequence[Person]) -> None:
        for person in found:
            if person.person_id not in self._by_id:
                self._by_id[person.person_id] = person
                self._by_key[person.key] = person

    def find(self, key: tuple[str, ...]) -> Person | None:
        """Give a loaded or registered person by natural key."""
        return self._by_key.get(key)

    def get(self, person_id: UUID) -> Person:
        """Give a loaded or registered person by id."""
        return self._by_id[person_id]

    def everybody(self) -> list[Person]:
        """Give everyone who was loaded or registered."""
        return list(self._by_id.values())

    async def register(self, identities: Sequence[Identity]) -> list[Person]:
        """Register new people; whose number is taken elsewhere is left out of the answer."""
        people = [Person(new_id(), identity, version=1) for identity in identities]
        if not people:
            return []
        free = await store.insert(self.session, people, self.now)
        registered = [person for person in people if person.person_id in free]
        self._keep(registered)
        for person in registered:
            self._new_versions.append(self._version(person, (None, None)))
            self._events.append(
                NewEvent(
                    person.person_id,
                    1,
                    PersonRegistered.model_construct(
                        person=state_of(person), recorded_by=self.recorded_by
                    ),
                )
            )
        return registered

    async def load_history(self, person_ids: Iterable[UUID]) -> None:
        """Read the current rows of history of people that will be corrected."""
        wanted = set(person_ids) - self._versions.keys()
        if wanted:
            rows = await versions.current_versions(self.session, wanted)
            self._versions |= {person_id: list(rows.get(person_id, [])) for person_id in wanted}

    def correct(
        self, person: Person, identity: Identity, *, valid_from: date | None = None
    ) -> tuple[str, ...]:
        """Change what is written down; gives the fields that changed.

        Without `valid_from` the present row was wrong all the time it was valid; with it the
        change happened on that day, and the row before keeps the time before.
        """
        changed = person.identity.differences(identity)
        if not changed:
            return ()
        self._forget_keys(person)
        current = self._versions.get(person.person_id, [])
        if valid_from is None:
            latest = [row for row in current if row.valid_to is None]
            start = latest[0].valid_from if latest else None
            self._replace(person, latest, identity, start)
        else:
            self._replace(person, current, identity, valid_from)
        person.identity = identity
        self._by_key[person.key] = person
        if _VERIFIED_FIELDS & set(changed):
            # What was compared with the population database is not what is written down now.
            person.verification = "unverified"
        self.tell(
            person,
            lambda state: PersonCorrected.model_construct(
                person=state, changed=changed, recorded_by=self.recorded_by
            ),
        )
        return changed

    def _forget_keys(self, person: Person) -> None:
        self._by_key.pop(natural_key(person.identity), None)

    def _replace(
        self,
        person: Person,
        current: Sequence[versions.VersionRow],
        identity: Identity,
        valid_from: date | None,
    ) -> None:
        replacement = replace_period(current, valid_from, None)
        fresh = [
            self._version(person, (start, end), row.identity)
            for row, start, end in replacement.kept
        ]
        fresh.append(self._version(person, (valid_from, None), identity))
        gone = {row.version_id for row in replacement.superseded}
        self._superseded.extend(gone)
        # A row made and replaced within this transaction never reaches the table.
        self._new_versions = [row for row in self._new_versions if row.version_id not in gone]
        self._new_versions.extend(fresh)
        kept = [
            row for row in self._versions.get(person.person_id, []) if row.version_id not in gone
        ]
        self._versions[person.person_id] = kept + fresh

    def die(
        self, person: Person, death_date: date, *, source: Any, notice_number: str | None
    ) -> None:
        """Record a death; a person dies once."""
        person.death_date = death_date
        self.tell(
            person,
            lambda state: PersonDied.model_construct(
                person=state,
                death_date=death_date,
                source=source,
                notice_number=notice_number,
            ),
        )

    def tell(self, person: Person, make: Made) -> None:
        """Count the person's version up and tell what happened, with their state after it."""
        person.version += 1
        self._changed[person.person_id] = person
        self._events.append(NewEvent(person.person_id, person.version, make(state_of(person))))

    async def flush(self) -> None:
        """Write people and history set by set, then hand out the events in their order."""
        if self._changed:
            await store.update(self.session, list(self._changed.values()), self.now)
        if self._superseded:
            await versions.supersede(self.session, self._superseded, self.now)
        if self._new_versions:
            await versions.insert_versions(self.session, self._new_versions)
        events, self._events = self._events, []
        self._changed, self._superseded, self._new_versions = {}, [], []
        await emit_many(self.session, events)

    def _version(
        self,
        person: Person,
        valid: tuple[date | None, date | None],
        identity: Identity | None = None,
    ) -> versions.VersionRow:
        row = versions.new_version(
            person, valid=valid, now=self.now, recorded_by=self.recorded_by, identity=identity
        )
        if identity is None:
            self._versions[person.person_id] = [row]
        return row


def keys_of(identities: Iterable[Identity]) -> Mapping[str, set[str]]:
    """Give the numbers by which identities are looked up."""
    personal = {i.personal_id for i in identities if i.personal_id is not None}
    former = {
        i.former_number for i in identities if i.personal_id is None and i.former_number is not None
    }
    return {"personal_ids": personal, "former_numbers": former}
