"""What officers do with one household: register, change its members, split, join, flag, classify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common.kernel.errors import FieldError
from registry.areas import service as areas
from registry.areas.domain import CommuneNotFound
from registry.households.domain import (
    ClassStatement,
    Flag,
    Household,
    HouseholdMembersInvalid,
    HouseholdsApart,
    Placing,
    SameHousehold,
    check_heads,
)
from registry.households.service.classes import state_classes
from registry.households.service.unit_of_work import Named, Work

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class HouseholdDraft:
    """A household to be made, or what a part of one becomes."""

    members: Sequence[Named]
    valid_from: date | None = None
    village: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class FlagStatement:
    """What is said of a household from a day on."""

    flag: Flag
    holds: bool
    valid_from: date
    basis: str | None = None


async def register_household(
    session: AsyncSession,
    commune_code: str,
    draft: HouseholdDraft,
    *,
    now: datetime,
    province_code: str,
) -> Household:
    """Register a household with its members, out of any household in which they were.

    Raises:
        CommuneNotFound, CommuneOutsideProvince: not a commune of the caller.
        HouseholdMembersInvalid, HouseholdCodeTaken, HouseholdDayInFuture: it cannot be.
    """
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotFound
    work = Work(session, now)
    work.check_day(draft.valid_from)
    placings = await work.find(commune_code, draft.members)
    check_heads(placings)
    household = _found(work, commune_code, draft)
    work.put(household, placings, draft.valid_from)
    return await work.finish(household, "household.registered")


def _found(work: Work, commune_code: str, draft: HouseholdDraft) -> Household:
    household = work.households.found(commune_code, village=draft.village)
    if draft.code is not None:
        work.households.name(household, draft.code)
    return household


async def set_members(
    session: AsyncSession,
    household_id: UUID,
    draft: HouseholdDraft,
    *,
    expected_version: int,
    now: datetime,
) -> Household:
    """Say who is in a household from a day on: who is not named leaves, who is new comes in.

    Raises:
        HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
        HouseholdMembersInvalid, HouseholdDayInFuture: it cannot be.
    """
    work = Work(session, now)
    work.check_day(draft.valid_from)
    household = await work.open(household_id, expected_version)
    placings = await work.find(household.commune_code, draft.members)
    check_heads(placings)
    start = draft.valid_from or work.today
    staying = {placing.person_id for placing in placings}
    for row in work.households.members(household_id):
        if row.person_id not in staying and (row.valid_to is None or row.valid_to > start):
            work.households.end(row.person_id, start)
            _leave(work, row.person_id)
    work.put(household, placings, start)
    return await work.finish(household, "household.members_set")


def _leave(work: Work, person_id: UUID) -> None:
    person = next((p for p in work.people.everybody() if p.person_id == person_id), None)
    if person is not None and person.household_id is not None:
        person.household_id = None
        work.people.tell(person, work.moved)


async def split_household(
    session: AsyncSession,
    household_id: UUID,
    draft: HouseholdDraft,
    *,
    expected_version: int,
    now: datetime,
) -> Household:
    """Split some members off into a household of their own (tách hộ); gives the new household.

    Raises:
        HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
        HouseholdMembersInvalid: not members, no head, or nobody or no head would remain.
    """
    work = Work(session, now)
    work.check_day(draft.valid_from)
    old = await work.open(household_id, expected_version)
    placings = await work.find(old.commune_code, draft.members)
    check_heads(placings)
    start = draft.valid_from or work.today
    inside = {row.person_id: row for row in work.households.members(household_id, start)}
    wrong = [
        FieldError(f"/members/{number}", "not_a_member", "Người này không thuộc hộ được tách.")
        for number, placing in enumerate(placings)
        if placing.person_id not in inside
    ]
    going = {placing.person_id for placing in placings}
    remaining = [row for key, row in inside.items() if key not in going]
    if not wrong and not any(row.relation == "head" for row in remaining):
        message = "Hộ còn lại phải còn chủ hộ; hãy đổi chủ hộ trước khi tách."
        wrong.append(FieldError("/members", "remaining_head_required", message))
    if wrong:
        raise HouseholdMembersInvalid(errors=wrong)
    fresh = _found(work, old.commune_code, draft)
    # What is known of the poverty of all is known of both parts until a decision says otherwise.
    for period in work.households.classes(household_id):
        if period.valid_to is None or period.valid_to > start:
            since = start if period.valid_from < start else None
            statement = ClassStatement(
                *(next(iter(going)), period.poverty_class, max(period.year, start.year)),
                *(period.decision, period.decision_date, since),
            )
            state_classes(work.households, {fresh.household_id: statement})
    work.put(fresh, placings, start)
    return await work.finish(fresh, "household.split")


async def join_households(
    session: AsyncSession,
    household_id: UUID,
    draft: HouseholdDraft,
    *,
    joining: tuple[UUID, int],
    expected_version: int,
    now: datetime,
) -> Household:
    """Let everyone of another household come in (nhập hộ); that one is empty afterwards.

    `draft.members` says what the newcomers are to the head; who is not named is `other`.

    Raises:
        HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
        SameHousehold, HouseholdsApart, HouseholdMembersInvalid: it cannot be.
    """
    work = Work(session, now)
    work.check_day(draft.valid_from)
    if joining[0] == household_id:
        raise SameHousehold
    household = await work.open(household_id, expected_version)
    other = await work.open(*joining)
    if other.commune_code != household.commune_code:
        raise HouseholdsApart
    start = draft.valid_from or work.today
    stated = {p.person_id: p.relation for p in await work.find(other.commune_code, draft.members)}
    coming = work.households.members(other.household_id, start)
    placings = [Placing(row.person_id, stated.get(row.person_id, "other")) for row in coming]
    wrong = [
        FieldError("/members", "head_repeated", "Hộ nhận đã có chủ hộ.")
        for placing in placings
        if placing.relation == "head"
    ]
    if wrong or not placings:
        empty = FieldError("/household_id", "household_empty", "Hộ nhập vào không còn ai.")
        raise HouseholdMembersInvalid(errors=wrong or [empty])
    work.put(household, placings, start)
    return await work.finish(household, "household.joined")


async def flag_household(
    session: AsyncSession,
    household_id: UUID,
    stated: FlagStatement,
    *,
    expected_version: int,
    now: datetime,
) -> Household:
    """Say from when on a household has nobody able to work, or is one person alone.

    Raises:
        HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
    """
    work = Work(session, now)
    work.check_day(stated.valid_from)
    household = await work.open(household_id, expected_version)
    work.households.set_flag(
        household, stated.flag, holds=stated.holds, start=stated.valid_from, basis=stated.basis
    )
    return await work.finish(household, "household.flagged")


async def classify_household(
    session: AsyncSession,
    household_id: UUID,
    statement: ClassStatement,
    *,
    expected_version: int,
    now: datetime,
) -> Household:
    """Record the class of a household for a year, or from a day of it on.

    Raises:
        HouseholdNotFound, PreconditionFailed: not the caller's, or changed meanwhile.
    """
    work = Work(session, now)
    household = await work.open(household_id, expected_version)
    state_classes(work.households, {household_id: replace(statement, person_id=household_id)})
    return await work.finish(household, "household.classified")
