"""One command on households: what it locked, who is in it, what is told when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from common.contracts.registry import PersonCorrected, PersonState
from common.kernel.errors import FieldError
from common.web.etag import check_version
from registry.households.domain import (
    ClassPeriod,
    Household,
    HouseholdDayInFuture,
    HouseholdMembersInvalid,
    HouseholdNotFound,
    Placing,
    Relation,
)
from registry.households.service.classes import tell_class, tell_members
from registry.households.service.households import Households
from registry.persons.domain import Person
from registry.persons.service import People

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a request names them: by number, or by id for people without one."""

    relation: Relation
    personal_id: str | None = None
    person_id: UUID | None = None


class Work:
    """One command: its households, its people, and who did it."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """Start empty."""
        self.session = session
        self.people = People(session, now=now, recorded_by=session.info["scope"].actor)
        self.households = Households(self.people)
        self.today = now.date()

    async def open(self, household_id: UUID, expected_version: int) -> Household:
        """Lock a household and everyone who is in it.

        Raises:
            HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
        """
        household = await self.see(household_id)
        check_version(household.version, expected_version)
        return household

    async def see(self, household_id: UUID) -> Household:
        """Lock a household and everyone who is in it, whatever its version."""
        await self.households.load([household_id])
        household = self.households.get(household_id)
        if household is None:
            raise HouseholdNotFound
        ids = {row.person_id for row in self.households.members(household_id)}
        await self.people.load(person_ids=ids)
        return household

    async def find(self, commune_code: str, named: Sequence[Named]) -> list[Placing]:
        """Find the named people, with the households in which they are.

        Raises:
            HouseholdMembersInvalid: with a pointer for each who cannot be a member.
        """
        await self.people.load(
            personal_ids=[n.personal_id for n in named if n.personal_id],
            person_ids=[n.person_id for n in named if n.person_id],
        )
        by_id = {person.person_id: person for person in self.people.everybody()}
        placings: list[Placing] = []
        wrong: list[FieldError] = []
        for number, one in enumerate(named):
            person = (
                self.people.find((one.personal_id,))
                if one.personal_id
                else by_id.get(one.person_id or UUID(int=0))
            )
            problem = _unfit(person, commune_code)
            if person is None or problem is not None:
                where = "personal_id" if one.personal_id else "person_id"
                code, message = problem or _UNKNOWN
                wrong.append(FieldError(f"/members/{number}/{where}", code, message))
                continue
            placings.append(Placing(person.person_id, one.relation))
        if wrong:
            raise HouseholdMembersInvalid(errors=wrong)
        await self.households.load_of([placing.person_id for placing in placings])
        return placings

    def put(self, household: Household, placings: Sequence[Placing], start: date | None) -> None:
        """Put people into a household; who comes from elsewhere is told with its class."""
        # Whoever stops being the head makes room before another one takes the place.
        for placing in sorted(placings, key=lambda one: one.relation == "head"):
            self.arrive(household, placing.person_id, placing.relation, start)

    def arrive(
        self, household: Household, person_id: UUID, relation: Relation, start: date | None
    ) -> bool:
        """Put one person into a household and tell it when they come from elsewhere."""
        before = self.households.household_of(person_id)
        placed = self.households.place(person_id, household, relation, start)
        if placed and before != household.household_id:
            self._tell_arrival(self.people.get(person_id), household)
        return placed

    def _tell_arrival(self, person: Person, household: Household) -> None:
        person.household_id = household.household_id
        self.people.tell(person, self.moved)
        if self.households.is_classified(household.household_id):
            return
        rows = [
            row
            for row in self.households.memberships(person.person_id)
            if row.household_id == household.household_id and row.valid_to is None
        ]
        classes = self.households.classes(household.household_id)
        start = rows[-1].valid_from if rows else None
        for period in _from(classes, household, start or self.today, person):
            tell_class(self.households, person, rows[-1], period)

    def moved(self, state: PersonState) -> PersonCorrected:
        """Make the event of a person who came into a household or left one."""
        return PersonCorrected.model_construct(
            person=state, changed=("household_id",), recorded_by=self.people.recorded_by
        )

    async def finish(self, household: Household, action: str) -> Household:
        """Write and tell everything, households before people."""
        classified = await self.households.flush()
        await tell_members(self.households, classified)
        await self.people.flush()
        await audit.record(self.session, action, "household", household.household_id)
        return household

    def check_day(self, day: date | None) -> None:
        """Refuse a day that has not come (HouseholdDayInFuture)."""
        if day is not None and day > self.today:
            raise HouseholdDayInFuture.at_field()


_UNKNOWN = ("person_not_found", "Không tìm thấy người này trong địa bàn.")


def _unfit(person: Person | None, commune_code: str) -> tuple[str, str] | None:
    if person is None:
        return _UNKNOWN
    if person.identity.commune_code != commune_code:
        return "member_elsewhere", "Người này đang cư trú ở xã khác."
    if person.death_date is not None:
        return "member_deceased", "Người này đã được ghi nhận là đã mất."
    return None


def _from(
    classes: Sequence[ClassPeriod], household: Household, start: date, person: Person
) -> list[ClassPeriod]:
    """Give the classes that count for somebody who comes on a day; class none when none does."""
    counting = [row for row in classes if row.valid_to is None or row.valid_to > start]
    if counting or person.poverty_class == "none":
        return counting
    home, commune = household.household_id, household.commune_code
    return [ClassPeriod(home, home, commune, start.year, "none", None, start, None)]
