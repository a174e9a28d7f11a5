"""The people of one transaction: locked once, changed in memory, written and told once.

Every room that changes something about a person takes the same `People`, tells its event through
it, and so the versions of a person count up in the order in which things happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common.contracts.envelope import EventData
from common.contracts.registry import (
    PersonCorrected,
    PersonDied,
    PersonMoved,
    PersonRegistered,
    PersonState,
)
from common.database.ids import new_id
from common.events.emit import NewEvent, emit_many
from registry.persons.domain import (
    DeathSource,
    FormerNumber,
    Identity,
    Person,
    VitalKind,
    VitalRow,
    VitalSource,
    natural_key,
    replace_period,
)
from registry.persons.service.event_states import state_of
from registry.persons.store import people as store
from registry.persons.store import records, versions

if TYPE_CHECKING:
    from common.database.session import AsyncSession

_VERIFIED_FIELDS = frozenset({"personal_id", "full_name", "birth_date", "sex"})
_MOVING_FIELDS = frozenset({"commune_code", "village", "former_commune", "address"})
Made = Callable[[PersonState], EventData]


class People:
    """A set of people under change; nothing is written for good before `flush`."""

    def __init__(self, session: AsyncSession, *, now: datetime, recorded_by: str) -> None:
        """Start empty; `now` becomes `recorded_at`, `recorded_by` is `intake` or an officer."""
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
        self._former: list[tuple[Person, FormerNumber]] = []
        self._vital: list[records.NewVital] = []
        self._moved: set[UUID] = set()

    async def load(
        self,
        *,
        personal_ids: Iterable[str] = (),
        former_numbers: Iterable[str] = (),
        person_ids: Iterable[UUID] = (),
    ) -> None:
        """Read and lock people; who is not found is simply not there.

        A number that somebody had before finds them, and that of a merged record finds the record
        that stands for it, each unless somebody else has that number now.
        """
        numbers, cards, ids = set(personal_ids), set(former_numbers), set(person_ids)
        holders: Mapping[str, set[UUID]] = {}
        if numbers:
            self._keep(await store.by_personal_ids(self.session, numbers, lock=True))
            await self._load_old_numbers(numbers)
        if cards:
            holders = await self._load_cards(cards)
        if ids:
            self._keep(await store.by_ids(self.session, ids, lock=True))
        await self._load_heirs()
        self._name_holders(holders)

    async def _load_cards(self, cards: set[str]) -> dict[str, set[UUID]]:
        """Read who has or had identity cards; gives the holders of each."""
        holders: dict[str, set[UUID]] = defaultdict(set)
        alone = await store.by_former_numbers(self.session, cards, lock=True)
        self._keep(alone)
        for person in alone:
            holders[str(person.identity.former_number)].add(person.person_id)
        for number, person in await store.by_cards(self.session, cards):
            self._keep([person])
            who = person.identity
            key = (number, who.name_key, str(who.birth_date))
            self._by_key.setdefault(key, self._by_id[person.person_id])
            holders[number].add(person.person_id)
        return holders

    def _name_holders(self, holders: Mapping[str, set[UUID]]) -> None:
        """Let a card alone find its holder where one human has or had it."""
        for number, ids in holders.items():
            found = {self._by_id[one].key for one in ids}
            stand = {id(p): p for key in found if (p := self._by_key.get(key)) is not None}
            if len(stand) == 1:
                self._by_key[number,] = next(iter(stand.values()))

    async def _load_old_numbers(self, numbers: Iterable[str]) -> None:
        unknown = [number for number in numbers if (number,) not in self._by_key]
        if not unknown:
            return
        holders = await records.holders_of(self.session, unknown)
        if holders:
            self._keep(await store.by_ids(self.session, set(holders.values()), lock=True))
        for number, person_id in holders.items():
            if person_id in self._by_id:
                self._by_key[number,] = self._by_id[person_id]

    async def _load_heirs(self) -> None:
        """Let the keys of merged records lead to the records that stand for them."""
        merged = {key: one for key, one in self._by_key.items() if one.merged_into is not None}
        if not merged:
            return
        heirs = await records.heirs_of(self.session, {one.person_id for one in merged.values()})
        self._keep(await store.by_ids(self.session, set(heirs.values()), lock=True))
        for key, one in merged.items():
            heir = self._by_id.get(heirs.get(one.person_id, one.person_id))
            if heir is None or heir.merged_into is not None:
                # The heir lives where the caller may not look: as if the number were unknown.
                del self._by_key[key]
            else:
                self._by_key[key] = heir

    def _keep(self, found: Iterable[Person]) -> None:
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

    def loaded(self) -> list[Person]:
        """Give everyone who was loaded or registered, merged records too."""
        return list(self._by_id.values())

    def everybody(self) -> list[Person]:
        """Give everyone who was loaded or registered; not the records that were merged."""
        return [person for person in self._by_id.values() if person.merged_into is None]

    async def register(self, identities: Sequence[Identity]) -> list[Person]:
        """Register new people; whose number is taken elsewhere is left out of the answer."""
        numbers = [who.personal_id for who in identities if who.personal_id is not None]
        theirs = await records.taken(self.session, numbers, present=False) if numbers else set()
        people = [
            Person(new_id(), identity, version=1)
            for identity in identities
            if identity.personal_id not in theirs
        ]
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
        before = person.identity
        self.rewrite(person, identity, valid_from=valid_from)
        if before.former_number and identity.former_number != before.former_number:
            self.keep_number(person, FormerNumber("cmnd", before.former_number, "former"))
        corrected = changed
        if "commune_code" in changed and valid_from is not None:
            self._tell_move(person, before.commune_code, valid_from)
            corrected = tuple(name for name in changed if name not in _MOVING_FIELDS)
        if corrected:
            self.tell(
                person,
                lambda state: PersonCorrected.model_construct(
                    person=state, changed=corrected, recorded_by=self.recorded_by
                ),
            )
        return changed

    def rewrite(self, person: Person, identity: Identity, *, valid_from: date | None) -> None:
        """Write down another identity, in both times; telling it is the caller's part."""
        self._forget_keys(person)
        current = self._versions.get(person.person_id, [])
        if valid_from is None:
            latest = [row for row in current if row.valid_to is None]
            start = latest[0].valid_from if latest else None
            self._replace(person, latest, identity, start)
        else:
            self._replace(person, current, identity, valid_from)
        changed = set(person.identity.differences(identity))
        if "commune_code" in changed:
            self._moved.add(person.person_id)
        person.identity = identity
        self._by_key[person.key] = person
        if _VERIFIED_FIELDS & changed:
            # What was compared with the population database is not what is written down now.
            person.verification = "unverified"

    def move(self, person: Person, identity: Identity, moved_on: date) -> None:
        """Record that somebody lives in another commune of the province from a day on."""
        came_from = person.identity.commune_code
        self.rewrite(person, identity, valid_from=moved_on)
        person.left_on = None
        self._tell_move(person, came_from, moved_on)

    def leave(self, person: Person, moved_on: date) -> None:
        """Record that somebody lives outside the province from a day on."""
        person.left_on = moved_on
        person.household_id = None
        came_from = person.identity.commune_code
        self.tell(
            person,
            lambda state: PersonMoved.model_construct(
                person=state, from_commune=came_from, to_commune=None, moved_on=moved_on
            ),
        )

    def _tell_move(self, person: Person, came_from: str, moved_on: date) -> None:
        person.household_id = None  # A household is in one commune: who moves leaves it.
        self.tell(
            person,
            lambda state: PersonMoved.model_construct(
                person=state,
                from_commune=came_from,
                to_commune=state.commune_code,
                moved_on=moved_on,
            ),
        )

    def keep_number(self, person: Person, former: FormerNumber) -> None:
        """Remember a number that this person had, so that it still finds them."""
        self._former.append((person, former))

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
        self,
        person: Person,
        death_date: date,
        *,
        source: DeathSource,
        notice_number: str | None,
    ) -> None:
        """Record a death; a person dies once. With it they leave their household."""
        person.death_date = death_date
        self._note_vital(person, "death", death_date, (source, notice_number))
        person.household_id = None
        self.tell(
            person,
            lambda state: PersonDied.model_construct(
                person=state,
                death_date=death_date,
                source=source,
                notice_number=notice_number,
            ),
        )

    def declare_missing(
        self, person: Person, since: date, *, source: VitalSource, notice_number: str | None
    ) -> None:
        """Record that a court declared somebody missing (tuyên bố mất tích)."""
        person.missing_since = since
        self._note_vital(person, "missing", since, (source, notice_number))
        self.tell_corrected(person, "missing_since")

    def tell_corrected(self, person: Person, *changed: str) -> None:
        """Tell that these fields changed, which were changed already."""
        self.tell(
            person,
            lambda state: PersonCorrected.model_construct(
                person=state, changed=changed, recorded_by=self.recorded_by
            ),
        )

    def _note_vital(
        self,
        person: Person,
        kind: VitalKind,
        happened_on: date,
        proof: tuple[VitalSource, str | None],
    ) -> None:
        row = VitalRow(kind, happened_on, *proof, self.now, self.recorded_by)
        self._vital.append(records.NewVital(person, row, person.household_id))

    def tell(self, person: Person, make: Made) -> None:
        """Increment the version and queue the event with the new state."""
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
        await self._flush_records()
        events, self._events = self._events, []
        self._changed, self._superseded, self._new_versions = {}, [], []
        await emit_many(self.session, events)

    async def _flush_records(self) -> None:
        if self._former:
            await records.insert_numbers(
                self.session, self._former, now=self.now, recorded_by=self.recorded_by
            )
        if self._vital:
            await records.insert_vital(self.session, self._vital)
        if self._moved:
            await records.follow(self.session, list(self._moved))
        self._former, self._vital, self._moved = [], [], set()

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
