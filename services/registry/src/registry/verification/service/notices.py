"""Notices of deaths and moves: kept at once, matched when their person is known, never lost.

They are matched under the scope of the whole province, since people die and move away from home:
in an operation after the request that brought them, and every minute for those who wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common import audit
from common.kernel.errors import FieldError
from common.operations import service as operations
from registry.areas import service as areas
from registry.persons.domain import CommuneNotYours, Person
from registry.persons.service import People, confirm_by_notice
from registry.verification.domain.notices import (
    DOES_NOT_MATCH,
    MOVE_TO_CHECK,
    Known,
    Notice,
    NoticeInvalid,
    State,
    decide,
    wrong_fields,
)
from registry.verification.service.tasks import communes_of
from registry.verification.store import notices as store
from registry.verification.store import tasks as task_store

if TYPE_CHECKING:
    from common.database.session import AsyncSession

MATCHING = "notice_matching"
_TASKS: Mapping[State, str] = {"contradicts": DOES_NOT_MATCH, "to_check": MOVE_TO_CHECK}


async def receive(
    session: AsyncSession,
    commune_code: str,
    notices: Sequence[Notice],
    *,
    now: datetime,
    province_code: str,
) -> tuple[UUID, list[dict[str, Any]]]:
    """Keep notices and queue their matching; one that is known by number stays as it is.

    Gives the operation and each notice as it stands, in the order of sending.

    Raises:
        CommuneNotFound, CommuneOutsideProvince, CommuneNotYours: the reporting commune cannot be.
        NoticeInvalid: a notice cannot be; nothing is kept.
    """
    areas.own_commune(commune_code, province_code)
    communes = session.info["scope"].communes
    if communes is not None and commune_code not in communes:
        raise CommuneNotYours
    wrong = [
        replace(error, pointer=f"/notices/{place}{error.pointer}")
        for place, notice in enumerate(notices)
        for error in (*wrong_fields(notice, now.date()), *_wrong_commune(notice, province_code))
    ]
    if wrong:
        raise NoticeInvalid(errors=wrong)
    trusted = communes is None
    sent = [replace(notice, commune_code=commune_code, trusted=trusted) for notice in notices]
    fresh = await store.insert(session, sent, now=now, by=session.info["scope"].actor)
    keys = [(one.commune_code, one.kind, one.notice_number) for one in sent]
    kept = {
        (row["commune_code"], row["kind"], row["notice_number"]): row
        for row in await store.by_numbers(session, sorted(set(keys)))
    }
    operation_id = await operations.start(
        session, MATCHING, {}, commune_code=commune_code, total=len(fresh)
    )
    await audit.record(
        session, "notices.received", "commune", commune_code, {"new": len(fresh), "sent": len(sent)}
    )
    return operation_id, [kept[key] | {"is_new": kept[key]["notice_id"] in fresh} for key in keys]


def _wrong_commune(notice: Notice, province_code: str) -> list[FieldError]:
    if notice.to_commune is None:
        return []
    unit = areas.book().communes.get(notice.to_commune)
    if unit is not None and unit.province_code == province_code:
        return []
    message = "Nơi đến phải là một xã của tỉnh; nếu chuyển ra ngoài tỉnh thì để trống."
    return [FieldError("/to_commune", "commune_outside_province", message)]


async def match(session: AsyncSession, after: UUID | None, *, now: datetime) -> UUID | None:
    """Match the next notices that wait; gives where to go on, None at the end."""
    waiting = await store.pending(session, after)
    if not waiting:
        return None
    people = People(session, now=now, recorded_by="civil_status")
    found = await _find(people, waiting)
    moved = await store.last_moves(session, {person.person_id for person in found.values()})
    settled: list[tuple[UUID, State, UUID]] = []
    tasks: list[tuple[UUID, str, str]] = []
    # A person's notices in the order in which things happened, a death after a move of that day.
    for notice in sorted(waiting, key=lambda n: (n.happened_on, n.kind != "move", n.notice_id)):
        person = found.get(notice.notice_id)
        if person is None:
            continue
        state = decide(notice, _known(person, moved.get(person.person_id)))
        if state == "applied":
            _apply(people, person, notice)
            if notice.kind == "move":
                moved[person.person_id] = notice.happened_on
        if state in _TASKS:
            tasks.append((person.person_id, person.identity.commune_code, _TASKS[state]))
        settled.append((notice.notice_id, state, person.person_id))
    if settled:
        await people.flush()
        await store.settle(session, settled, now)
        for notice_id, state, person_id in settled:
            detail = {"notice": str(notice_id), "state": state}
            await audit.record(session, "notice.settled", "person", person_id, detail)
    await _confirm_moves(session, waiting, found)
    if tasks:
        await task_store.open_tasks(session, tasks, now)
    return waiting[-1].notice_id


async def _confirm_moves(
    session: AsyncSession, notices: Iterable[Notice], found: Mapping[UUID, Person]
) -> None:
    """Confirm moves that a commune stated and that trusted residence data tell too."""
    for notice in notices:
        person = found.get(notice.notice_id)
        if person is not None and notice.trusted and notice.to_commune is not None:
            await confirm_by_notice(session, person.person_id, notice.to_commune)


async def _find(people: People, notices: Iterable[Notice]) -> dict[UUID, Person]:
    """Find the people of notices: by the 12 digits of now or before, else by the card."""
    numbers = {n.personal_id for n in notices if n.personal_id is not None}
    cards = {n.former_number for n in notices if n.personal_id is None and n.former_number}
    await people.load(personal_ids=numbers, former_numbers=cards)
    everybody = people.everybody()
    await people.load_history([person.person_id for person in everybody])
    by_card: dict[str, list[Person]] = {}
    for person in everybody:
        if person.identity.former_number is not None:
            by_card.setdefault(person.identity.former_number, []).append(person)
    found: dict[UUID, Person] = {}
    for notice in notices:
        holders = by_card.get(notice.former_number or "", [])
        named = holders[0] if len(holders) == 1 else None
        if notice.personal_id is not None:
            named = people.find((notice.personal_id,))
        if named is not None and named.merged_into is None:
            found[notice.notice_id] = named
    return found


def _known(person: Person, moved_on: date | None) -> Known:
    who = person.identity
    return Known(
        full_name=who.full_name,
        birth_date=who.birth_date,
        birth_precision=who.birth_precision,
        commune_code=who.commune_code,
        death_date=person.death_date,
        left_on=person.left_on,
        moved_on=moved_on,
    )


def _apply(people: People, person: Person, notice: Notice) -> None:
    if notice.kind == "death":
        people.die(
            person,
            notice.happened_on,
            source="civil_status",
            notice_number=notice.notice_number,
        )
    elif notice.to_commune is None:
        people.leave(person, notice.happened_on)
    else:
        identity = replace(
            person.identity,
            commune_code=notice.to_commune,
            village=None,
            address=None,
            former_commune=None,
        )
        people.move(person, identity, notice.happened_on)


async def notices(
    session: AsyncSession,
    commune_code: str | None,
    *,
    kind: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Read a page of notices that a commune, or any of the caller's, reported; audited."""
    rows = await store.listed(
        session,
        communes_of(session, commune_code),
        kind=kind,
        state=state,
        after=after,
        limit=limit,
    )
    await audit.record(
        session, "notices.listed", "commune", commune_code or "many", {"rows": len(rows)}
    )
    return rows
