"""The households of one transaction: locked once, changed in memory, written and told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.registry import (
    HouseholdClassified,
    HouseholdMember,
    HouseholdMembersChanged,
    HouseholdState,
)
from common.database.ids import new_id
from common.events.emit import NewEvent, emit_many
from registry.households.domain import (
    Cause,
    ClassPeriod,
    Flag,
    FlagPeriod,
    Household,
    HouseholdCodeTaken,
    Membership,
    PovertyClass,
    Relation,
    class_on,
)
from registry.households.store import timelines as store
from registry.persons.domain import replace_period
from registry.persons.service import People

_KINDS: tuple[type[Membership | ClassPeriod | FlagPeriod], ...] = (
    Membership,
    ClassPeriod,
    FlagPeriod,
)


class Households:
    """A set of households under change; nothing is written for good before `flush`.

    Written households are those that were loaded or founded here. People are loaded by the caller,
    who also flushes them, after the households.
    """

    def __init__(self, people: People) -> None:
        """Begin with none; `people` is the set of people of the same transaction."""
        self.people = people
        self.session = people.session
        self.today = people.now.date()
        self._households: dict[UUID, Household] = {}
        self._members: dict[UUID, Membership] = {}
        self._by_person: dict[UUID, set[UUID]] = defaultdict(set)
        self._by_household: dict[UUID, set[UUID]] = defaultdict(set)
        self._classes: dict[UUID, list[ClassPeriod]] = defaultdict(list)
        self._flags: dict[UUID, list[FlagPeriod]] = defaultdict(list)
        self._gone: dict[type, set[UUID]] = {kind: set() for kind in _KINDS}
        self._fresh: dict[type, dict[UUID, Membership | ClassPeriod | FlagPeriod]] = {
            kind: {} for kind in _KINDS
        }
        self._aside: dict[Cause, set[UUID]] = {"death": set(), "merge": set()}
        self._new: set[UUID] = set()
        self._codes: list[tuple[str, str, UUID]] = []
        self._changed: set[UUID] = set()
        self._classified: dict[UUID, list[ClassPeriod]] = defaultdict(list)

    async def load(self, ids: Iterable[UUID]) -> None:
        """Read and lock households with everything dated about them."""
        wanted = [one for one in set(ids) if one not in self._households]
        if not wanted:
            return
        for household in await store.households(self.session, wanted, lock=True):
            self._households[household.household_id] = household
        self._know(await store.current(self.session, Membership, wanted))
        for period in await store.current(self.session, ClassPeriod, wanted):
            self._classes[period.household_id].append(period)
        for flag in await store.current(self.session, FlagPeriod, wanted):
            self._flags[flag.household_id].append(flag)

    async def load_of(self, person_ids: Iterable[UUID]) -> None:
        """Read and lock every household in which people are, were or will be."""
        wanted = list(person_ids)
        if not wanted:
            return
        rows = await store.current(self.session, Membership, wanted, by="person_id")
        self._know(rows)
        await self.load({row.household_id for row in rows})

    def _know(self, rows: Iterable[Membership]) -> None:
        for row in rows:
            if row.member_id not in self._gone[Membership]:
                self._index(row)

    def _index(self, row: Membership) -> None:
        self._members[row.member_id] = row
        self._by_person[row.person_id].add(row.member_id)
        self._by_household[row.household_id].add(row.member_id)

    def get(self, household_id: UUID) -> Household | None:
        """Give a loaded or founded household; None when it is not the caller's."""
        return self._households.get(household_id)

    def members(self, household_id: UUID, on: date | None = None) -> list[Membership]:
        """Give the memberships of a household, all of them or those of a day; the head first."""
        rows = [self._members[key] for key in self._by_household[household_id]]
        held = [row for row in rows if on is None or row.on(on)]
        return sorted(
            held, key=lambda row: (row.relation != "head", str(row.person_id), str(row.valid_from))
        )

    def household_of(self, person_id: UUID, on: date | None = None) -> UUID | None:
        """Give the household in which a person is on a day (today)."""
        rows = (self._members[key] for key in self._by_person[person_id])
        return next((row.household_id for row in rows if row.on(on or self.today)), None)

    def memberships(self, person_id: UUID) -> list[Membership]:
        """Give the current memberships of a person, at all times."""
        return [self._members[key] for key in self._by_person[person_id]]

    def classes(self, household_id: UUID) -> list[ClassPeriod]:
        """Give the current classes of a household."""
        return self._classes[household_id]

    def flags(self, household_id: UUID) -> list[FlagPeriod]:
        """Give what is said of a household besides."""
        return self._flags[household_id]

    def class_now(self, household_id: UUID) -> PovertyClass:
        """Give the class that counts today."""
        return class_on(self._classes[household_id], self.today)

    def found(self, commune_code: str, *, village: str | None = None) -> Household:
        """Make a household; nobody is in it yet."""
        household = Household(new_id(), commune_code, village)
        self._households[household.household_id] = household
        self._new.add(household.household_id)
        return household

    def name(self, household: Household, code: str) -> None:
        """Give a household a code by which lists of its commune name it."""
        if code not in household.codes:
            household.codes.append(code)
            self._codes.append((household.commune_code, code, household.household_id))

    def place(
        self, person_id: UUID, household: Household, relation: Relation, start: date | None
    ) -> bool:
        """Put a person into a household from a day on, out of any other; says if that is new."""
        rows = [self._members[key] for key in self._by_person[person_id]]
        home = household.household_id
        if any(
            row.household_id == home
            and row.relation == relation
            and row.valid_to is None
            and (row.valid_from is None or (start is not None and row.valid_from <= start))
            for row in rows
        ):
            return False
        self._cut(rows, start)
        self._add_member(
            Membership(
                *(new_id(), home, person_id, household.commune_code, relation, start, None),
            )
        )
        return True

    def end(self, person_id: UUID, on: date, cause: Cause | None = None) -> bool:
        """Take a person out of every household from a day on; says if they were in one.

        With a `cause` what ends is set aside, to hold again when the cause is undone.
        """
        rows = self.memberships(person_id)
        if cause is not None:
            self._aside[cause] |= {
                row.member_id for row in replace_period(rows, on, None).superseded
            }
        return self._cut(rows, on)

    def add(self, row: Membership) -> None:
        """Let a membership hold; the person is nowhere else in its time."""
        self._add_member(replace(row, member_id=new_id()))

    def withdraw(self, row: Membership) -> None:
        """Let a membership hold no longer, on no day."""
        self._drop_member(row)

    def put_back(self, row: Membership) -> bool:
        """Let a membership hold again that was set aside, unless another one holds by now.

        Where somebody else is the head by now, its time after the cut is as a member.
        """
        rest = [other for other in self.memberships(row.person_id) if other.meets(row)]
        if any((r.household_id, r.valid_from) != (row.household_id, row.valid_from) for r in rest):
            return False
        here = [one for one in self.members(row.household_id) if one not in rest]
        if row.relation == "head" and any(o.relation == "head" and o.meets(row) for o in here):
            ends = [one.valid_to for one in rest if one.valid_to is not None]
            start = max(ends, default=row.valid_from)
            row = replace(row, relation="other", valid_from=start)
        else:
            for one in rest:
                self._drop_member(one)
        self._add_member(replace(row, member_id=new_id()))
        return True

    def _cut(self, rows: Sequence[Membership], start: date | None) -> bool:
        replacement = replace_period(rows, start, None)
        for row in replacement.superseded:
            self._drop_member(row)
        for row, valid_from, valid_to in replacement.kept:
            self._add_member(
                replace(row, member_id=new_id(), valid_from=valid_from, valid_to=valid_to)
            )
        return bool(replacement.superseded)

    def _drop_member(self, row: Membership) -> None:
        self._members.pop(row.member_id)
        self._by_person[row.person_id].discard(row.member_id)
        self._by_household[row.household_id].discard(row.member_id)
        self._changed.add(row.household_id)
        self._forget(row.member_id, Membership)

    def _add_member(self, row: Membership) -> None:
        self._index(row)
        self._fresh[Membership][row.member_id] = row
        self._changed.add(row.household_id)

    def _forget(self, key: UUID, kind: type) -> None:
        # A row of this transaction never reaches the table.
        if self._fresh[kind].pop(key, None) is None:
            self._gone[kind].add(key)

    def set_class(self, period: ClassPeriod) -> None:
        """Record a class; what it overlaps gives way."""
        rows = self._classes[period.household_id]
        replacement = replace_period(rows, period.valid_from, period.valid_to)
        for row in replacement.superseded:
            rows.remove(row)
            self._forget(row.class_id, ClassPeriod)
        kept = [
            replace(row, class_id=new_id(), valid_from=start or row.valid_from, valid_to=end)
            for row, start, end in replacement.kept
        ]
        for fresh in (*kept, period):
            rows.append(fresh)
            self._fresh[ClassPeriod][fresh.class_id] = fresh
        self._classified[period.household_id].append(period)

    def is_classified(self, household_id: UUID) -> bool:
        """Whether a class was recorded since the last flush: its members will hear of it then."""
        return household_id in self._classified

    def set_flag(
        self, household: Household, flag: Flag, *, holds: bool, start: date, basis: str | None
    ) -> bool:
        """Record what is said of a household from a day on; says if that is new."""
        every = self._flags[household.household_id]
        rows = [row for row in every if row.flag == flag]
        if any(
            row.holds == holds and row.valid_from <= start and row.valid_to is None for row in rows
        ) or (not rows and not holds):
            return False
        replacement = replace_period(rows, start, None)
        for row in replacement.superseded:
            every.remove(row)
            self._forget(row.flag_id, FlagPeriod)
        fresh = [
            replace(row, flag_id=new_id(), valid_from=a or row.valid_from, valid_to=b)
            for row, a, b in replacement.kept
        ]
        home, commune = household.household_id, household.commune_code
        fresh.append(FlagPeriod(new_id(), home, commune, flag, holds, basis, start, None))
        for row in fresh:
            every.append(row)
            self._fresh[FlagPeriod][row.flag_id] = row
        self._changed.add(home)
        return True

    def state(self, household: Household) -> HouseholdState:
        """Give a household as events carry it: with everyone who is in it today."""
        home = household.household_id
        members = self.members(home, self.today)
        held = {row.flag for row in self._flags[home] if row.holds and _holds(row, self.today)}
        return HouseholdState.model_construct(
            household_id=home,
            commune_code=household.commune_code,
            village=household.village,
            head_person_id=next((m.person_id for m in members if m.relation == "head"), None),
            members=tuple(
                HouseholdMember.model_construct(
                    person_id=row.person_id,
                    relation=row.relation,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                )
                for row in members
            ),
            poverty_class=self.class_now(home),
            no_labour="no_labour" in held,
            single="single" in held,
        )

    async def flush(self) -> Mapping[UUID, list[ClassPeriod]]:
        """Write households set by set and tell what happened to each; gives the new classes.

        Raises:
            HouseholdCodeTaken: another household of the commune got the code meanwhile.
        """
        events = self._events()
        now, session = self.people.now, self.session
        touched = {*self._changed, *self._classified, *self._new, *(row[2] for row in self._codes)}
        rows = [h for key, h in self._households.items() if key in touched]
        if rows:
            await store.save(session, rows, self._new, now)
        if self._codes:
            codes, self._codes = self._codes, []
            if await store.insert_codes(session, codes, now) < len(codes):
                raise HouseholdCodeTaken
        for kind in _KINDS:
            await self._write(kind)
        for cause, ids in self._aside.items():
            if ids:
                await store.set_aside(session, ids, cause)
                ids.clear()
        classified, self._classified = self._classified, defaultdict(list)
        self._changed, self._new = set(), set()
        await emit_many(session, events)
        return classified

    async def _write(self, kind: type[Any]) -> None:
        gone, fresh = self._gone[kind], self._fresh[kind]
        if gone:
            await store.supersede(self.session, kind, gone, self.people.now)
            gone.clear()
        if fresh:
            by, now = self.people.recorded_by, self.people.now
            rows = list(fresh.values())
            await store.insert(self.session, kind, rows, now=now, recorded_by=by)
            fresh.clear()

    def _events(self) -> list[NewEvent]:
        events: list[NewEvent] = []
        for key in sorted({*self._changed, *self._classified}, key=str):
            household = self._households.get(key)
            if household is None:
                continue
            if key in self._changed:
                household.version += 1
                data = HouseholdMembersChanged.model_construct(household=self.state(household))
                events.append(NewEvent(key, household.version, data))
            for period in self._classified.get(key, ()):
                household.version += 1
                events.append(NewEvent(key, household.version, self._told(household, period)))
        return events

    def _told(self, household: Household, period: ClassPeriod) -> HouseholdClassified:
        return HouseholdClassified.model_construct(
            household=self.state(household),
            year=period.year,
            decision_number=period.decision,
            decision_date=period.decision_date,
        )


def _holds(row: FlagPeriod, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
