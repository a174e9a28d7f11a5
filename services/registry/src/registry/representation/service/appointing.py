"""Appoint, revoke, and say who may receive a person's money on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from common import audit
from common.database.ids import new_id
from common.kernel.errors import FieldError
from registry.persons import service as persons
from registry.persons.domain import Person
from registry.persons.service import People, Seen, take_seen
from registry.representation import store
from registry.representation.domain import (
    Kind,
    Paper,
    Representation,
    RepresentationEnded,
    RepresentationInvalid,
    RepresentationNotFound,
    Representative,
    check_new,
    wrong_dates,
)
from registry.representation.gateway import adult_age
from registry.representation.service.event_states import appointed_event, revoked_event

if TYPE_CHECKING:
    from common.database.session import AsyncSession


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an officer states; `representative.person_id` is found by number here."""

    kind: Kind
    representative: Representative
    paper: Paper
    valid_from: date
    valid_to: date | None
    may_receive_money: bool | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who may receive the money, and by which appointment (None: the person's own)."""

    role: Literal["self", "guardian", "carer", "authorised_recipient"]
    name: str
    person_id: UUID | None
    representation_id: UUID | None = None
    valid_to: date | None = None


async def appoint(
    session: AsyncSession, seen: Seen, stated: Appointment
) -> tuple[Representation, Person]:
    """Let somebody act for a person, or receive their money.

    Raises:
        PersonNotFound, PreconditionFailed, PersonMergedAway: the person cannot be changed.
        RepresentationInvalid: the representative or a date cannot be, each pointed at.
        RepresentationRepeated, RecipientExists, GuardiansTooMany: another appointment stands.
    """
    now = seen.now
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    number = stated.representative.number
    # Both are locked at once, in the order of their ids, whoever stands for whom.
    await people.load(personal_ids=[n for n in (seen.key.personal_id, number) if n])
    person = await take_seen(people, seen)
    found = people.find((number,)) if number else None
    wrong = _wrong_representative(person, stated, found, now.date())
    if wrong:
        raise RepresentationInvalid(errors=wrong)
    who = stated.representative
    if found is not None:
        who = replace(who, person_id=found.person_id, name=found.identity.full_name)
    receives = stated.may_receive_money
    fresh = Representation(
        row_id=new_id(),
        representation_id=new_id(),
        person_id=person.person_id,
        commune_code=person.identity.commune_code,
        kind=stated.kind,
        representative=who,
        may_receive_money=stated.kind != "carer" if receives is None else receives,
        paper=stated.paper,
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
    )
    # The person's row is locked: two appointments of one person never race.
    check_new(fresh, await store.of_person(session, person.person_id))
    await store.insert(session, [fresh], now=now, recorded_by=people.recorded_by)
    people.tell(person, appointed_event(fresh, people.recorded_by))
    await people.flush()
    await audit.record(
        session, "representation.appointed", "person", person.person_id, {"kind": fresh.kind}
    )
    return fresh, person


def _wrong_representative(
    person: Person, stated: Appointment, found: Person | None, today: date
) -> list[FieldError]:
    wrong = wrong_dates(
        stated.kind, stated.paper.issued_on, (stated.valid_from, stated.valid_to), today
    )
    where = "/representative_personal_id"
    if person.death_date is not None:
        message = "Người được đại diện đã được ghi nhận là đã mất."
        wrong.append(FieldError("/valid_from", "person_deceased", message))
    if stated.representative.number and (
        stated.representative.number in {person.identity.personal_id, person.identity.former_number}
        or (found is not None and found.person_id == person.person_id)
    ):
        message = "Không ai là người đại diện của chính mình."
        wrong.append(FieldError(where, "represents_himself", message))
    elif found is not None and found.death_date is not None:
        message = "Người đại diện đã được ghi nhận là đã mất."
        wrong.append(FieldError(where, "representative_deceased", message))
    elif found is not None and _too_young(found, stated):
        age = adult_age(stated.valid_from)
        message = f"Người đại diện phải từ đủ {age} tuổi vào ngày có hiệu lực."
        wrong.append(FieldError(where, "representative_under_age", message))
    elif found is None and not stated.representative.name:
        message = "Người này không có trong địa bàn; cần ghi họ tên người đại diện."
        wrong.append(FieldError("/representative_name", "field_required", message))
    if stated.kind == "authorised_recipient" and stated.may_receive_money is False:
        message = "Người được ủy quyền nhận thay thì được nhận tiền."
        wrong.append(FieldError("/may_receive_money", "recipient_receives", message))
    return wrong


def _too_young(found: Person, stated: Appointment) -> bool:
    """Tell whether somebody is not of age on the first day; of a year alone 1 January counts."""
    born, day = found.identity.birth_date, stated.valid_from
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return age < adult_age(day)


async def revoke(
    session: AsyncSession,
    seen: Seen,
    representation_id: UUID,
    *,
    revoked_on: date,
    reason: str,
) -> tuple[Representation, Person]:
    """End an appointment before its time; from `revoked_on` on it no longer holds.

    Raises:
        PersonNotFound, RepresentationNotFound: not there for the caller.
        PreconditionFailed, PersonMergedAway: the person cannot be changed.
        RepresentationEnded: it was over by that day.
        RepresentationInvalid: the day has not come, or lies before the first one.
    """
    now = seen.now
    people = People(session, now=now, recorded_by=session.info["scope"].actor)
    person = await take_seen(people, seen)
    rows = {row.representation_id: row for row in await store.of_person(session, person.person_id)}
    row = rows.get(representation_id)
    if row is None:
        raise RepresentationNotFound
    if row.revoked_on is not None or (row.valid_to is not None and row.valid_to <= revoked_on):
        raise RepresentationEnded
    if revoked_on > now.date() or revoked_on < row.valid_from:
        message = "Ngày chấm dứt phải từ ngày có hiệu lực đến hôm nay."
        raise RepresentationInvalid(errors=[FieldError("/revoked_on", "day_impossible", message)])
    ended = row.ended(new_id(), revoked_on, reason)
    await store.insert(session, [ended], now=now, recorded_by=people.recorded_by)
    people.tell(person, revoked_event(ended))
    await people.flush()
    await audit.record(
        session, "representation.revoked", "person", person.person_id, {"kind": row.kind}
    )
    return ended, person


async def of_person(
    session: AsyncSession, personal_id: str
) -> tuple[Person, Sequence[Representation]]:
    """Read a person's appointments of all times; audited.

    Raises:
        PersonNotFound: nobody with this number in the caller's communes.
    """
    person = await persons.by_personal_id(session, personal_id)
    return person, await store.of_person(session, person.person_id)


async def who_may_receive(session: AsyncSession, person_id: UUID, on: date) -> list[Recipient]:
    """Say who may receive a person's money on a day: they themselves, and who is appointed to.

    The authorised recipient comes first among the others, then guardians, then carers. After the
    person's death nobody may: what is still due goes another way (mai táng phí, thừa kế).

    Raises:
        PersonNotFound: nobody with this id in the caller's communes.
    """
    person = await persons.by_person_id(session, person_id)
    if person.death_date is not None and person.death_date < on:
        return []
    own = Recipient("self", person.identity.full_name, person.person_id)
    order: tuple[Kind, ...] = ("authorised_recipient", "guardian", "carer")
    rows = [
        row
        for row in await store.of_person(session, person_id)
        if row.may_receive_money and row.on(on)
    ]
    others = [
        Recipient(
            role=row.kind,
            name=row.representative.name,
            person_id=row.representative.person_id,
            representation_id=row.representation_id,
            valid_to=row.valid_to,
        )
        for row in sorted(rows, key=lambda row: order.index(row.kind))
    ]
    return [own, *others]


async def expiring(
    session: AsyncSession, commune_code: str, *, today: date, days: int
) -> list[Representation]:
    """List the appointments of a commune that end within some days."""
    return await store.expiring(session, commune_code, today, today + timedelta(days=days))
